import { Prisma } from "@signalbox/db";
import { holds, stored } from "../agents/matching.ts";
import type { Authed, Services } from "../context.ts";
import { type AgentState, runningStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent } from "../identity/caller.ts";
import { partOf } from "../text.ts";
import { nearest } from "./nearest.ts";
import type { GetRecipients, Recipients } from "./schema.ts";

/** An agent as far as it can be addressed. */
export interface Addressed {
  id: string;
  label: string | null;
  state: string;
  /** Of its last registration. */
  epoch: number;
}

/** Agents by their exact ids, for many callers at once; null for an unknown one. */
export async function byIds({ db }: Pick<Services, "db">, ids: string[]): Promise<(Addressed | null)[]> {
  const rows = await db.sql.rows<Addressed>(
    Prisma.sql`SELECT "id", "label", "state", "epoch" FROM "Agent" WHERE "id" IN (${Prisma.join([...new Set(ids)])})`,
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => known.get(id) ?? null);
}

const shown = { id: true, label: true, state: true, epoch: true } as const;
const most = 500;
const candidatesNamed = 10;

const folded = (text: string): string => text.trim().toLowerCase();
const isRunning = ({ state }: Addressed): boolean => (runningStates as readonly string[]).includes(state);

/** Agents with this label, else with this name, whatever its case; databases agree on the case of ASCII letters only. */
async function called({ db }: Pick<Services, "db">, text: string): Promise<Addressed[]> {
  const ascii = /^[\x20-\x7e]*$/.test(text);
  const rows = await db.client.agent.findMany({
    where: ascii ? { OR: [{ label: partOf(db, text) }, { id: partOf(db, text) }] } : {},
    select: shown,
  });
  const labelled = rows.filter(({ label }) => label !== null && folded(label) === folded(text));
  return labelled.length ? labelled : rows.filter(({ id, label }) => label === null && folded(id) === folded(text));
}

/** Agents whose id ends with this segment. */
async function bySegment({ db }: Pick<Services, "db">, text: string): Promise<Addressed[]> {
  const rows = await db.client.agent.findMany({ where: { id: { endsWith: `-${text}` } }, select: shown });
  return rows.filter(({ id }) => id.slice(id.indexOf("-") + 1) === text);
}

const inWords = ({ id, label, state }: Addressed): string => `${id}${label ? ` (${label})` : ""}, ${state}`;

function ambiguous(to: string, found: Addressed[]): AppError {
  const rest = found.length > candidatesNamed ? `; and ${found.length - candidatesNamed} more` : "";
  const list = found.slice(0, candidatesNamed).map(inWords).join("; ");
  return new AppError("Invalid", `${to} means ${found.length} agents: ${list}${rest}`, {
    field: "to",
    next: "Give the id of the one that you mean.",
  });
}

async function unknown(services: Pick<Services, "db">, to: string): Promise<AppError> {
  const agents = await services.db.client.agent.findMany({
    select: shown,
    orderBy: { lastActiveAt: "desc" },
    take: most,
  });
  const near = nearest(
    to,
    agents.flatMap(({ id, label }) => (label ? [id, label] : [id])),
  );
  const hint = near.length ? `; near to it: ${near.join(", ")}` : "";
  return new AppError("NotFound", `No agent is called ${to}${hint}`, {
    field: "to",
    next: "Look for it with relay_find_agents.",
  });
}

/** The one agent that a reference means: id, label, name, segment; running ones first (MSG-19 to MSG-22). */
async function oneAgent(services: Pick<Services, "db" | "addressed">, to: string): Promise<Addressed> {
  const exact = await services.addressed(to);
  if (exact) return exact;
  const named = await called(services, to);
  const found = named.length ? named : await bySegment(services, to);
  if (found.length === 0) throw await unknown(services, to);
  const running = found.filter(isRunning);
  const [only, other] = running.length ? running : found;
  if (only && !other) return only;
  throw ambiguous(to, running.length ? running : found);
}

const lists = { tag: "tags", cap: "capabilities" } as const;

/** The agents that a selector addresses; null: it is a reference to one (MSG-25, MSG-27). */
async function selected({ db }: Pick<Services, "db">, to: string): Promise<Addressed[] | null> {
  const running = { state: { in: [...runningStates] as AgentState[] } };
  if (to === "broadcast") return db.client.agent.findMany({ where: running, select: shown });
  const [, kind, value = ""] = /^(tag|cap|label):(.+)$/s.exec(to) ?? [];
  if (!kind) return null;
  if (kind === "label") {
    const rows = await db.client.agent.findMany({ where: { ...running, label: { not: null } }, select: shown });
    return rows.filter(({ label }) => folded(label ?? "") === folded(value));
  }
  const list = lists[kind as keyof typeof lists];
  const rows = await db.client.agent.findMany({
    where: { ...running, [list]: stored(value) },
    select: { ...shown, tags: true, capabilities: true },
  });
  return rows.filter((row) => holds(row[list], value));
}

/** The live agent of a policy (MSG-28). */
async function ofPolicy({ db }: Pick<Services, "db">, to: string): Promise<Addressed | null> {
  if (!to.startsWith("policy:")) return null;
  const policyName = to.slice("policy:".length);
  const rows = await db.client.agent.findMany({
    where: { policyName },
    select: shown,
    orderBy: { createdAt: "desc" },
    take: 50,
  });
  const agent = rows.find(isRunning) ?? rows.find(({ state }) => state !== "exited" && state !== "failed");
  if (agent) return agent;
  throw new AppError("NotFound", `No agent stands for the policy ${policyName}`, {
    field: "to",
    next: "Look for an agent with relay_find_agents.",
  });
}

/** Whom a message goes to, never its sender (MSG-24, MSG-25, MSG-26). `target` is what is stored (MSG-23). */
export async function recipientsOf(
  ctx: Pick<Authed, "db" | "addressed">,
  to: string,
  sender: string | null,
): Promise<{ target: string; recipients: Addressed[] }> {
  const many = await selected(ctx, to);
  if (many) {
    const recipients = many.filter(({ id }) => id !== sender).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (recipients.length > most) {
      throw new AppError("Invalid", `${to} addresses ${recipients.length} agents; at most ${most} are written to`, {
        field: "to",
        limit: most,
        next: "Narrow the selector, for example to a tag.",
      });
    }
    return { target: to, recipients };
  }
  const agent = (await ofPolicy(ctx, to)) ?? (await oneAgent(ctx, to));
  if (agent.id === sender) {
    throw new AppError("Invalid", "This message is to yourself", {
      field: "to",
      next: "Name another agent; relay_find_agents lists them.",
    });
  }
  return { target: agent.id, recipients: [agent] };
}

/** Whom a message of the caller would go to if it were sent now; refused as sending would be (CON-45). */
export async function recipients(ctx: Authed, { to }: GetRecipients): Promise<Recipients> {
  const found = await recipientsOf(ctx, to, actingAgent(ctx.caller));
  const shownAs = ({ id, label, state }: Addressed) => ({ id, label, status: state as AgentState });
  return { target: found.target, recipients: found.recipients.map(shownAs) };
}
