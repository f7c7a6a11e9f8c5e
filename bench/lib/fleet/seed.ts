import { randomUUID } from "node:crypto";
import { protocolVersion } from "../../../packages/api/src/contracts/index.ts";
import { hashSecret, tokenText } from "../../../packages/api/src/identity/token-text.ts";
import { idFactory } from "../../../packages/api/src/ids.ts";
import { type Client, openDatabase } from "../../../packages/db/src/index.ts";
import { numberedId } from "../../../tests/support/agents.ts";
import type { PlayedAgent } from "../../../tests/support/played-host.ts";
import type { PlannedAgent, PlannedHost } from "./plan.ts";

const newId = idFactory({ now: () => new Date() });
const perStatement = 500;

/** A row with other ids: wherever a text holds one of them, in a column or within JSON, it is replaced. */
function renamed<Row extends object>(row: Row, ids: ReadonlyMap<string, string>): Row {
  const swap = (text: string) => [...ids].reduce((rest, [from, to]) => rest.replaceAll(from, to), text);
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === "string" ? swap(value) : value]),
  ) as Row;
}

async function inParts<Row>(rows: Row[], insert: (data: Row[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += perStatement) await insert(rows.slice(from, from + perStatement));
}

async function rowsOf(client: Client, hostId: string, { agentId, commandId, workspaceId, token }: PlayedAgent) {
  const host = await client.orchestrator.findUniqueOrThrow({ where: { id: hostId } });
  const agent = await client.agent.findUniqueOrThrow({ where: { id: agentId } });
  const command = await client.command.findUniqueOrThrow({ where: { id: commandId } });
  const workspace = await client.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const hostToken = await client.token.findUniqueOrThrow({ where: { id: host.tokenId } });
  const runnerToken = await client.token.findUniqueOrThrow({ where: { hash: hashSecret(token), id: idIn(token) } });
  return { host, agent, command, workspace, hostToken, runnerToken };
}

const idIn = (token: string): string => token.slice("sbx_".length, "sbx_tok_".length + 26);

/**
 * A fleet in the database of a relay that does not run: the rows of one host with one agent, which were made through
 * the door, written again and again under other ids. Making 10,000 agents through the door takes minutes.
 */
export async function seedFleet(
  database: string,
  sample: { hostId: string; agent: PlayedAgent },
  size: { hosts: number; agents: number },
): Promise<PlannedHost[]> {
  const db = await openDatabase(database);
  const from = await rowsOf(db.client, sample.hostId, sample.agent);
  const copies = {
    tokens: [] as (typeof from.hostToken)[],
    hosts: [] as (typeof from.host)[],
    commands: [] as (typeof from.command)[],
    workspaces: [] as (typeof from.workspace)[],
    agents: [] as (typeof from.agent)[],
  };
  const token = (row: typeof from.hostToken, id: string, ids: ReadonlyMap<string, string>): string => {
    const text = tokenText(id);
    copies.tokens.push({ ...renamed(row, ids), id, hash: hashSecret(text) });
    return text;
  };

  const fleet = Array.from({ length: size.hosts }, (_, h): PlannedHost => {
    const [hostId, hostTokenId] = [`fleet-${h}`, newId("tok")];
    const hostIds = new Map([
      [from.hostToken.id, hostTokenId],
      [from.host.id, hostId],
    ]);
    const hostToken = token(from.hostToken, hostTokenId, hostIds);
    const host = { ...renamed(from.host, hostIds), commandSeq: size.agents };
    copies.hosts.push(host);
    const agents = Array.from({ length: size.agents }, (_, a): PlannedAgent => {
      const [agentId, runnerTokenId] = [numberedId("shell", h * size.agents + a), newId("tok")];
      const ids = new Map([
        ...hostIds,
        [from.agent.id, agentId],
        [from.command.id, newId("cmd")],
        [from.workspace.id, newId("ws")],
        [from.agent.spawnRequestId, `sp_${randomUUID()}`],
        [from.runnerToken.id, runnerTokenId],
      ]);
      const command = { ...renamed(from.command, ids), seq: a + 1 };
      const workspace = renamed(from.workspace, ids);
      const agent = renamed(from.agent, ids);
      copies.commands.push(command);
      copies.workspaces.push(workspace);
      copies.agents.push(agent);
      const { id, repoRoot, worktreePath, branch, baseBranch, baseSha, headSha } = workspace;
      const place = { id, repoRoot, worktreePath, branch, baseBranch, baseSha, headSha };
      const sessionName = agent.sessionName ?? "";
      const startedAt = agent.createdAt.toISOString();
      return {
        token: token(from.runnerToken, runnerTokenId, ids),
        report: {
          ...{ agentId, commandId: command.id, sessionName, startedAt, end: null },
          workspace: { ...place, mode: "isolated", requestedMode: "isolated" },
        },
      };
    });
    const { bootId, hostname, platform, version, baseDir } = host;
    const about = { id: hostId, instanceId: `instance-${h}`, bootId, hostname, platform, version, baseDir };
    return { host: { ...about, protocolVersion, maxSessions: 1_000 }, token: hostToken, agents };
  });

  const { client } = db;
  await inParts(copies.tokens, (data) => client.token.createMany({ data }));
  await inParts(copies.hosts, (data) => client.orchestrator.createMany({ data }));
  await inParts(copies.commands, (data) => client.command.createMany({ data }));
  await inParts(copies.workspaces, (data) => client.workspace.createMany({ data }));
  await inParts(copies.agents, (data) => client.agent.createMany({ data }));
  await db.close();
  return fleet;
}

/** How many hosts and agents of the fleet the relay holds as present. */
export async function present(database: string): Promise<{ hosts: number; agents: number }> {
  const db = await openDatabase(database);
  const hosts = await db.client.orchestrator.count({ where: { id: { startsWith: "fleet-" }, state: "online" } });
  const agents = await db.client.agent.count({
    where: { orchestratorId: { startsWith: "fleet-" }, state: "busy" },
  });
  await db.close();
  return { hosts, agents };
}
