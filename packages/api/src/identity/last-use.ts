import type { Services } from "../context.ts";

/** When each token and session was used last, by id; in memory until it is written in one go (IDN-11). */
export interface LastUse {
  tokens: Map<string, Date>;
  sessions: Map<string, Date>;
}

export const createLastUse = (): LastUse => ({ tokens: new Map(), sessions: new Map() });

function toTheMinute(at: Date): Date {
  const minute = new Date(at);
  minute.setUTCSeconds(0, 0);
  return minute;
}

/** Writes what was used since the last time: a token's use to the minute, a session's as it was, since its end depends on it. */
export async function flushLastUse({ db, used }: Pick<Services, "db" | "used">): Promise<void> {
  const [tokens, sessions] = [[...used.tokens], [...used.sessions]];
  used.tokens.clear();
  used.sessions.clear();
  const minutes = new Map<number, string[]>();
  for (const [id, at] of tokens) {
    const minute = toTheMinute(at).getTime();
    const ids = minutes.get(minute) ?? [];
    ids.push(id);
    minutes.set(minute, ids);
  }
  for (const [minute, ids] of minutes) {
    const lastUsedAt = new Date(minute);
    await db.client.token.updateMany({
      where: { id: { in: ids }, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: lastUsedAt } }] },
      data: { lastUsedAt },
    });
  }
  for (const [id, lastUsedAt] of sessions) {
    await db.client.session.updateMany({ where: { id, lastUsedAt: { lt: lastUsedAt } }, data: { lastUsedAt } });
  }
}
