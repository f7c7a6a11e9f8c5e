import type { Settle } from "../commands/outcome.ts";
import { type FailureReason, FailureReason as FailureReasons, type SpawnParams } from "../contracts/index.ts";
import { endAgent } from "./end.ts";

/** The spawn's command ended: the session exists, or the agent failed with a typed reason (SPN-45, SPN-47). */
export const settleSpawn: Settle<"agent.spawn"> = async (services, unit, command, outcome) => {
  const { agentId } = JSON.parse(command.params) as SpawnParams;
  await unit.hold("agent", agentId);
  const agent = await unit.tx.agent.findUnique({ where: { id: agentId } });
  if (!agent) return;
  if (outcome.state === "succeeded") {
    const host = await unit.tx.orchestrator.findUnique({ where: { id: command.orchestratorId } });
    await unit.tx.agent.update({
      where: { id: agentId },
      data: { sessionName: outcome.result.sessionName, bootId: host?.bootId },
    });
    unit.publish({ type: "agent", id: agentId });
    return;
  }
  if (agent.state !== "spawning") return;
  if (outcome.state === "cancelled") {
    await endAgent(services, unit, agent, { state: "exited", kind: "cancelled", actor: command.orchestratorId });
    return;
  }
  const typed = FailureReasons.safeParse(outcome.error.reason);
  const kind: FailureReason = typed.success ? typed.data : "session_died";
  const end = outcome.error.lastLines && { exitCode: null, signal: null, lastLines: outcome.error.lastLines };
  const text = outcome.error.message;
  await endAgent(services, unit, agent, { state: "failed", kind, text, end, actor: command.orchestratorId });
};

/** A shutdown changes the agent only through the end of its session (HST-33). */
export const settleShutdown: Settle<"agent.shutdown"> = async () => {};
