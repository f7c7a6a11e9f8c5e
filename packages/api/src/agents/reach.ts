import { toCommand } from "../commands/mapper.ts";
import type { Authed } from "../context.ts";
import { type AgentState, type Command, liveStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { agentOfRequest } from "../spawn/requests.ts";
import { transact, type Unit } from "../unit.ts";
import type { AgentRow } from "./mapper.ts";
import { hasEnded } from "./rules.ts";
import type { Selector } from "./schema.ts";

interface Act {
  /** What is done, for refusals: `shut down`. */
  verb: string;
  /** An agent may do it to itself (compact). */
  self?: boolean;
}

const notYours = ({ verb }: Act) =>
  new AppError("Forbidden", `An agent may ${verb} only its own children, each by its agentId alone`);

/**
 * The agents that this caller means and may reach, at least one: a person any, an agent its own children only (SPN-53,
 * SPN-54). Throws Forbidden, Invalid, NotFound, or Conflict when a name fits several live agents.
 */
async function reach(ctx: Authed, act: Act, { all, ...selector }: Selector): Promise<AgentRow[]> {
  const names = Object.entries(selector).filter(([, value]) => value !== undefined);
  const self = actingAgent(ctx.caller);
  if (self) {
    if (names.length !== 1 || !selector.agentId || all) throw notYours(act);
    const row = await ctx.db.client.agent.findUnique({ where: { id: selector.agentId } });
    if (!row || (row.spawnedBy !== self && !(act.self && row.id === self))) throw notYours(act);
    allow(ctx.caller, { orchestratorId: row.orchestratorId ?? undefined });
    return [row];
  }
  if (ctx.caller.kind === "orchestrator") {
    throw new AppError("Forbidden", `A host does not ${act.verb} agents on its own`);
  }
  if (!names.length) {
    throw new AppError("Invalid", "Name the agent: agentId, policyName, spawnRequestId or sessionName", {
      field: "agentId",
    });
  }
  const whole = names.length === 1 && selector.orchestratorId !== undefined;
  if (whole !== Boolean(all)) {
    const message = whole
      ? "orchestratorId alone means every agent there: give all: true, or name one agent"
      : "all goes with orchestratorId alone";
    throw new AppError("Invalid", message, { field: "all" });
  }
  const rows = await find(ctx, selector, whole);
  for (const { orchestratorId, cwd, policyName } of rows) {
    const named = { policyName: policyName ?? undefined, spawnRequestId: selector.spawnRequestId };
    allow(ctx.caller, { orchestratorId: orchestratorId ?? undefined, cwd, ...named });
  }
  return rows;
}

async function find(ctx: Authed, { spawnRequestId, agentId, ...where }: Selector, whole: boolean): Promise<AgentRow[]> {
  const asked = spawnRequestId ? ((await agentOfRequest(ctx.db.client, spawnRequestId))?.id ?? "") : undefined;
  const ids = [agentId, asked].filter((id) => id !== undefined);
  const found = await ctx.db.client.agent.findMany({
    where: { ...where, AND: ids.map((id) => ({ id })) },
    orderBy: { createdAt: "desc" },
  });
  const live = found.filter(({ state }) => (liveStates as readonly string[]).includes(state));
  const said = Object.entries({ agentId, spawnRequestId, ...where })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]))
    .join(", ");
  if (whole ? !live.length : !found.length) {
    throw new AppError("NotFound", `There is no ${whole ? "live " : ""}agent with ${said}`);
  }
  if (whole) return live;
  if (live.length > 1) {
    const several = live.map(({ id }) => id).join(", ");
    throw new AppError("Conflict", `${said} fits several live agents: ${several}`, { next: "Give one agentId." });
  }
  return [(live[0] ?? found[0]) as AgentRow];
}

/** What an act did to one agent: its command, or null when there was nothing to do. */
export interface Done {
  agentId: string;
  orchestratorId: string | null;
  command: Command | null;
}

/** Does one act to each agent that is meant, all in one transaction: all or none. */
export async function actOn(
  ctx: Authed,
  act: Act,
  selector: Selector,
  run: (unit: Unit, agent: AgentRow & { orchestratorId: string }) => Promise<Parameters<typeof toCommand>[0] | null>,
): Promise<Done[]> {
  const rows = await reach(ctx, act, selector);
  const ids = rows.map(({ id }) => id).sort();
  await reachableHosts(ctx, rows);
  return transact(ctx, async (unit) => {
    const done: Done[] = [];
    for (const agentId of ids) {
      await unit.hold("agent", agentId);
      const agent = await unit.tx.agent.findUniqueOrThrow({ where: { id: agentId } });
      const { orchestratorId } = agent;
      if (!orchestratorId) throw byHand(agent);
      const row = await run(unit, { ...agent, orchestratorId });
      done.push({ agentId, orchestratorId, command: row && toCommand(row) });
    }
    return done;
  });
}

/**
 * The hosts of these agents can be told something now. What has ended needs none, and a command that its host has not
 * seen yet can be taken back without it (SPN-60).
 */
async function reachableHosts(ctx: Authed, agents: AgentRow[]): Promise<void> {
  const byHands = agents.find(({ orchestratorId }) => !orchestratorId);
  if (byHands) throw byHand(byHands);
  const live = agents.filter(({ state }) => !hasEnded(state as AgentState));
  const pending = await ctx.db.client.command.findMany({
    where: { id: { in: live.flatMap(({ commandId }) => commandId ?? []) }, state: "pending" },
    select: { id: true },
  });
  const unseen = new Set(pending.map(({ id }) => id));
  const told = live.filter(({ commandId }) => !unseen.has(commandId ?? ""));
  for (const id of new Set(told.flatMap(({ orchestratorId }) => orchestratorId ?? []))) await onlineHost(ctx, id);
}

const byHand = ({ id }: AgentRow) =>
  new AppError("Conflict", `Agent ${id} was started by hand: no host can reach its session`, {
    next: "Go to where it runs.",
  });

/** The session of an agent, as its host knows it (HST-15). */
export const sessionOf = ({ sessionName, commandId }: AgentRow): string => sessionName ?? `sb-${commandId}`;

/** The part that all acts answer alike: one agent's command, or with `all` a list of them. */
export function answerOf(done: Done[], all: boolean | undefined) {
  const [first] = done;
  const one = { agentId: first?.agentId ?? null, command: first?.command ?? null };
  const orchestratorId = first?.orchestratorId ?? null;
  if (!all) return { ok: true as const, orchestratorId, ...one };
  const commands = done.flatMap(({ command }) => (command ? [command] : []));
  return { ok: true as const, orchestratorId, agentId: null, command: null, commands };
}
