import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { agentByHand } from "../support/agents.ts";
import { eras, overHttp, throughBridge } from "../support/mcp.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Each way starts a real session and lands its work.
vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
let handToken: string;
let otherToken: string;
const [byHand, alsoByHand] = ["claude-byhand", "claude-alsohand"] as const;
beforeAll(async () => {
  box = await startSignalbox();
  createRepository(box.machine.baseDir, "work");
  const at = { admin: box.admin, url: box.relay.url };
  handToken = await agentByHand(at, byHand);
  otherToken = await agentByHand(at, alsoByHand);
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

/** An agent's calls: what it says at its end, and a talk with another agent. */
async function driveOwn(client: Client, other: Client): Promise<string[]> {
  expect(await use(client, "relay_whoami", {})).toMatchObject({ kind: "agent", agentId: byHand });
  const text = `Done. größe 🚦 ${"x".repeat(2_000)}`;
  expect(await use(client, "relay_report_result", { text })).toMatchObject({ agentId: byHand });
  expect((await box.admin.agents.get.query({ agentId: byHand })).result).toBe(text);

  const body = "Größe?\n  🚦 <b>now</b>";
  const sent = await use(client, "relay_send_message", { to: alsoByHand, body });
  const { messageId, threadId } = sent;
  expect(sent).toMatchObject({ to: alsoByHand, created: true, threadId: messageId, delivery: { delivered: false } });
  const { messages } = await use(other, "relay_inbox", {});
  expect(messages).toMatchObject([{ id: messageId, from: { kind: "agent", id: byHand }, body, replyTo: null }]);
  const answer = await use(other, "relay_reply", { messageId, body: "42" });
  expect(answer).toMatchObject({ to: byHand, created: true, threadId });
  expect(await use(other, "relay_inbox", {})).toMatchObject({ messages: [] });
  const read = await use(client, "relay_get_message", { messageId });
  expect(read).toMatchObject({ id: messageId, body, receipt: { recipients: [{ rung: "answered" }] } });
  const thread = await use(client, "relay_get_thread", { messageId: answer.messageId });
  expect(thread.messages).toMatchObject([
    { id: messageId, replyTo: null, body },
    { id: answer.messageId, replyTo: messageId, body: "42", from: { id: alsoByHand }, to: byHand },
  ]);
  expect(thread).toMatchObject({ count: 2, nextCursor: null });
  const ofMessages = ["send_message", "inbox", "reply", "get_message", "get_thread"];
  return ["relay_report_result", ...ofMessages.map((name) => `relay_${name}`)];
}

describe.each([
  ["over HTTP", overHttp],
  ["through signalbox mcp", throughBridge],
] as const)("%s", (_, way) => {
  test.each(eras)("[MCP-20][MCP-45] the official client of era %s drives every tool that is listed", async (era) => {
    await using person = await way({ url: box.relay.url, token: box.adminToken, era });
    await using agent = await way({ url: box.relay.url, token: handToken, era });
    expect(person.getServerVersion()).toMatchObject({ name: "signalbox", title: "Signalbox" });
    await using other = await way({ url: box.relay.url, token: otherToken, era });
    const driven = [...(await drive(person)), ...(await driveOwn(agent, other))];
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
