import { Prisma } from "@signalbox/db";
import type { Services } from "../context.ts";
import type { AgentState } from "../contracts/index.ts";
import type { SqlUnit } from "../unit.ts";
import { bounce } from "./bounce.ts";
import type { Draft } from "./draft.ts";
import { exchanges, firstState, type Passed } from "./rules.ts";

/** Two agents, whoever of them writes. */
export const pairOf = (a: string, b: string): string => JSON.stringify([a, b].toSorted());

type Pair = [a: string, b: string];

/**
 * Of the pairs in which one of these drafts goes from the first to the second, those in which the second has written
 * back often enough to have exchanged so much: most have not, and of those nothing more is read.
 */
async function talkative({ sql }: SqlUnit, taken: { draft: Draft }[], since: Date, limit: number): Promise<Pair[]> {
  const bySender = new Map<string, Set<string>>();
  for (const { draft } of taken) {
    const from = draft.sender.agentId;
    if (!from || draft.recipients.length === 0) continue;
    const to = bySender.get(from) ?? new Set();
    bySender.set(from, to);
    for (const { id } of draft.recipients) to.add(id);
  }
  const found: Pair[] = [];
  for (const [from, to] of bySender) {
    const rows = await sql.rows<{ id: string }>(Prisma.sql`
      SELECT "senderAgentId" AS "id" FROM "Delivery"
      WHERE "agentId" = ${from} AND "senderAgentId" IN (${Prisma.join([...to])}) AND "acceptedAt" > ${since}
      GROUP BY "senderAgentId" HAVING count(*) >= ${limit}`);
    found.push(...rows.map(({ id }): Pair => [from, id]));
  }
  return found;
}

interface PassedRow {
  messageId: number;
  senderAgentId: string | null;
  acceptedAt: string;
  releasedAt: string | null;
}

/** What passed between two agents since then, and what people wrote to either or let go on, in order. */
async function passedBetween({ sql }: SqlUnit, [a, b]: Pair, since: Date): Promise<Passed[]> {
  const rows = await sql.rows<PassedRow>(Prisma.sql`
    SELECT d."messageId", d."senderAgentId", d."acceptedAt", d."releasedAt"
    FROM "Delivery" d JOIN "Message" m ON m."id" = d."messageId"
    WHERE (d."acceptedAt" > ${since} OR d."releasedAt" > ${since})
      AND ((d."agentId" = ${a} AND d."senderAgentId" = ${b}) OR (d."agentId" = ${b} AND d."senderAgentId" = ${a})
        OR (m."senderKind" = 'person' AND d."agentId" IN (${a}, ${b})))`);
  const passed: { at: number; id: number; what: Passed }[] = [];
  for (const { messageId: id, senderAgentId, acceptedAt, releasedAt } of rows) {
    const at = new Date(acceptedAt).getTime();
    if (at > since.getTime()) passed.push({ at, id, what: senderAgentId ? { by: senderAgentId } : "person" });
    if (releasedAt) passed.push({ at: new Date(releasedAt).getTime(), id, what: "person" });
  }
  return passed.toSorted((x, y) => x.at - y.at || x.id - y.id).map(({ what }) => what);
}

/** The pairs of these drafts that have exchanged so much without a person that a person must let them go on (MSG-60). */
export async function heldPairs(
  { settings }: Services,
  unit: SqlUnit,
  taken: { draft: Draft }[],
): Promise<ReadonlySet<string>> {
  const limit = settings["messages.loopExchanges"];
  const held = new Set<string>();
  if (limit === 0) return held;
  const since = new Date(unit.now.getTime() - settings["messages.loopMinutes"] * 60_000);
  for (const pair of await talkative(unit, taken, since, limit)) {
    if (exchanges(await passedBetween(unit, pair, since)) >= limit) held.add(pairOf(...pair));
  }
  return held;
}

interface HeldRow {
  messageId: number;
  agentId: string;
  deliverWithin: number;
  state: AgentState | null;
}

/** Lets held deliveries go on, in order; their deadline runs from now (MSG-61), or has come if their agent has ended (MSG-43). */
async function release(services: Services, unit: SqlUnit, which: Prisma.Sql): Promise<void> {
  const rows = await unit.sql.rows<HeldRow>(Prisma.sql`
    SELECT d."messageId", d."agentId", m."deliverWithin", a."state"
    FROM "Delivery" d JOIN "Message" m ON m."id" = d."messageId" LEFT JOIN "Agent" a ON a."id" = d."agentId"
    WHERE d."state" = 'held' AND (${which}) ORDER BY d."messageId"`);
  const failed: number[] = [];
  for (const { messageId, agentId, deliverWithin, state } of rows) {
    const first = firstState(state ?? "exited");
    const withinMs = first.state === "undeliverable" ? 0 : deliverWithin * 1000;
    const changed = await unit.sql.run(Prisma.sql`
      UPDATE "Delivery" SET "state" = ${first.state}, "reason" = ${first.reason}, "releasedAt" = ${unit.now},
        "deadlineAt" = ${new Date(unit.now.getTime() + withinMs)}
      WHERE "messageId" = ${messageId} AND "agentId" = ${agentId} AND "state" = 'held'`);
    if (changed === 0) continue;
    if (first.state === "undeliverable") failed.push(messageId);
    unit.ring(`mail:${agentId}`);
    unit.publish({ type: "message", id: String(messageId) });
  }
  await bounce(services, unit, failed);
}

/** A person has written to these agents: what was held to or from them goes on. */
export async function releaseHeldOf(services: Services, unit: SqlUnit, agentIds: string[]): Promise<void> {
  if (agentIds.length === 0) return;
  const ids = Prisma.join(agentIds);
  await release(services, unit, Prisma.sql`d."agentId" IN (${ids}) OR d."senderAgentId" IN (${ids})`);
}

/** What is held between a sender and these agents goes on, whoever of the two wrote it: the exchange as a whole (MSG-61). */
export async function releaseBetween(services: Services, unit: SqlUnit, senderAgentId: string, agentIds: string[]) {
  if (agentIds.length === 0) return;
  const ids = Prisma.join(agentIds);
  const one = Prisma.sql`d."agentId" IN (${ids}) AND d."senderAgentId" = ${senderAgentId}`;
  const other = Prisma.sql`d."agentId" = ${senderAgentId} AND d."senderAgentId" IN (${ids})`;
  await release(services, unit, Prisma.sql`(${one}) OR (${other})`);
}
