import { join } from "node:path";
import { Client as McpClient, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { clientOf, refusal } from "../support/client.ts";
import { playHost } from "../support/played-host.ts";
import { launchOrchestrator, type Signalbox, startSignalbox } from "../support/signalbox.ts";

let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(() => box?.[Symbol.asyncDispose]());

async function mcp(token: string): Promise<McpClient> {
  const client = new McpClient({ name: "test", version: "0" });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${box.relay.url}/api/mcp`), { requestInit }));
  return client;
}

test("[MCP-22, MCP-23, MCP-24, MCP-26] a runner's token sees and calls exactly the tools of its scopes", async () => {
  const host = await playHost(box.relay.url, box.admin, "host-played");
  const { agentId, token, commandId } = await host.agent();
  const [agent, person] = [await mcp(token), await mcp(box.adminToken)];
  const names = async (client: McpClient) => (await client.listTools()).tools.map(({ name }) => name);
  const all = await names(person);
  const own = await names(agent);
  expect(own).toEqual([
    "relay_whoami",
    "relay_send_message",
    "relay_reply",
    "relay_inbox",
    "relay_get_message",
    "relay_get_thread",
    "relay_agent_status",
    "relay_find_agents",
    "relay_report_result",
    "relay_workspace_status",
    "relay_workspace_ready",
    "relay_workspace_list",
    "relay_workspace_claim",
    "relay_workspace_release",
    "relay_upload_artifact",
    "relay_attach_artifact",
  ]);
  expect(all).toEqual(expect.arrayContaining(own));

  const who = await agent.callTool({ name: "relay_whoami", arguments: {} });
  expect(who.structuredContent).toMatchObject({ kind: "agent", agentId, profile: "provider-agent" });

  const hidden = all.filter((name) => !own.includes(name));
  expect(hidden).toEqual(expect.arrayContaining(["relay_spawn_agent", "relay_shutdown_agent"]));
  const agents = async () => (await box.admin.agents.list.query({ status: "all" })).items.length;
  const before = await agents();
  for (const name of hidden) {
    const refused = await agent.callTool({ name, arguments: { provider: "shell", prompt: "true", agentId } });
    expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: "Forbidden" } } });
    expect(JSON.stringify(refused)).toMatch(/command:(spawn|shutdown|write)/);
  }
  expect(await agents()).toBe(before);

  // What the tools hide, no other door gives.
  const direct = clientOf(box.relay.url, token);
  expect(await refusal(direct.agents.spawn.mutate({ provider: "shell", prompt: "true" }))).toMatchObject({
    code: "Forbidden",
  });
  expect(await refusal(direct.tokens.create.mutate({ name: "more", profile: "admin" }))).toMatchObject({
    code: "Forbidden",
  });
  const proof = { ...host.proof, commandId };
  expect(await refusal(direct.tokens.issueRunner.mutate(proof))).toMatchObject({ code: "Forbidden" });
  expect(await refusal(box.admin.tokens.issueRunner.mutate(proof))).toMatchObject({ code: "Forbidden" });

  await Promise.all([agent.close(), person.close()]);
  host.drop();
});

/** How a WebSocket with this token ends: the relay's first words, or its refusal. */
function overSocket(token: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${box.relay.url.replace("http", "ws")}/api/trpc?connectionParams=1`);
    socket.on("open", () => socket.send(JSON.stringify({ method: "connectionParams", data: { token } })));
    socket.on("message", (data) => resolve(String(data)));
    socket.on("close", (code) => resolve(`closed ${code}`));
    socket.on("error", (error) => resolve(error.message));
  });
}

