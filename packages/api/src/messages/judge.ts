import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Unit } from "../unit.ts";
import type { Draft, Stored } from "./draft.ts";

const keyLivesMs = 24 * 3_600_000;
const minuteMs = 60_000;

const named = ({ sender, idempotencyKey }: Draft): string => JSON.stringify([sender.key, idempotencyKey]);

/** What was stored under the drafts' keys within a day; older keys are given up, so they can be used anew (MSG-36). */
async function underKeys(unit: Unit, drafts: Draft[]): Promise<Map<string, { id: number; digest: string | null }>> {
  const keyed = drafts.filter(({ idempotencyKey }) => idempotencyKey !== null);
  if (keyed.length === 0) return new Map();
  const pairs = keyed.map(({ sender, idempotencyKey }) => ({ senderKey: sender.key, idempotencyKey }));
  await unit.tx.message.updateMany({
    where: { OR: pairs, createdAt: { lte: new Date(unit.now.getTime() - keyLivesMs) } },
    data: { idempotencyKey: null },
  });
  const rows = await unit.tx.message.findMany({
    where: { OR: pairs },
    select: { id: true, senderKey: true, idempotencyKey: true, digest: true },
  });
  return new Map(rows.map((row) => [JSON.stringify([row.senderKey, row.idempotencyKey]), row]));
}

/** How much each sending agent may still send in this minute (MSG-37). */
async function roomOf({ settings }: Services, unit: Unit, drafts: Draft[]) {
  const agents = [...new Set(drafts.flatMap(({ sender }) => sender.agentId ?? []))];
  const limit = settings["messages.ratePerMinute"];
  const since = new Date(unit.now.getTime() - minuteMs);
  const counted = agents.length
    ? await unit.tx.message.groupBy({
        by: ["senderAgentId"],
        where: { senderAgentId: { in: agents }, createdAt: { gt: since } },
        _count: true,
      })
    : [];
  const sent = new Map(counted.map(({ senderAgentId, _count }) => [senderAgentId, _count]));
  return {
    take(agentId: string): boolean {
      const before = sent.get(agentId) ?? 0;
      if (before >= limit) return false;
      sent.set(agentId, before + 1);
      return true;
    },
    async refusal(agentId: string): Promise<AppError> {
      const [first] = await unit.tx.message.findMany({
        where: { senderAgentId: agentId, createdAt: { gt: since } },
        orderBy: { id: "desc" },
        skip: limit - 1,
        take: 1,
        select: { createdAt: true },
      });
      const waitMs = (first?.createdAt.getTime() ?? unit.now.getTime()) + minuteMs - unit.now.getTime();
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
async function artifactsOf({ tx }: Unit, drafts: Draft[]): Promise<Set<string>> {
  const ids = [...new Set(drafts.flatMap(({ artifactIds }) => artifactIds))];
  const rows = ids.length ? await tx.artifact.findMany({ where: { id: { in: ids } }, select: { id: true } }) : [];
  return new Set(rows.map(({ id }) => id));
}

const usedForAnother = (key: string | null) =>
  new AppError("Conflict", `${key} was used for another message`, {
    field: "idempotencyKey",
    next: "Give a new idempotencyKey for a new message.",
  });

/** What becomes of each draft of one transaction: `new`, a repeat of one before it (`of`), or what it is answered at once. */
export async function judge(services: Services, unit: Unit, drafts: Draft[]) {
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
