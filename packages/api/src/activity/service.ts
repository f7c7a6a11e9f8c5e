import type { Services } from "../context.ts";
import { partOf } from "../text.ts";
import type { Activity, ActivityPage, ListActivity } from "./schema.ts";

type Row = Omit<Activity, "at" | "metadata"> & { at: Date; metadata: string };

const toActivity = (row: Row): Activity => ({
  ...row,
  at: row.at.toISOString(),
  metadata: JSON.parse(row.metadata) as Record<string, unknown>,
});

/** Newest first; ids are time-ordered, so the cursor is an id. */
export async function list(
  { db }: Pick<Services, "db">,
  { kind, actor, onBehalfOf, agentId, host, text, from, to, cursor, limit }: ListActivity,
): Promise<ActivityPage> {
  const any = [
    ...(host ? [{ OR: [{ meta: host }, { actor: host }] }] : []),
    ...(text ? [{ OR: [{ title: partOf(db, text) }, { body: partOf(db, text) }] }] : []),
  ];
  const rows = await db.client.activity.findMany({
    where: { kind, actor, onBehalfOf, agentId, id: { lt: cursor }, at: { gte: from, lte: to }, AND: any },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { items: page.map(toActivity), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