test("[IDN-04, IDN-06] a token with one wrong character opens no door, and no door says more than another", async () => {
  const { text } = await box.admin.tokens.create.mutate({ name: "short-lived", profile: "operator" });
  const at = text.length - 20;
  const wrong = `${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`;
  const { url } = box.relay;
  const headers = { authorization: `Bearer ${wrong}`, "content-type": "application/json" };

  expect(await refusal(clientOf(url, wrong).agents.list.query({}))).toMatchObject({ code: "Unauthenticated" });
  const rest = await fetch(`${url}/api/v1/agents`, { headers });
  expect([rest.status, (await rest.json()).code]).toEqual([401, "Unauthenticated"]);
  const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const tools = await fetch(`${url}/api/mcp`, { method: "POST", headers, body: JSON.stringify(list) });
  expect([tools.status, tools.headers.get("www-authenticate")]).toEqual([
    401,
    expect.stringContaining("invalid_token"),
  ]);
  expect(await overSocket(wrong)).toMatch(/Unauthenticated|closed 4401/);
  expect(
    await refusal(
      clientOf(url, text)
        .agents.list.query({})
        .then(() => clientOf(url, wrong).auth.whoami.query({})),
    ),
  ).toMatchObject({
    code: "Unauthenticated",
  });
});

test("[IDN-01, HST-08] an orchestrator whose token opens nothing says so and ends", async () => {
  const { text } = await box.admin.tokens.create.mutate({ name: "a person's", profile: "viewer" });
  for (const [token, why] of [
    [`${box.hostToken.slice(0, -7)}x${box.hostToken.slice(-6)}`, /token/],
    [text, /orchestrator/],
  ] as const) {
    const env = { SIGNALBOX_HOME: join(box.machine.dir, "other"), LOG_LEVEL: "silent" };
    const program = launchOrchestrator(box.machine, { relay: box.relay.url, token, id: "host-other", env });
    expect(await program.ended).toMatchObject({ code: 1 });
    expect(program.output()).toMatch(
      /^signalbox-orchestrator: the relay at http:\/\/127\.0\.0\.1:\d+ refuses this host: .+\n$/,
    );
    expect(program.output()).toMatch(why);
    expect(program.output()).not.toContain(token);
  }
  expect((await box.admin.orchestrators.list.query({})).items.map(({ id }) => id)).not.toContain("host-other");
});

test("[MCP-60] what does not exist is said in one form, with what to do", async () => {
  const { url } = box.relay;
  const headers = { authorization: `Bearer ${box.adminToken}` };
  const unknown = box.admin as unknown as { agents: { dance: { query(input: object): Promise<unknown> } } };
  const procedure = await refusal(unknown.agents.dance.query({}));
  expect(procedure).toMatchObject({ code: "NotFound", next: expect.stringMatching(/\w/) });
  expect(procedure.message).toContain("agents.dance");
  for (const path of ["/api/v1/nothing", "/api/v2/agents", "/api/nothing"]) {
    const answer = await fetch(`${url}${path}`, { headers });
    const body = await answer.json();
    expect([path, answer.status, body.code]).toEqual([path, 404, "NotFound"]);
    expect(body.message).toContain(path);
    expect(body.next).toContain("openapi.json");
    expect(body.requestId).toBe(answer.headers.get("x-request-id"));
  }
  const wrongMethod = await fetch(`${url}/api/v1/agents`, { method: "DELETE", headers });
  expect(wrongMethod.status).toBe(404);
});

test("[SPN-01, SPN-05, SPN-07] a spawn with a bad value names it and its limit, and makes nothing", async () => {
  const before = (await box.admin.agents.list.query({ status: "all" })).items.length;
  const spawn = box.admin.agents.spawn.mutate;
  const long = await refusal(spawn({ provider: "shell", prompt: "x".repeat(16_001) }));
  expect(long).toMatchObject({ code: "Invalid", field: "prompt", limit: 16_000 });
  const unknown = await refusal(spawn({ provider: "shell", prompt: "true", size: 1 } as never));
  expect(unknown).toMatchObject({ code: "Invalid", field: "size" });
  const outside = await refusal(spawn({ provider: "shell", prompt: "true", cwd: "/etc", orchestratorId: "host-it" }));
  expect(outside).toMatchObject({ code: "Invalid", field: "cwd" });
  expect(outside.message).toContain(box.machine.baseDir);
  const nowhere = await refusal(spawn({ provider: "shell", prompt: "true", orchestratorId: "host-none" }));
  expect(nowhere).toMatchObject({ code: "NotFound", message: expect.stringContaining("host-none") });
  expect((await box.admin.agents.list.query({ status: "all" })).items.length).toBe(before);
});
