import type { Services } from "../context.ts";
import { type CommandState, runningStates } from "../contracts/index.ts";

/** A runner that registers. */
export interface Comeback {
  agentId: string;
  sessionName: string;
}

export interface Registered {
  agentId: string;
  epoch: number;
}

const registeredStates = [...runningStates, "stale", "offline"];
const underWay: CommandState[] = ["pending", "delivered", "running"];

/**
 * Takes back agents that were online before, in the session that they had: after a restart of the relay thousands come
 * at once, and each in a transaction of its own would hold up all the others. Null for one that does not merely come
 * back: it registers by the whole way.
 */
export async function comeBack(services: Services, items: Comeback[]): Promise<(Registered | null)[]> {
  const { client } = services.db;
  const now = services.clock.now();
  // Two runners of one agent are two registrations; the second goes the whole way.
  const sessions = new Map(items.toReversed().map(({ agentId, sessionName }) => [agentId, sessionName]));
  const known = await client.agent.findMany({
    where: { id: { in: [...sessions.keys()] }, onlineAt: { not: null }, state: { in: registeredStates } },
    select: { id: true, commandId: true, sessionName: true },
  });
  const commands = known.flatMap(({ id, commandId, sessionName }) =>
    commandId && sessions.get(id) === sessionName ? [commandId] : [],
  );
  if (commands.length === 0) return items.map(() => null);
  const open = await client.command.findMany({
    where: { id: { in: commands }, state: { in: underWay } },
    select: { id: true },
  });
  const settled = new Set(commands);
  for (const { id } of open) settled.delete(id);
  // One statement, and the command with it: a restart that was accepted meanwhile has given the agent another.
  const back = await client.agent.updateManyAndReturn({
    where: { id: { in: [...sessions.keys()] }, commandId: { in: [...settled] }, state: { in: registeredStates } },
    data: { state: "online", stateSince: now, stateReason: null, epoch: { increment: 1 }, lastActiveAt: now },
    select: { id: true, epoch: true },
  });
  for (const { id } of back) services.bells.publish({ type: "agent", id });
  const epochs = new Map(back.map(({ id, epoch }) => [id, epoch]));
  return items.map(({ agentId }) => {
    const epoch = epochs.get(agentId);
    epochs.delete(agentId);
    return epoch === undefined ? null : { agentId, epoch };
  });
}
