import { enqueue } from "../commands/enqueue.ts";
import type { CommandRow } from "../commands/mapper.ts";
import type { Outcome, Settle } from "../commands/outcome.ts";
import { startOf } from "../commands/start.ts";
import {
  type AgentState,
  type FailureReason,
  FailureReason as FailureReasons,
  RestartParams,
  type ShutdownFailure,
} from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import { neverUsed } from "../workspaces/owner.ts";
import { endAgent } from "./end.ts";
import { hasEnded } from "./rules.ts";

/** A start's command ended: the session exists, or the agent failed with a typed reason (SPN-45, SPN-47). */
export const settleStart: Settle<"agent.spawn" | "agent.restart"> = async (services, unit, command, outcome) => {
  const agentId = startOf(command)?.agentId ?? "";
  await unit.hold("agent", agentId);
  const agent = await unit.tx.agent.findUnique({ where: { id: agentId } });
  if (agent?.commandId !== command.id) return;
  if (outcome.state === "succeeded") {
    const host = await unit.tx.orchestrator.findUnique({ where: { id: command.orchestratorId } });
    await unit.tx.agent.update({
      where: { id: agentId },
      data: { sessionName: outcome.result.sessionName, bootId: host?.bootId },
    });
    unit.publish({ type: "agent", id: agentId });
    return;
  }
  if (outcome.state === "cancelled" || outcome.state === "failed") await madeInVain(unit, command, outcome);
  if (agent.state !== "spawning") return;
  if (outcome.state === "cancelled") {
    const { cancelRequestedBy: who, orchestratorId } = command;
    const text = who ? `asked by ${who}` : undefined;
    await endAgent(services, unit, agent, { state: "exited", kind: "cancelled", text, actor: who ?? orchestratorId });
    return;
  }
  const typed = FailureReasons.safeParse(outcome.error.reason);
  const kind: FailureReason = typed.success ? typed.data : "session_died";
  const end = outcome.error.lastLines && { exitCode: null, signal: null, lastLines: outcome.error.lastLines };
  const text = outcome.error.message;
  await endAgent(services, unit, agent, { state: "failed", kind, text, end, actor: command.orchestratorId });
};

/** What the host had announced of a new workspace is gone with the start, unless the host itself was out of reach. */
async function madeInVain(
  unit: Unit,
  command: CommandRow,
  outcome: Exclude<Outcome<"agent.spawn">, { state: "succeeded" }>,
): Promise<void> {
  const unheard = "error" in outcome && ["expired", "host_lost"].includes(outcome.error.reason);
  const wentOn = command.type === "agent.restart" && RestartParams.parse(JSON.parse(command.params)).workspace;
  const params = startOf(command);
  if (params && !unheard && !wentOn) await neverUsed(unit, params.workspaceId, params.agentId);
}

/** A restart that did not come about leaves no session of the agent's earlier life running unseen (IDN-48, SPN-46). */
export const settleRestart: Settle<"agent.restart"> = async (services, unit, command, outcome) => {
  await settleStart(services, unit, command, outcome);
  if (outcome.state === "succeeded") return;
  const { agentId, sessionName, spawnRequestId, timeoutMs } = RestartParams.parse(JSON.parse(command.params));
  await enqueue(services, unit, {
    orchestratorId: command.orchestratorId,
    type: "agent.shutdown",
    params: { agentId, sessionName, graceSeconds: timeoutMs / 1000 },
    agentId,
    requestedBy: "relay",
    correlationId: spawnRequestId,
  });
};

/**
 * What the host was told to do to a session shows in the agent only through what the session then does. A shutdown that
 * did not come about leaves the agent as it is, and names it to whoever can help (HST-33).
 */
export const settleShutdown: Settle<"agent.shutdown"> = async (_services, unit, command, outcome) => {
  const agentId = command.agentId ?? "";
  await unit.hold("agent", agentId);
  const agent = await unit.tx.agent.findUnique({ where: { id: agentId } });
  if (!agent || hasEnded(agent.state as AgentState) || agent.spawnRequestId !== command.correlationId) return;
  const text = "error" in outcome ? `${command.orchestratorId} did not end ${agentId}: ${outcome.error.message}` : null;
  if (text === null && agent.shutdownFailure === null) return;
  const shutdownFailure = text && JSON.stringify({ since: unit.now.toISOString(), text } satisfies ShutdownFailure);
  await unit.tx.agent.update({ where: { id: agentId }, data: { shutdownFailure } });
  unit.publish({ type: "agent", id: agentId });
};

/** Nothing else changes (HST-33). */
export const settleTold: Settle<"agent.compact" | "agent.interrupt"> = async () => {};
