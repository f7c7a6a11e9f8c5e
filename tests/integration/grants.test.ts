import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client as McpClient, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { commandTypes } from "@signalbox/api/contracts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Whoami } from "../../packages/api/src/identity/schema.ts";
import { signIn } from "../support/browser.ts";
import { type Client, clientOf } from "../support/client.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Each path starts a real session.
vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
let cookie: string;
let operator: Client;
let operatorToken: string;
beforeAll(async () => {
  box = await startSignalbox();
  ({ cookie } = await signIn(box.relay));
  ({ text: operatorToken } = await box.admin.tokens.create.mutate({ name: "Operator", profile: "operator" }));
  operator = clientOf(box.relay.url, operatorToken);
  await box.admin.profiles.put.mutate({
    name: "lead",
    maxSpawnedAgents: 3,
    spawnTopLevel: true,
    extraScopes: ["logs:read", "profile:read"],
  });
  await box.admin.profiles.put.mutate({ name: "reader", extraScopes: ["logs:read", "command:read"] });
});
afterAll(() => box?.[Symbol.asyncDispose]());

/** What an agent is that was started with this input: one that says who it is and stays. */
function wanted(name: string, profile: string) {
  const out = join(box.machine.dir, `out-${name}`);
  mkdirSync(out, { recursive: true });
  const file = (run: number) => join(out, `whoami-${run}.json`);
  const prompt = [
    `n=1; while [ -e '${out}'/whoami-$n.json ]; do n=$((n+1)); done`,
    `sbx whoami > '${out}/new' && mv '${out}/new' '${out}'/whoami-$n.json`,
    `until [ -e '${out}/go' ]; do sleep 0.2; done`,
  ].join("\n");
  const input = { provider: "shell" as const, orchestratorId: HOST, cwd: box.machine.baseDir, profile, prompt };
  const who = async (run = 1): Promise<Whoami> => {
    await until(`${name} to say who it is`, () => existsSync(file(run)), { also: box.output });
    return JSON.parse(readFileSync(file(run), "utf8")) as Whoami;
  };
  return { input: { ...input, workspaceMode: "shared" as const }, who };
}

const grantOf = ({ scopes, constraints }: Whoami) => ({
  scopes: [...scopes].sort(),
  quota: constraints.maxSpawnedAgents ?? 0,
});

const post = (path: string, headers: Record<string, string>, body: unknown) =>
  fetch(`${box.relay.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** The doors by which a person starts an agent; each answers the agent's id. */
const doors: Record<string, (input: ReturnType<typeof wanted>["input"]) => Promise<string>> = {
  tRPC: async (input) => (await operator.agents.spawn.mutate(input)).agentId,
  console: async (input) => {
    const answer = await post("/api/trpc/agents.spawn", { cookie, origin: box.relay.url }, { json: input });
    return ((await answer.json()) as { result: { data: { json: { agentId: string } } } }).result.data.json.agentId;
  },
  REST: async (input) => {
    const answer = await post("/api/v1/agents", { authorization: `Bearer ${operatorToken}` }, input);
    return ((await answer.json()) as { agentId: string }).agentId;
  },
  relay_spawn_agent: async (input) => {
    const client = new McpClient({ name: "test", version: "0" });
    const requestInit = { headers: { authorization: `Bearer ${operatorToken}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${box.relay.url}/api/mcp`), { requestInit }));
    const answer = await client.callTool({ name: "relay_spawn_agent", arguments: input });
    await client.close();
    return (answer.structuredContent as { agentId: string }).agentId;
  },
};

test("[IDN-46] [IDN-44] [IDN-45] the same grant results by every door and after a restart, for a person's agent and for an agent's", async () => {
  // A command that starts agents is made in one of these ways; another one must be walked here too.
  expect(Object.keys(commandTypes).filter((type) => /spawn|restart|start/.test(type))).toEqual([
    "agent.spawn",
    "agent.restart",
  ]);
  const grants: Record<string, ReturnType<typeof grantOf>> = {};
  for (const [name, spawn] of Object.entries(doors)) {
    const agent = wanted(name, "lead");
    const agentId = await spawn(agent.input);
    grants[name] = grantOf(await agent.who());
    await operator.agents.restart.mutate({ agentId });
    grants[`${name}, restarted`] = grantOf(await agent.who(2));
    await operator.agents.shutdown.mutate({ agentId, graceSeconds: 0 });
  }
  expect(Object.keys(grants)).toHaveLength(8);
  const common = ["agent:read", "agent:write", "artifact:read", "artifact:write", "mcp:use"];
  const messages = ["message:read", "message:send"];
  const lead = ["command:shutdown", "command:spawn", "command:spawn-top-level", "logs:read", "profile:read"];
  for (const [path, grant] of Object.entries(grants)) {
    expect(grant, path).toEqual({ scopes: [...common, ...messages, ...lead].sort(), quota: 3 });
  }

  // An agent asks: no spawn scope, no quota, and of the extra scopes only what it has itself; a child and a top-level one.
  for (const topLevel of [false, true]) {
    const name = topLevel ? "top" : "child";
    const [child, greedy] = [wanted(`${name}-reader`, "reader"), wanted(`${name}-lead`, "lead")];
    const inputs = [child, greedy].map(({ input: { cwd, orchestratorId, ...input } }) => ({ ...input, topLevel }));
    const parent = wanted(`${name}-parent`, "lead");
    const spawns = inputs.map((input, i) => {
      const path = join(box.machine.dir, `${name}-${i}.json`);
      return `sbx tool relay_spawn_agent '${JSON.stringify(input).replaceAll("'", "'\\''")}' > '${path}'`;
    });
    const [say, stay] = [parent.input.prompt.split("\n").slice(0, 2), parent.input.prompt.split("\n").slice(2)];
    const prompt = [...say, ...spawns, ...stay].join("\n");
    const { agentId } = await operator.agents.spawn.mutate({ ...parent.input, prompt });
    expect(grantOf(await child.who())).toEqual({ scopes: [...common, "logs:read", ...messages].sort(), quota: 0 });
    expect(grantOf(await greedy.who())).toEqual({
      scopes: [...common, "logs:read", ...messages, "profile:read"].sort(),
      quota: 0,
    });
    const { items } = await box.admin.agents.list.query({ status: "all", limit: 200 });
    const asked = items.filter(({ id, meta }) => id !== agentId && meta.profile === "reader");
    const mine = asked.find(({ spawnedBy }) => (topLevel ? spawnedBy === null : spawnedBy === agentId));
    expect(mine).toMatchObject({ onBehalfOf: "Operator" });
    // Restarted by a person, it is still an agent's.
    await operator.agents.restart.mutate({ agentId: mine?.id ?? "" });
    expect(grantOf(await child.who(2))).toEqual({ scopes: [...common, "logs:read", ...messages].sort(), quota: 0 });
  }
});
