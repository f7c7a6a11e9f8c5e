import { Prisma } from "@signalbox/db";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import type { SqlUnit } from "../unit.ts";
import type { Draft, Stored } from "./draft.ts";

const keyLivesMs = 24 * 3_600_000;
/** What was sent up to then has given up its key. */
export const keyExpiry = (now: Date): Date => new Date(now.getTime() - keyLivesMs);
const minuteMs = 60_000;

const named = ({ sender, idempotencyKey }: Draft): string => JSON.stringify([sender.key, idempotencyKey]);

interface Keyed {
  id: number;
  senderKey: string;
  idempotencyKey: string;
  digest: string | null;
}

/** What was stored under the drafts' keys within a day; older keys are given up, so they can be used anew (MSG-36). */
async function underKeys({ sql, now }: SqlUnit, drafts: Draft[]): Promise<Map<string, Keyed>> {
  const pairs = drafts.flatMap(({ sender, idempotencyKey: key }) =>
    key === null ? [] : [Prisma.sql`("senderKey" = ${sender.key} AND "idempotencyKey" = ${key})`],
  );
  if (pairs.length === 0) return new Map();
  const any = Prisma.sql`(${Prisma.join(pairs, " OR ")})`;
  await sql.run(Prisma.sql`
    UPDATE "Message" SET "idempotencyKey" = NULL WHERE ${any} AND "createdAt" <= ${keyExpiry(now)}`);
  const rows = await sql.rows<Keyed>(
    Prisma.sql`SELECT "id", "senderKey", "idempotencyKey", "digest" FROM "Message" WHERE ${any}`,
  );
  return new Map(rows.map((row) => [JSON.stringify([row.senderKey, row.idempotencyKey]), row]));
}

/** How much each sending agent may still send in this minute (MSG-37). */
async function roomOf({ settings }: Services, { sql, now }: SqlUnit, drafts: Draft[]) {
  const agents = [...new Set(drafts.flatMap(({ sender }) => sender.agentId ?? []))];
  const limit = settings["messages.ratePerMinute"];
  const since = new Date(now.getTime() - minuteMs);
  const counted = agents.length
    ? await sql.rows<{ agentId: string; sent: number }>(Prisma.sql`
        SELECT "senderAgentId" AS "agentId", CAST(count(*) AS INTEGER) AS "sent" FROM "Message"
        WHERE "senderAgentId" IN (${Prisma.join(agents)}) AND "createdAt" > ${since} GROUP BY "senderAgentId"`)
    : [];
  const sent = new Map(counted.map((one) => [one.agentId, one.sent]));
  return {
    take(agentId: string): boolean {
      const before = sent.get(agentId) ?? 0;
      if (before >= limit) return false;
      sent.set(agentId, before + 1);
      return true;
    },
    async refusal(agentId: string): Promise<AppError> {
      const [first] = await sql.rows<{ createdAt: string }>(Prisma.sql`
        SELECT "createdAt" FROM "Message" WHERE "senderAgentId" = ${agentId} AND "createdAt" > ${since}
        ORDER BY "id" DESC LIMIT 1 OFFSET ${limit - 1}`);
      const waitMs = new Date(first?.createdAt ?? now).getTime() + minuteMs - now.getTime();
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
      return new AppError("QuotaReached", `An agent may send ${limit} messages a minute`, {
        limit,
        retryAfterSeconds,
        next: `Wait ${retryAfterSeconds} s, then send again.`,
      });
    },
  };
}

/** Which of the drafts' artifacts are there still: one that has gone meanwhile must not fail all that share the transaction. */
async function artifactsOf({ sql }: SqlUnit, drafts: Draft[]): Promise<Set<string>> {
  const ids = [...new Set(drafts.flatMap(({ artifactIds }) => artifactIds))];
  if (ids.length === 0) return new Set();
  const rows = await sql.rows<{ id: string }>(
    Prisma.sql`SELECT "id" FROM "Artifact" WHERE "id" IN (${Prisma.join(ids)})`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** A key was used before for something else (MSG-36). */
export const usedForAnother = (key: string | null) =>
  new AppError("Conflict", `${key} was used for another message`, {
    field: "idempotencyKey",
    next: "Give a new idempotencyKey for a new message.",
  });

/** What becomes of each draft of one transaction: `new`, a repeat of one before it (`of`), or what it is answered at once. */
export async function judge(services: Services, unit: SqlUnit, drafts: Draft[]) {
  const stored = await underKeys(unit, drafts);
  const room = await roomOf(services, unit, drafts);
  const artifacts = await artifactsOf(unit, drafts);
  const seen = new Map<string, number>();
  const verdicts: ("new" | { of: number } | Stored)[] = [];
  for (const [at, draft] of drafts.entries()) {
    const key = draft.idempotencyKey === null ? null : named(draft);
    const before = key === null ? undefined : stored.get(key);
    const twin = key === null ? undefined : seen.get(key);
    const digest = before ? before.digest : twin !== undefined && drafts[twin]?.digest;
    const gone = draft.artifactIds.find((id) => !artifacts.has(id));
    const from = draft.sender.agentId;
    if ((before || twin !== undefined) && digest !== draft.digest) {
      verdicts[at] = { refused: usedForAnother(draft.idempotencyKey) };
    } else if (before) verdicts[at] = { id: before.id, created: false };
    else if (twin !== undefined) verdicts[at] = { of: twin };
    else if (gone !== undefined) {
      verdicts[at] = { refused: new AppError("NotFound", `There is no artifact ${gone}`, { field: "attachments" }) };
    } else if (from && !room.take(from)) verdicts[at] = { refused: await room.refusal(from) };
    else {
      verdicts[at] = "new";
      if (key !== null) seen.set(key, at);
    }
  }
  return verdicts;
}
