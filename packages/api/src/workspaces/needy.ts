import { type AgentState, endedStates } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";

type Client = Pick<Tx, "workspace" | "agent">;

/** Of the workspaces that are in work, those whose agent ended and left something in them (WSP-64). */
export async function leftBehind(client: Client): Promise<Set<string>> {
  const rows = await client.workspace.findMany({
    where: { mode: "isolated", status: "active", OR: [{ ahead: { gt: 0 } }, { dirtyFiles: { gt: 0 } }] },
    select: { id: true, ownerAgentId: true },
  });
  const owners = [...new Set(rows.flatMap(({ ownerAgentId }) => ownerAgentId ?? []))];
  const state = { in: [...endedStates] as AgentState[] };
  const ended = await client.agent.findMany({ where: { id: { in: owners }, state }, select: { id: true } });
  const gone = new Set(ended.map(({ id }) => id));
  return new Set(rows.flatMap(({ id, ownerAgentId }) => (ownerAgentId === null || gone.has(ownerAgentId) ? [id] : [])));
}

/** Which workspaces need a person: by status, by work without an owner, or since something could not be kept. */
export const needing = (left: Set<string>) => [
  { status: { in: ["ready", "conflict", "review_requested"] } },
  { id: { in: [...left] } },
  { metadata: { contains: '"keepError":{' } },
];
