import { record } from "../activity/record.ts";
import * as agents from "../agents/settle.ts";
import type { Services } from "../context.ts";
import { type CommandType, commandTypes } from "../contracts/index.ts";
import { shaped } from "../errors.ts";
import type { Unit } from "../unit.ts";
import * as keeping from "../workspaces/keeping.ts";
import * as landing from "../workspaces/settle.ts";
import type { CommandRow } from "./mapper.ts";
import type { Outcome, Settle } from "./outcome.ts";

/** What depends on a command's outcome; the compiler counts the cases. */
const settlers = {
  "agent.spawn": agents.settleStart,
  "agent.restart": agents.settleRestart,
  "agent.compact": agents.settleTold,
  "agent.interrupt": agents.settleTold,
  "agent.shutdown": agents.settleShutdown,
  "workspace.land": landing.settleLand,
  "workspace.keep": keeping.settleKeep,
  "workspace.remove": keeping.settleRemove,
  "workspace.restore": keeping.settleRestore,
} satisfies { [T in CommandType]: Settle<T> };

const names: Record<CommandType, string> = {
  "agent.spawn": "Spawn",
  "agent.restart": "Restart",
  "agent.compact": "Compaction",
  "agent.interrupt": "Interrupt",
  "agent.shutdown": "Shutdown",
  "workspace.land": "Landing",
  "workspace.keep": "Keeping",
  "workspace.remove": "Removal",
  "workspace.restore": "Restore",
};

/** What a command is called in the activity. */
export const nameOf = ({ type }: Pick<CommandRow, "type">): string => names[type as CommandType] ?? type;

/** Every outcome leaves one record (IDN-59). */
async function said(services: Services, unit: Unit, command: CommandRow, outcome: Outcome<CommandType>) {
  const type = command.type as CommandType;
  // What concerns a workspace says how it came out itself.
  if (type.startsWith("workspace.")) return;
  // What nobody asked for, the relay did for whoever is at the agent's root; an agent that asked, for its own root.
  const doer = command.requestedBy === "relay" ? (command.agentId ?? "") : command.requestedBy;
  const agent = await unit.tx.agent.findUnique({ where: { id: doer } });
  await record(services, unit, {
    clientId: `outcome:${command.id}`,
    kind: "command",
    view: "hosts",
    title: `${nameOf(command)} of ${command.agentId ?? command.workspaceId} ${outcome.state}`,
    body: "error" in outcome ? outcome.error.message : undefined,
    meta: command.orchestratorId,
    actor: command.requestedBy,
    onBehalfOf: agent?.onBehalfOf,
    agentId: command.agentId,
    metadata: { commandId: command.id, type: command.type, outcome: outcome.state },
  });
}

/** Settles what depends on the command and records its outcome, in one transaction (HST-36). */
export async function settle(
  services: Services,
  unit: Unit,
  command: CommandRow,
  outcome: Outcome<CommandType>,
): Promise<CommandRow> {
  const type = command.type as CommandType;
  const checked =
    outcome.state === "succeeded"
      ? { ...outcome, result: shaped<unknown>(commandTypes[type].result, outcome.result, "report.result") }
      : outcome;
  await (settlers[type] as Settle<CommandType>)(services, unit, command, checked as Outcome<CommandType>);
  await said(services, unit, command, outcome);
  unit.publish({ type: "command", id: command.id });
  return unit.tx.command.update({
    where: { id: command.id },
    data: {
      state: outcome.state,
      finishedAt: unit.now,
      result: checked.state === "succeeded" ? JSON.stringify(checked.result) : null,
      error: "error" in checked ? JSON.stringify(checked.error) : null,
    },
  });
}
