import type { Services } from "../context.ts";
import { type AgentState, endedStates } from "../contracts/index.ts";
import { hasEnded } from "./rules.ts";

/** What a runner says that its agent does now. */
export interface Said {
  agentId: string;
  epoch: number;
  status: "idle" | "busy" | "blocked";
  /** JSON, while blocked. */
  reason: string | null;
}

/** What became of it: the agent's state now, or why it was not taken. */
export type Taken = { status: AgentState } | { missing: true } | { epoch: number };

interface Known {
  id: string;
  epoch: number;
  state: string;
}

const fate = ({ epoch }: Said, agent: Known | undefined): Taken | null => {
  if (!agent) return { missing: true };
  if (agent.epoch !== epoch) return { epoch: agent.epoch };
  return hasEnded(agent.state as AgentState) ? { status: agent.state as AgentState } : null;
};

/**
 * Writes what many agents say at once (SPN-51): one statement for all that say the same. Of one agent's words the last
 * counts. Nothing is decided on what was read alone: each statement asks for the registration once more.
 */
export async function said(services: Services, items: Said[]): Promise<Taken[]> {
  const { client } = services.db;
  const read = async (ids: string[]) => {
    const rows = await client.agent.findMany({
      where: { id: { in: ids } },
      select: { id: true, epoch: true, state: true },
    });
    return new Map(rows.map((row) => [row.id, row]));
  };
  const known = await read(items.map(({ agentId }) => agentId));
  const now = services.clock.now();
  const groups = new Map<string, { said: Said; same: boolean; of: { id: string; epoch: number }[] }>();
  const last = new Map(items.filter((one) => !fate(one, known.get(one.agentId))).map((one) => [one.agentId, one]));
  for (const one of last.values()) {
    const same = known.get(one.agentId)?.state === one.status;
    const key = JSON.stringify([one.status, one.reason, same]);
    const group = groups.get(key) ?? { said: one, same, of: [] };
    group.of.push({ id: one.agentId, epoch: one.epoch });
    groups.set(key, group);
  }
  const written = new Set<string>();
  for (const { said, same, of } of groups.values()) {
    const rows = await client.agent.updateManyAndReturn({
      where: { OR: of, state: { notIn: [...endedStates] } },
      data: {
        state: said.status,
        stateReason: said.reason,
        lastActiveAt: now,
        ...(same ? {} : { stateSince: now }),
      },
      select: { id: true },
    });
    for (const { id } of rows) {
      written.add(id);
      services.bells.publish({ type: "agent", id });
    }
  }
  const missed = items.filter((one) => last.has(one.agentId) && !written.has(one.agentId));
  const after = missed.length > 0 ? await read(missed.map(({ agentId }) => agentId)) : known;
  return items.map((one) => {
    const early = fate(one, known.get(one.agentId));
    if (early) return early;
    if (written.has(one.agentId)) return { status: one.status };
    const agent = after.get(one.agentId);
    return fate(one, agent) ?? { status: agent?.state as AgentState };
  });
}
