import type { Services } from "../context.ts";
import { partOf } from "../text.ts";
import type { AgentRow } from "./mapper.ts";
import { statesOf } from "./rules.ts";
import type { ListAgents } from "./schema.ts";

/**
 * What the stored JSON of a list that holds this word holds at least. Whether the word is one of the list, and not a
 * part of another, is decided on the rows: no two engines agree on JSON.
 */
function stored(word: string): { contains: string } {
  const plain = word.split(/["\\\p{Cc}]/u);
  return { contains: plain.length === 1 ? `"${word}"` : plain.reduce((a, b) => (b.length > a.length ? b : a)) };
}

const holds = (list: string, word: string | undefined) =>
  word === undefined || (JSON.parse(list) as string[]).includes(word);

/** Agents that match every filter, newest first; starts with running ones (MSG-05, CON-18). */
export async function matching(
  { db }: Pick<Services, "db">,
  { status, text, tag, capability, shutdownFailed, cursor, limit, ...same }: ListAgents,
): Promise<{ rows: AgentRow[]; nextCursor: string | null }> {
  const states = statesOf(status);
  const where = {
    ...same,
    ...(states ? { state: { in: states } } : {}),
    ...(text ? { OR: [{ id: partOf(db, text) }, { label: partOf(db, text) }] } : {}),
    ...(tag === undefined ? {} : { tags: stored(tag) }),
    ...(shutdownFailed ? { shutdownFailure: { not: null } } : {}),
    ...(capability === undefined ? {} : { capabilities: stored(capability) }),
  };
  const found: AgentRow[] = [];
  let after = cursor;
  for (let more = true; more && found.length <= limit; ) {
    const rows = await db.client.agent.findMany({
      where,
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
      ...(after ? { cursor: { id: after }, skip: 1 } : {}),
      take: limit + 1,
    });
    found.push(...rows.filter((row) => holds(row.tags, tag) && holds(row.capabilities, capability)));
    more = rows.length > limit;
    after = rows.at(-1)?.id;
  }
  const rows = found.slice(0, limit);
  return { rows, nextCursor: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}
