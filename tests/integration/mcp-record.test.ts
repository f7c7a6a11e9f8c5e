import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { spawnShell } from "../support/agents.ts";
import { eras, overHttp, throughBridge } from "../support/mcp.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 60_000 });

let box: Signalbox;
let workspaceId = "";
beforeAll(async () => {
  box = await startSignalbox();
  const { path } = createRepository(box.machine.baseDir, "work");
  const agentId = await spawnShell(box, { cwd: path, prompt: "until [ -e stop ]; do sleep 0.2; done" });
  const own = async () => (await box.admin.workspaces.list.query({ all: true, ownerAgentId: agentId })).workspaces[0];
  workspaceId = (await until("the workspace", own, { also: box.output })).id;
});
afterAll(() => box?.[Symbol.asyncDispose]());

/** The kept records of calls of that tool, the newest first. */
async function records(tool: string) {
  const { items } = await box.admin.activity.list.query({ limit: 200 });
  return items.filter(({ kind, metadata }) => kind === "tool" && metadata.tool === tool);
}

const status = "relay_workspace_status";
const ways = [
  ["over HTTP", overHttp],
  ["through signalbox mcp", throughBridge],
] as const;

test.each(ways.flatMap(([name, way]) => eras.map((era) => [name, era, way] as const)))(
  "[MCP-38][MCP-43] %s, era %s: a call whose client leaves is kept as cancelled, and not before",
  async (_, era, way) => {
    const before = (await records(status)).length;
    const leave = new AbortController();
    const client = await way({ url: box.relay.url, token: box.adminToken, era });
    const args = { workspaceId, wait: true, timeoutSeconds: 300 };
    const heard = vi.fn(() => undefined);
    const options = { signal: leave.signal, onprogress: heard };
    const call = client.callTool({ name: status, arguments: args }, options).then(
      () => "answered",
      () => "left",
    );
    await until("the wait", () => heard.mock.calls.length > 0);
    expect(await records(status)).toHaveLength(before);
    leave.abort();
    await client.close();
    expect(await call).toBe("left");
    await until("its record", async () => (await records(status)).length > before, { withinMs: 10_000 });
    const [newest] = await records(status);
    expect(newest?.metadata).toMatchObject({ outcome: "cancelled", subject: { workspaceId }, transport: "mcp" });
    expect(newest?.metadata.durationMs).toBeGreaterThanOrEqual(0);
  },
);

test("[MCP-38] a call that waits is kept when it ends, with how long it took", async () => {
  const before = (await records(status)).length;
  await using client = await overHttp({ url: box.relay.url, token: box.adminToken, era: "legacy" });
  const args = { workspaceId, wait: true, timeoutSeconds: 1 };
  const { structuredContent } = await client.callTool({ name: status, arguments: args });
  expect(structuredContent).toMatchObject({ timedOut: true, transitioned: false });
  const [newest, ...others] = await records(status);
  expect(others).toHaveLength(before);
  expect(newest?.metadata).toMatchObject({ outcome: "ok", subject: { workspaceId } });
  expect(newest?.metadata.durationMs).toBeGreaterThanOrEqual(990);
});

test("[MCP-30] the answer to a start does not repeat all that it was given", async () => {
  await using client = await overHttp({ url: box.relay.url, token: box.adminToken, era: "2026-07-28" });
  const prompt = `${"\n".repeat(15_990)}true`;
  const asked = { provider: "shell", orchestratorId: HOST, cwd: "work", workspaceMode: "shared", prompt };
  const { structuredContent } = await client.callTool({ name: "relay_spawn_agent", arguments: asked });
  expect(structuredContent).toMatchObject({ ok: true, command: { type: "agent.spawn" } });
  expect(JSON.stringify(structuredContent).length).toBeLessThanOrEqual(24_000);
  const { agentId } = structuredContent as { agentId: string };
  const { command } = await box.admin.agents.get.query({ agentId });
  expect(command?.params.prompt).toBe(prompt);
});
