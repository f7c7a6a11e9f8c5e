import type { Topic } from "./bells.ts";
import { drained } from "./connection.ts";
import type { Authed } from "./context.ts";
import { timing } from "./contracts/index.ts";

interface Follow<Item> {
  topic: Topic | Topic[];
  /**
   * Everything new since the last turn; called again after each ring, with the topics that rang, and with none at least
   * every `recheckMs`, two seconds unless given (HST-27).
   */
  read: (rung: ReadonlySet<Topic>) => Promise<Item[]>;
  recheckMs?: number;
  /** Whether the last read left something for the next, which then comes at once. */
  more?: () => boolean;
  /** Said once the stream can go no further. */
  until?: () => boolean;
}

/**
 * The one stream: attach, then read, then wait. Replay and live are one path; authority is checked again on each turn,
 * so a revoked token ends its open streams (IDN-09); it yields only while the socket drains.
 */
export async function* follow<Item>(
  ctx: Authed,
  signal: AbortSignal | undefined,
  { topic, read, recheckMs = timing.recheck, more, until }: Follow<Item>,
) {
  const bell = ctx.bells.listen(...[topic].flat(), `token:${ctx.caller.tokenId}`);
  let rung: ReadonlySet<Topic> = new Set();
  try {
    while (!signal?.aborted) {
      await ctx.stillAllowed();
      for (const item of await read(rung)) {
        await drained(ctx.connection, signal);
        if (signal?.aborted) return;
        yield item;
      }
      if (until?.()) return;
      rung = more?.() ? new Set() : await bell.wait(recheckMs, signal);
    }
  } finally {
    bell.close();
  }
}
