import type { z } from "zod";
import { record } from "../activity/record.ts";
import { isFinal } from "../commands/rules.ts";
import type { Services } from "../context.ts";
import {
  type AgentReport,
  type AgentState,
  type CommandState,
  liveStates,
  type SessionEnd,
  type UnknownSession,
} from "../contracts/index.ts";
import type { HostRow } from "../orchestrators/mapper.ts";
import { transact, type Unit } from "../unit.ts";
import { isAsKnown, workspaceReported } from "../workspaces/reported.ts";
import { endAgent } from "./end.ts";
import type { AgentRow } from "./mapper.ts";
import { endOf, hasEnded, missingFrom } from "./rules.ts";

interface Reported {
  complete: boolean;
  agents: AgentReport[];
}

/** Whether somebody asked this agent to end, in the life that began with its present request. */
async function shutdownAsked(unit: Unit, { id, spawnRequestId }: AgentRow): Promise<boolean> {
  const asked = await unit.tx.command.findFirst({
    where: {
      agentId: id,
      correlationId: spawnRequestId,
      type: "agent.shutdown",
      state: { notIn: ["cancelled", "expired"] },
    },
  });
  return asked !== null;
}

/** Ends an agent as its session ended, whoever reports it first. */
export async function sessionEnded(services: Services, unit: Unit, agent: AgentRow, end: SessionEnd, actor: string) {
  const verdict = endOf(agent.state as AgentState, end, await shutdownAsked(unit, agent));
  const how = end.signal ? `signal ${end.signal}` : end.exitCode === null ? undefined : `exit code ${end.exitCode}`;
  return endAgent(services, unit, agent, { ...verdict, text: how, end, actor });
}

/** What a host is to know of a session that it reported: goes on, is over for the relay, or belongs to nobody. */
type Verdict = "live" | "ended" | "unclaimed";

async function oneReported(services: Services, host: HostRow, report: AgentReport): Promise<Verdict> {
  return transact(services, async (unit) => {
    await unit.hold("agent", report.agentId);
    const agent = await unit.tx.agent.findUnique({ where: { id: report.agentId } });
    if (agent?.orchestratorId !== host.id) return "unclaimed";
    if (report.workspace) await workspaceReported(services, unit, host, agent, report.workspace);
    if (report.commandId !== agent.commandId) return earlierLife(unit, agent);
    await noted(services, unit, host, agent, report);
    if (report.end) await sessionEnded(services, unit, agent, report.end, host.id);
    else if (!hasEnded(agent.state as AgentState) && agent.sessionName !== report.sessionName) {
      await unit.tx.agent.update({ where: { id: agent.id }, data: { sessionName: report.sessionName } });
    }
    return report.end || hasEnded(agent.state as AgentState) ? "ended" : "live";
  });
}

/** What a start could not give the program, once for each start (HST-54, HST-60). */
async function noted(services: Services, unit: Unit, host: HostRow, agent: AgentRow, report: AgentReport) {
  if (!report.notes.length) return;
  await record(services, unit, {
    clientId: `notes:${report.commandId}`,
    kind: "state",
    view: "agents",
    title: `${agent.label ?? agent.id} started with less than was asked for`,
    body: report.notes.join("\n"),
    meta: host.id,
    actor: host.id,
    onBehalfOf: agent.onBehalfOf,
    agentId: agent.id,
    metadata: { commandId: report.commandId },
  });
}

/** Live sessions of which the relay knows all this already: after a restart of the relay that is nearly every one. */
async function withoutNews(services: Services, host: HostRow, reports: AgentReport[]): Promise<Set<AgentReport>> {
  const { client } = services.db;
  const ids = reports.map(({ agentId }) => agentId);
  const agents = await client.agent.findMany({ where: { id: { in: ids }, orchestratorId: host.id } });
  const workspaces = await client.workspace.findMany({
    where: { id: { in: reports.flatMap(({ workspace }) => workspace?.id ?? []) } },
  });
  const [agentOf, workspaceOf] = [byId(agents), byId(workspaces)];
  return new Set(
    reports.filter((report) => {
      const agent = agentOf.get(report.agentId);
      if (!agent || hasEnded(agent.state as AgentState) || report.end || report.notes.length) return false;
      if (report.commandId !== agent.commandId || report.sessionName !== agent.sessionName) return false;
      return !report.workspace || isAsKnown(report.workspace, workspaceOf.get(report.workspace.id));
    }),
  );
}

const byId = <Row extends { id: string }>(rows: Row[]) => new Map(rows.map((row) => [row.id, row]));

/** A session from before a restart: the restart's command ends it, and once that is over nobody else will. */
async function earlierLife(unit: Unit, agent: AgentRow): Promise<Verdict> {
  const command = await unit.tx.command.findUnique({ where: { id: agent.commandId ?? "" } });
  return command && !isFinal(command.state as CommandState) ? "live" : "ended";
}

async function endMissing(services: Services, host: HostRow, present: Set<string>): Promise<void> {
  const agents = await services.db.client.agent.findMany({
    where: { orchestratorId: host.id, state: { in: [...liveStates] }, commandId: { notIn: [...present] } },
  });
  for (const { id } of agents) {
    // Its runner is connected: the session began after the host had looked.
    if (services.presence.get(`agent:${id}`)) continue;
    await transact(services, async (unit) => {
      await unit.hold("agent", id);
      const agent = await unit.tx.agent.findUnique({ where: { id } });
      const command = agent?.commandId && (await unit.tx.command.findUnique({ where: { id: agent.commandId } }));
      if (!agent || (command && !isFinal(command.state as CommandState))) return;
      const verdict = missingFrom({ state: agent.state as AgentState, bootId: agent.bootId }, host.bootId);
      const text = "The host has no session of this agent any more";
      await endAgent(services, unit, agent, { ...verdict, text, actor: host.id });
    });
  }
}

/** Takes a host's view of its sessions; answers which of them the relay holds as ended or does not know (HST-18 to 22). */
export async function agentsReported(services: Services, host: HostRow, { complete, agents }: Reported) {
  const ended: string[] = [];
  const unclaimed: z.infer<typeof UnknownSession>[] = [];
  const known = await withoutNews(services, host, agents);
  for (const report of agents) {
    const { sessionName, startedAt } = report;
    const verdict = known.has(report) ? "live" : await oneReported(services, host, report);
    if (verdict === "unclaimed") unclaimed.push({ sessionName, startedAt });
    if (verdict === "ended") ended.push(sessionName);
  }
  if (complete) await endMissing(services, host, new Set(agents.map(({ commandId }) => commandId)));
  return { ended, unclaimed };
}
