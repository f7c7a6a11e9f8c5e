import type { Topic } from "./bells.ts";
import { drained } from "./connection.ts";
import type { Authed } from "./context.ts";
import { timing } from "./contracts/index.ts";

interface Follow<Item> {
  topic: Topic;
  /** Everything new since the last turn; called again after each ring and at least every two seconds (HST-27), or as `recheckMs` says. */
  read: () => Promise<Item[]>;
  /** Milliseconds after which it is read without a ring; two seconds. */
  recheckMs?: number;
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
  { topic, read, until, recheckMs = timing.recheck }: Follow<Item>,
) {
  const bell = ctx.bells.listen(topic, `token:${ctx.caller.tokenId}`);
  try {
    while (!signal?.aborted) {
      await ctx.stillAllowed();
      for (const item of await read()) {
        await drained(ctx.connection, signal);
        if (signal?.aborted) return;
        yield item;
      }
      if (until?.()) return;
      await bell.wait(recheckMs, signal);
    }
  } finally {
    bell.close();
  }
}
