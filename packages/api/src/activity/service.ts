import type { Services } from "../context.ts";
import type { Activity, ActivityPage, ListActivity } from "./schema.ts";

type Row = Omit<Activity, "at" | "metadata"> & { at: Date; metadata: string };

const toActivity = (row: Row): Activity => ({
  ...row,
  at: row.at.toISOString(),
  metadata: JSON.parse(row.metadata) as Record<string, unknown>,
});

/** Newest first; ids are time-ordered, so the cursor is an id. */
export async function list(services: Services, { kind, agentId, cursor, limit }: ListActivity): Promise<ActivityPage> {
  const rows = await services.db.client.activity.findMany({
    where: { kind, agentId, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { items: page.map(toActivity), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
