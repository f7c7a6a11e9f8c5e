import { afterAll, beforeAll, test } from "vitest";
import type { PlayedAgent } from "../support/played-host.ts";
import { playHost } from "../support/played-host.ts";
import { attempts } from "./support/attempts.ts";
import { type Answer, headersOf, overMcp, overTrpc } from "./support/doors.ts";
import { outsideOfAB } from "./support/odd.ts";
import { procedures, tools } from "./support/surface.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;
let agent: PlayedAgent;
let stranger: PlayedAgent;
const table = attempts();
beforeAll(async () => {
  world = await startWorld();
  [agent, stranger] = await Promise.all([world.hostA.agent(), world.hostB.agent()]);
});
afterAll(async () => {
  table.print("attempts to get more than one has");
  await world?.[Symbol.asyncDispose]();
});

const all = new Map(procedures().map((procedure) => [procedure.path, procedure]));

/** One call over HTTP, as the holder of a token. */
function call(token: string | null, path: string, input: unknown): Promise<Answer> {
  const procedure = all.get(path);
  if (!procedure) throw new Error(`there is no ${path}`);
  return overTrpc(world.url, procedure, input, headersOf(token));
}

async function tryAll(token: string | null, cases: [attempt: string, path: string, input: unknown][]) {
  for (const [attempt, path, input] of cases) table.note(attempt, "tRPC", await call(token, path, input));
}

/** A token that may make others, within bounds. */
async function maker(constraints: object): Promise<string> {
  const scopes = ["token:write", "agent:read", "command:spawn"];
  const given = { name: "maker", profile: "operator" as const, scopes, constraints };
  return (await world.admin.tokens.create.mutate(given)).text;
}

