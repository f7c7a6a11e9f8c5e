import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { clientOf } from "../support/client.ts";
import { eras, overHttp, throughBridge } from "../support/mcp.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Each way starts a real session and lands its work.
vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
let handToken: string;
beforeAll(async () => {
  box = await startSignalbox();
  createRepository(box.machine.baseDir, "work");
  const constraints = { agents: ["claude-byhand"] };
  const made = await box.admin.tokens.create.mutate({ name: "By hand", profile: "interactive", constraints });
  handToken = made.text;
  await clientOf(box.relay.url, handToken).agents.register.mutate({ runnerId: "r", sessionName: "by hand" });
});
afterAll(() => box?.[Symbol.asyncDispose]());

type Answer = Record<string, unknown>;

/** Calls a tool and answers its content, which the client holds against the tool's output schema. */
async function use(client: Client, name: string, args: Answer): Promise<Answer> {
  const { isError, structuredContent } = await client.callTool({ name, arguments: args });
  expect([name, isError ?? false, structuredContent]).toEqual([name, false, expect.any(Object)]);
  return structuredContent as Answer;
}

/** A person's calls: one session from its start over its landing to its end. Answers the tools that were called. */
async function drive(client: Client): Promise<string[]> {
  const called = new Set<string>();
  const tool = (name: string, args: Answer = {}) => {
    called.add(name);
    return use(client, name, args);
  };
  expect(await tool("relay_whoami")).toMatchObject({ kind: "person", agentId: null });
  const prompt = "echo done > $SIGNALBOX_AGENT_ID.txt; until [ -e stop ]; do sleep 0.2; done";
  const wanted = {
    provider: "shell",
    orchestratorId: HOST,
    cwd: "work",
    workspaceMode: "isolated",
    prompt,
    wait: true,
  };
  const { ok, agentId } = await tool("relay_spawn_agent", wanted);
  expect(ok).toBe(true);
  const { workspaces } = await tool("relay_workspace_list", { all: true, ownerAgentId: agentId });
  const [workspace] = workspaces as { id: string; worktreePath: string }[];
  const { id: workspaceId = "", worktreePath = "" } = workspace ?? {};
  await until("the agent's file", () => existsSync(join(worktreePath, `${agentId}.txt`)), { also: box.output });
  const ready = await tool("relay_workspace_ready", { workspaceId, commit: true, message: "Make a file" });
  expect(ready).toMatchObject({ workspace: { id: workspaceId } });
  const { workspace: now } = await tool("relay_workspace_status", { workspaceId });
  expect(now).toMatchObject({ id: workspaceId, ownerAgentId: agentId });
  expect(await tool("relay_shutdown_agent", { agentId })).toMatchObject({ ok: true });
  return [...called];
}

/** An agent's calls. */
async function driveOwn(client: Client): Promise<string[]> {
  expect(await use(client, "relay_whoami", {})).toMatchObject({ kind: "agent", agentId: "claude-byhand" });
  const text = `Done. größe 🚦 ${"x".repeat(2_000)}`;
  expect(await use(client, "relay_report_result", { text })).toMatchObject({ agentId: "claude-byhand" });
  expect((await box.admin.agents.get.query({ agentId: "claude-byhand" })).result).toBe(text);
  return ["relay_report_result"];
}

describe.each([
  ["over HTTP", overHttp],
  ["through signalbox mcp", throughBridge],
] as const)("%s", (_, way) => {
  test.each(eras)("[MCP-20][MCP-45] the official client of era %s drives every tool that is listed", async (era) => {
    await using person = await way({ url: box.relay.url, token: box.adminToken, era });
    await using agent = await way({ url: box.relay.url, token: handToken, era });
    expect(person.getServerVersion()).toMatchObject({ name: "signalbox", title: "Signalbox" });
    const driven = [...(await drive(person)), ...(await driveOwn(agent))];
    const { tools } = await person.listTools();
    expect(tools.length).toBeGreaterThan(6);
    // What this test has no story for must still answer in the product's own form, whatever it lacks.
    for (const { name } of tools.filter(({ name }) => !driven.includes(name))) {
      const { isError, structuredContent } = await person.callTool({ name, arguments: {} });
      const problem = { code: expect.any(String), message: expect.any(String), next: expect.any(String) };
      if (isError) expect([name, structuredContent]).toEqual([name, { error: expect.objectContaining(problem) }]);
    }
  });

  test.each(eras)(
    "[MCP-31][MCP-45] a refused call and an unknown tool come to a client of era %s as they are",
    async (era) => {
      await using client = await way({ url: box.relay.url, token: handToken, era });
      const args = { agentId: "shell-nobody" };
      const refused = await client.callTool({ name: "relay_shutdown_agent", arguments: args });
      expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: "Forbidden" } } });
      await expect(client.callTool({ name: "relay_nothing", arguments: {} })).rejects.toThrow(
        /Unknown tool: relay_nothing/,
      );
    },
  );

  test.each(eras)("[MCP-42][MCP-45] progress of a call that waits comes to a client of era %s", async (era) => {
    await using client = await way({ url: box.relay.url, token: box.adminToken, era });
    const { workspaces } = await use(client, "relay_workspace_list", { all: true });
    const [workspace] = workspaces as { id: string }[];
    const heard: string[] = [];
    const onprogress = ({ message = "" }) => void heard.push(message);
    const args = { workspaceId: workspace?.id, wait: true, timeoutSeconds: 1 };
    const waited = await client.callTool({ name: "relay_workspace_status", arguments: args }, { onprogress });
    expect(waited.structuredContent).toMatchObject({ workspace: { id: workspace?.id } });
    expect(heard[0]).toMatch(/^Waiting for 0 s/);
  });
});
