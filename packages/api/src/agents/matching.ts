import type { Services } from "../context.ts";
import { partOf } from "../text.ts";
import type { AgentRow } from "./mapper.ts";
import { statesOf } from "./rules.ts";
import type { ListAgents } from "./schema.ts";

/**
 * What the stored JSON of a list that holds this word holds at least. Whether the word is one of the list, and not a
 * part of another, is decided on the rows: no two engines agree on JSON.
 */
export function stored(word: string): { contains: string } {
  const plain = word.split(/["\\\p{Cc}]/u);
  return { contains: plain.length === 1 ? `"${word}"` : plain.reduce((a, b) => (b.length > a.length ? b : a)) };
}

/** Whether this stored list holds the word. */
export const holds = (list: string, word: string): boolean => (JSON.parse(list) as string[]).includes(word);

/** A choice of agents: what the database can decide, what is decided on its rows, and the order. */
interface Choice {
  where: object;
  keep?: (row: AgentRow) => boolean;
  /** The id is added, so that equal keys have an order. */
  orderBy: object;
  cursor: string | undefined;
  limit: number;
}

/** One page of the agents that a choice means; `nextCursor` is the id of its last one. */
export async function chosen(
  { db }: Pick<Services, "db">,
  { where, keep = () => true, orderBy, cursor, limit }: Choice,
): Promise<{ rows: AgentRow[]; nextCursor: string | null }> {
  const found: AgentRow[] = [];
  let after = cursor;
  for (let more = true; more && found.length <= limit; ) {
    const rows = await db.client.agent.findMany({
      where,
      orderBy: [orderBy, { id: "asc" }],
      ...(after ? { cursor: { id: after }, skip: 1 } : {}),
      take: limit + 1,
    });
    found.push(...rows.filter(keep));
    more = rows.length > limit;
    after = rows.at(-1)?.id;
  }
  const rows = found.slice(0, limit);
  return { rows, nextCursor: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

/** Agents that match every filter, newest first; starts with running ones (MSG-05, CON-18). */
export async function matching(
  services: Pick<Services, "db">,
  { status, text, tag, capability, shutdownFailed, cursor, limit, ...same }: ListAgents,
): Promise<{ rows: AgentRow[]; nextCursor: string | null }> {
  const { db } = services;
  const states = statesOf(status);
  const where = {
    ...same,
    ...(states ? { state: { in: states } } : {}),
    ...(text ? { OR: [{ id: partOf(db, text) }, { label: partOf(db, text) }] } : {}),
    ...(tag === undefined ? {} : { tags: stored(tag) }),
    ...(shutdownFailed ? { shutdownFailure: { not: null } } : {}),
    ...(capability === undefined ? {} : { capabilities: stored(capability) }),
  };
  const keep = (row: AgentRow) =>
    (tag === undefined || holds(row.tags, tag)) && (capability === undefined || holds(row.capabilities, capability));
  return chosen(services, { where, keep, orderBy: { createdAt: "desc" }, cursor, limit });
}
