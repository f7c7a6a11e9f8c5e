import { record } from "../activity/record.ts";
import type { Services } from "../context.ts";
import type { AgentState, ExitReason, FailureReason, SessionEnd } from "../contracts/index.ts";
import { revokeRunnerTokens } from "../identity/own-token.ts";
import type { Unit } from "../unit.ts";
import { ownerEnded } from "../workspaces/owner.ts";
import type { AgentRow } from "./mapper.ts";
import { hasEnded } from "./rules.ts";

interface Ending {
  state: "exited" | "failed";
  kind: ExitReason | FailureReason;
  text?: string;
  end?: SessionEnd;
  actor: string;
}

/**
 * The one way in which an agent ends: state, reason and last lines, its token revoked and its workspace handed on, in
 * one transaction (IDN-48, SPN-47, SPN-50). One that has ended already is left as it is (SPN-52).
 */
export async function endAgent(services: Services, unit: Unit, agent: AgentRow, ending: Ending): Promise<AgentState> {
  if (hasEnded(agent.state as AgentState)) return agent.state as AgentState;
  const { state, kind, text, end, actor } = ending;
  const reason = { kind, text: text?.slice(0, 2000), exitCode: end?.exitCode, signal: end?.signal };
  await unit.tx.agent.update({
    where: { id: agent.id },
    data: {
      state,
      stateSince: unit.now,
      stateReason: JSON.stringify(reason),
      shutdownFailure: null,
      lastLines: end ? JSON.stringify(end.lastLines) : agent.lastLines,
      endedAt: unit.now,
      lastActiveAt: unit.now,
    },
  });
  await revokeRunnerTokens(unit, agent);
  await ownerEnded(unit, agent.id);
  await record(services, unit, {
    clientId: `agent-end:${agent.id}:${agent.epoch}:${agent.commandId}`,
    kind: "state",
    view: "agents",
    title: `${agent.label ?? agent.id} ${state}: ${kind.replaceAll("_", " ")}`,
    body: text,
    meta: agent.orchestratorId ?? undefined,
    actor,
    onBehalfOf: agent.onBehalfOf,
    agentId: agent.id,
    metadata: reason,
  });
  unit.publish({ type: "agent", id: agent.id });
  services.presence.forget(`agent:${agent.id}`);
  return state;
}
