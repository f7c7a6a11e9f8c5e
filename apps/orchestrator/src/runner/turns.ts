import { setTimeout as delay } from "node:timers/promises";
import type { ProgramEvent, TurnReader } from "../providers/turns.ts";
import { differs, next, type Turn } from "./turn-rules.ts";

/** Follows the turns of the session's program: what its hooks and its screen say, kept and told. */
export interface Turns {
  now(): Turn;
  /** A message from the program's hooks, as `sbx hook` passed it on; untrusted. */
  hear(message: unknown): Promise<void>;
  apply(event: ProgramEvent): Promise<void>;
  /** Resolves once the condition holds; false when the time is up or the program has ended. */
  reached(condition: (turn: Turn) => boolean, withinMs: number): Promise<boolean>;
  /** Once the turn that was typed has begun, or after 10 s: whoever types next must not take the program for free. */
  begun(withinMs?: number): Promise<void>;
  /** Calls after each event, until the program has ended. */
  watch(look: () => void): void;
  /** The program has ended: nothing is followed any more. */
  close(): void;
}

interface Options {
  first: Turn;
  reader: Pick<TurnReader, "hear" | "see" | "queues">;
  /** The visible screen, or null when it cannot be seen. */
  screen: () => Promise<string[] | null>;
  /** Keeps the turn where a restart and a later report find it; on disk when it resolves. */
  keep: (turn: Turn) => Promise<void>;
  /** Tells the relay what changed. */
  tell: (turn: Turn, before: Turn) => void;
  /** What a turn was given, where the program says it (MSG-44). */
  read?: (input: string) => void;
}

/** A program says within this that a turn has begun with what was typed. */
const beginsWithinMs = 10_000;
const lookEveryMs = 1_000;
/** A screen that says the same for this long is believed (HST-54): programs redraw while they work. */
const looksToBelieve = 3;

export function createTurns({ first, reader, screen, keep, tell, read }: Options): Turns {
  const closed = new AbortController();
  const watchers = new Set<() => void>();
  let turn = first;
  /** What the screen said last, and how often without anything else in between. */
  let seen = { said: "", times: 0 };
  /** The turn is as a hook has said, not the screen. */
  let heard = false;
  /** A turn was given something in this session. */
  let prompted = false;
  /** What was submitted into the turn and may not have been read yet. */
  let queued: string[] = [];
  let kept: Promise<void> = Promise.resolve();

  async function apply(event: ProgramEvent): Promise<void> {
    if (closed.signal.aborted) return;
    const before = turn;
    turn = next(turn, event);
    const now = turn;
    // A full disk must not stop the agent: what cannot be kept is told all the same.
    kept = kept.then(() => keep(now)).catch(() => undefined);
    if (differs(before, now) || before.result !== now.result) tell(now, before);
    for (const look of watchers) look();
    await kept;
  }

  /** What the turn has read; a turn that has ended is followed by what it has left in the queue. */
  function follow(event: ProgramEvent): ProgramEvent {
    if (event.type === "busy" && event.input) {
      if (reader.queues && prompted && turn.status === "busy") queued.push(event.input);
      else read?.(event.input);
      prompted = true;
    }
    if (event.type !== "idle" || queued.length === 0) return event;
    for (const input of queued) read?.(input);
    queued = [];
    return { ...event, goesOn: true };
  }

  /** A hook's question is in the program's own words; the same on the screen is no news. */
  const known = (event: ProgramEvent): boolean => event.type === "blocked" && turn.status === "blocked" && heard;

  async function watchScreen(see: NonNullable<TurnReader["see"]>): Promise<void> {
    while (!closed.signal.aborted) {
      const event = see((await screen()) ?? [], turn);
      const said = JSON.stringify(event);
      seen = { said, times: said === seen.said ? seen.times + 1 : 1 };
      if (event && seen.times === looksToBelieve && !known(event)) {
        heard = false;
        // No turn follows: somebody took back what was left.
        if (event.type === "idle") queued = [];
        await apply(event);
      }
      await delay(lookEveryMs, undefined, { signal: closed.signal }).catch(() => undefined);
    }
  }
  if (reader.see) void watchScreen(reader.see.bind(reader));

  function reached(condition: (turn: Turn) => boolean, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        if (condition(turn)) settle(true);
      };
      const settle = (held: boolean) => {
        clearTimeout(timer);
        watchers.delete(look);
        closed.signal.removeEventListener("abort", gone);
        resolve(held);
      };
      const gone = () => settle(false);
      const timer = setTimeout(gone, withinMs);
      watchers.add(look);
      closed.signal.addEventListener("abort", gone, { once: true });
      if (closed.signal.aborted) settle(false);
      else look();
    });
  }

  return {
    now: () => turn,
    apply,
    reached,
    async begun(withinMs = beginsWithinMs) {
      await reached(({ status }) => status !== "idle", Math.min(beginsWithinMs, withinMs));
    },
    async hear(message) {
      const event = reader.hear?.(message);
      if (!event) return;
      // The screen is looked at anew: what it showed before the hook may not be so any more.
      seen = { said: "", times: 0 };
      heard = true;
      await apply(follow(event));
    },
    watch: (look) => void watchers.add(look),
    close: () => closed.abort(),
  };
}
