import type { Authed } from "../context.ts";
import { productVersion, type RelayEvent, type Scope } from "../contracts/index.ts";
import { follow } from "../follow.ts";
import { mayUse } from "../identity/rules.ts";

/** Scopes of which one is needed to hear of a subject: those of its `get`. */
const readers = {
  hello: ["agent:read", "orchestrator:read", "activity:read"],
  agent: ["agent:read"],
  host: ["orchestrator:read", "agent:read"],
  workspace: ["agent:read", "agent:write"],
  command: ["command:read"],
  activity: ["activity:read"],
  token: ["token:read"],
  setting: ["settings:read"],
  profile: ["profile:read"],
  message: ["message:read"],
  repository: ["agent:read", "agent:write"],
} as const satisfies Record<RelayEvent["type"], readonly Scope[]>;

/** More subjects than this are not kept for one reader: it is told to read everything again. */
const mostWaiting = 1_000;

/**
 * What the console lives on: one stream that says what changed. It begins with `hello`: whoever (re)connects reads
 * everything again, so what rang while nobody listened is not missed. Two rings of one subject in one turn are one, and
 * a reader that fell far behind gets another `hello` in place of what it missed.
 */
export async function* subscribe(ctx: Authed, signal: AbortSignal | undefined): AsyncGenerator<RelayEvent> {
  const hello: RelayEvent = { type: "hello", version: productVersion, startedAt: ctx.startedAt.toISOString() };
  const waiting = new Map<string, RelayEvent>([["hello", hello]]);
  const stop = ctx.bells.onEvent((event) => {
    // A hello that waits says it all.
    if (waiting.has("hello") || !mayUse(ctx.caller.scopes, readers[event.type])) return;
    waiting.set(event.type === "hello" ? "hello" : `${event.type}:${event.id}`, event);
    if (waiting.size > mostWaiting) {
      waiting.clear();
      waiting.set("hello", hello);
    }
    ctx.bells.ring("events");
  });
  const read = async () => {
    const turn = [...waiting.values()];
    waiting.clear();
    return turn;
  };
  try {
    yield* follow(ctx, signal, { topic: "events", read });
  } finally {
    stop();
  }
}