test("[IDN-32, IDN-33, IDN-34, IDN-18, IDN-19] tokens.create gives nobody more than they hold", async () => {
  const bounds = { orchestrators: ["host-a"], cwd: "/a/b", terminalAttach: false, maxSpawnedAgents: 1 };
  const token = await maker(bounds);
  const make = (attempt: string, more: object): [string, string, unknown] => {
    const input = { name: "n", profile: "operator", scopes: ["agent:read"], constraints: bounds, ...more };
    return [attempt, "tokens.create", input];
  };
  const scoped = (attempt: string, ...scopes: string[]) => make(attempt, { scopes });
  const bound = (attempt: string, more: object) => make(attempt, { constraints: { ...bounds, ...more } });
  const without = (key: keyof typeof bounds) => {
    const { [key]: _, ...rest } = bounds;
    return make(`leaves out the constraint ${key}`, { constraints: rest });
  };
  await tryAll(token, [
    scoped("a token with *", "*"),
    scoped("a scope that the maker lacks", "agent:write"),
    scoped("the same in the plural", "agents:write"),
    scoped("the same in capitals", "AGENT:WRITE"),
    scoped("the same with a space", " agent:write"),
    scoped("two scopes in one text", "agent:read agent:write"),
    scoped("a scope with a look-alike letter", "аgent:write"),
    make("the scopes of the administrator's profile", { profile: "admin", scopes: undefined }),
    make("the profile of runners", { profile: "provider-agent" }),
    make("no constraints at all", { constraints: {} }),
    make("null as constraints", { constraints: null }),
    make("a list as constraints", { constraints: [] }),
    ...(["orchestrators", "cwd", "terminalAttach", "maxSpawnedAgents"] as const).map(without),
    bound("another host besides", { orchestrators: ["host-a", "host-b"] }),
    bound("a host with a look-alike letter", { orchestrators: ["hоst-a"] }),
    bound("/a/bc for /a/b", { cwd: "/a/bc" }),
    bound("/a/b/../.. for /a/b", { cwd: "/a/b/../.." }),
    bound("/a/b/../c for /a/b", { cwd: "/a/b/../c" }),
    bound("/a/ｂ for /a/b", { cwd: "/a/ｂ" }),
    bound("a composed letter for its parts", { cwd: "/a/b\u0301" }),
    bound("a directory with NUL", { cwd: "/a/b\0" }),
    bound("~ for /a/b", { cwd: "~" }),
    bound("a relative directory", { cwd: "b" }),
    bound("a larger quota", { maxSpawnedAgents: 2 }),
    bound("a quota of -1", { maxSpawnedAgents: -1 }),
    bound("a quota above all numbers", { maxSpawnedAgents: Number.MAX_VALUE }),
    bound("terminals to type into", { terminalAttach: true }),
    bound("an end in the past", { expiresAt: "2020-01-01T00:00:00.000Z" }),
    bound("an unknown constraint", { everything: true }),
    bound("an agent that the relay started", { agents: [agent.agentId] }),
    make("an interactive token for two agents", {
      profile: "interactive",
      constraints: { ...bounds, agents: ["a", "b"] },
    }),
    make("a secret of one's own", { text: "sbx_mine", secret: "x" }),
    make("another maker's name", { createdBy: "administrator" }),
  ]);
  const dying = await maker({ ...bounds, expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  await tryAll(dying, [
    make("a token that outlives its maker's", { constraints: bounds }),
    make("the same by a later end", { constraints: { ...bounds, expiresAt: "2999-01-01T00:00:00.000Z" } }),
  ]);
  // An agent without a quota has none to give.
  const asAgent = await maker({ agents: ["claude-byhand"] });
  const childful = { agents: ["claude-byhand"], maxSpawnedAgents: 100 };
  await tryAll(asAgent, [
    make("a quota from an agent that has none", { scopes: ["command:spawn"], constraints: childful }),
  ]);
  table.none();
});

test("[SPN-36, IDN-39, IDN-40, IDN-44, MCP-23] a runner's token reaches no tool, no scope and no mint beyond its own", async () => {
  const { token } = agent;
  const spawn = { provider: "shell", prompt: "true" };
  await tryAll(token, [
    ["an agent starts a child", "agents.spawn", spawn],
    ["an agent starts a top-level agent", "agents.spawn", { ...spawn, topLevel: true }],
    ["an agent ends another", "agents.shutdown", { agentId: stranger.agentId }],
    ["an agent restarts itself under a richer profile", "agents.restart", { agentId: agent.agentId }],
    ["an agent restarts another", "agents.restart", { agentId: stranger.agentId }],
    ["an agent restarts all on its host", "agents.restart", { orchestratorId: "host-a", all: true }],
    ["a restart with a quota", "agents.restart", { agentId: agent.agentId, maxSpawnedAgents: 9 }],
    ["an agent makes a token", "tokens.create", { name: "n", profile: "viewer" }],
    ["an agent mints its own token again", "tokens.issueRunner", { ...world.hostA.proof, commandId: agent.commandId }],
    ["an agent writes itself a profile", "profiles.put", { name: "mine", maxSpawnedAgents: 100, spawnTopLevel: true }],
    ["an agent changes a setting", "settings.put", { key: "trustedProxies", value: ["0.0.0.0"] }],
    [
      "an agent takes its host's commands",
      "commands.report",
      { ...world.hostA.proof, report: { commandId: agent.commandId, state: "running" } },
    ],
    ["an agent types into a terminal", "terminals.input", { agentId: stranger.agentId, data: "x" }],
    ["an agent hands over another's workspace", "workspaces.ready", { workspaceId: stranger.workspaceId }],
    ["an agent reads another's workspace", "workspaces.status", { workspaceId: stranger.workspaceId }],
    [
      "an agent reports another's end",
      "agents.reportExit",
      { agentId: stranger.agentId, end: { exitCode: 0, signal: null } },
    ],
    ["an agent signs in as a person", "auth.signIn", { token }],
  ]);
  for (const { name } of tools()) {
    const input = { provider: "shell", prompt: "true", agentId: stranger.agentId, workspaceId: stranger.workspaceId };
    const own = ["relay_whoami", "relay_report_result", "relay_workspace_list"].includes(name);
    if (!own)
      table.note(
        "an agent calls a tool that it is not shown, or on another's",
        "MCP",
        await overMcp(world.url, name, input, headersOf(token)),
      );
  }
  for (const name of [
    "__proto__",
    "constructor",
    "toString",
    "RELAY_SPAWN_AGENT",
    "relay_spawn_agent\0",
    "relay_spawn_agent ",
  ]) {
    table.note("a tool's name that is none", "MCP", await overMcp(world.url, name, {}, headersOf(token)));
  }
  table.none();
});

test("[IDN-27, IDN-29, IDN-25, SPN-51] no field says who one is", async () => {
  const runner = { runnerId: "r", sessionName: "s" };
  const forged = {
    from: "administrator",
    actor: "administrator",
    requestedBy: "administrator",
    onBehalfOf: "administrator",
    agentId: stranger.agentId,
  };
  const { admin, adminToken, hostA } = world;
  await tryAll(agent.token, [
    ["a parent at register", "agents.register", { ...runner, spawnedBy: stranger.agentId }],
    ["parents at register", "agents.register", { ...runner, parentAgents: [stranger.agentId] }],
    ["another's id at register", "agents.register", { ...runner, agentId: stranger.agentId }],
    ["an old epoch", "agents.setStatus", { epoch: 0, status: "idle" }],
    ["an epoch to come", "agents.setStatus", { epoch: 99, status: "idle" }],
    ["an old epoch at the end", "agents.reportExit", { epoch: 0, end: { exitCode: 0, signal: null } }],
    ["another's id with a result", "agents.reportResult", { text: "x", agentId: stranger.agentId }],
  ]);
  await tryAll(
    adminToken,
    Object.entries(forged).map(([field, value]) => [
      `${field} at spawn`,
      "agents.spawn",
      { provider: "shell", prompt: "true", [field]: value },
    ]),
  );
  await tryAll(adminToken, [
    ["spawnedBy at spawn", "agents.spawn", { provider: "shell", prompt: "true", spawnedBy: agent.agentId }],
    ["askedByAgent at spawn", "agents.spawn", { provider: "shell", prompt: "true", askedByAgent: false }],
    ["a profile's author", "profiles.put", { name: "p", updatedBy: "somebody" }],
    ["an administrator mints a runner's token", "tokens.issueRunner", { ...hostA.proof, commandId: agent.commandId }],
    ["an administrator speaks for a host", "orchestrators.heartbeat", heartbeat(hostA.proof)],
  ]);
  const { spawnedBy, createdBy } = await admin.agents.get.query({ agentId: agent.agentId }).then((it) => ({
    spawnedBy: it.spawnedBy,
    createdBy: "administrator",
  }));
  table.note(
    "whatever was said, the parent is",
    "tRPC",
    { status: 200, code: `${spawnedBy} ${createdBy}` },
    ({ code }) => code === "null administrator",
  );
  table.none();
});

const heartbeat = (proof: object) => ({
  ...proof,
  vitals: { load: 1, memoryFreeBytes: 1, memoryTotalBytes: 1, diskFreeBytes: 1, sessions: 0 },
});

test("[HST-05, HST-06, HST-07, IDN-40, SPN-20] a host is nothing but itself, and starts nothing outside", async () => {
  const { hostA, hostB, url, admin, adminToken } = world;
  const { instanceId } = hostA;
  const register = {
    bootId: "b",
    hostname: "h",
    platform: "l",
    version: "0.1.0",
    protocolVersion: 1,
    baseDir: "/",
    providers: [],
  };
  const commandOf = (host: typeof hostB, one: PlayedAgent) => ({ ...host.proof, commandId: one.commandId });
  await tryAll(hostB.token, [
    ["another host's heartbeat", "orchestrators.heartbeat", heartbeat(hostA.proof)],
    ["another host's agents", "orchestrators.reportAgents", { ...hostA.proof, complete: true, agents: [] }],
    [
      "another host's command",
      "commands.report",
      { ...hostB.proof, report: { commandId: agent.commandId, state: "running" } },
    ],
    ["the runner's token of another host's command", "tokens.issueRunner", commandOf(hostB, agent)],
    ["the same as the other host", "tokens.issueRunner", commandOf(hostA, agent)],
    ["the token of a command that is over", "tokens.issueRunner", commandOf(hostB, stranger)],
    ["another host's name", "orchestrators.register", { ...register, id: "host-a", instanceId }],
    ["another host's directories", "orchestrators.directories", { orchestratorId: "host-a" }],
    [
      "the end of another host's agent",
      "agents.reportExit",
      { agentId: agent.agentId, end: { exitCode: 0, signal: null } },
    ],
    [
      "an instance that is not the present one",
      "orchestrators.heartbeat",
      heartbeat({ ...hostB.proof, instanceId: "old" }),
    ],
    ["a token for a person", "tokens.create", { name: "n", profile: "viewer" }],
  ]);
  const narrow = await playHost(url, admin, "host-narrow", "/a/b");
  const inside = (cwd: string): [string, string, unknown] => [
    `the directory ${JSON.stringify(cwd)} for a host of /a/b`,
    "agents.spawn",
    { provider: "shell", prompt: "true", orchestratorId: narrow.id, cwd },
  ];
  await tryAll(adminToken, outsideOfAB.map(inside));
  const pinned = await admin.tokens.create.mutate({
    name: "pinned",
    profile: "operator",
    constraints: { cwdPrefixes: ["/a/b/c"], orchestrators: ["host-narrow"] },
  });
  await tryAll(pinned.text, ["/a/b", "/a/b/cd", "/a/b/c/../d", "/a/b/c/..", "/a/b/c/../../../etc", "c/.."].map(inside));
  await tryAll(pinned.text, [
    [
      "a host that the token does not name",
      "agents.spawn",
      { provider: "shell", prompt: "true", orchestratorId: "host-a", cwd: "/a/b/c" },
    ],
  ]);
  narrow.drop();
  table.none();
});

test("[IDN-55] of failed attempts from one address the eleventh in a minute is slowed down, a valid one is not", async () => {
  const from = { "x-forwarded-for": "203.0.113.7" };
  const doors = [
    "/api/trpc/auth.whoami?input=%7B%22json%22%3A%7B%7D%7D",
    "/api/v1/whoami",
    "/api/openapi.json",
    "/metrics",
  ];
  for (let attempt = 0; attempt < 24; attempt += 1) {
    const door = doors[attempt % doors.length] as string;
    const answer = await fetch(`${world.url}${door}`, { headers: { ...from, authorization: "Bearer sbx_guess" } });
    const said = { status: answer.status, code: `HTTP ${answer.status}` };
    const fine = ({ status }: { status: number }) => status === (attempt < 10 ? 401 : 429);
    table.note(attempt < 10 ? "a guessed token" : "a guessed token, too often", "all doors", said, fine);
  }
  const valid = await fetch(`${world.url}/api/v1/whoami`, {
    headers: { ...from, ...headersOf(world.adminToken), ...from },
  });
  table.note(
    "a valid token from the same address",
    "REST",
    { status: valid.status, code: "ok" },
    ({ status }) => status === 200,
  );
  table.none();
});
