import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ended, spawnShell } from "../support/agents.ts";
import { eras, runBridge, throughBridge } from "../support/mcp.ts";
import { programPath } from "../support/program.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";

vi.setConfig({ testTimeout: 90_000 });

let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(() => box?.[Symbol.asyncDispose]());

const whoami = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "relay_whoami", arguments: {} } };

test("[MCP-45][MCP-46][MCP-47] address and token come from options or environment; standard output is the protocol's alone; it ends with its input", async () => {
  const { url } = box.relay;
  const file = join(box.machine.dir, "token");
  writeFileSync(file, `${box.adminToken}\n`);
  const lines = [
    { jsonrpc: "2.0", id: "list", method: "tools/list" },
    { jsonrpc: "2.0", method: "notifications/x" },
    whoami,
  ];
  const ways = [
    { args: ["--relay", url, "--token-file", file] },
    { env: { RELAY_URL: url, RELAY_TOKEN: box.adminToken } },
    // An option wins.
    { args: ["--relay", url, "--token-file", file], env: { RELAY_URL: "http://127.0.0.1:9", RELAY_TOKEN: "wrong" } },
  ];
  for (const way of ways) {
    const { code, stdout, stderr } = await runBridge({ ...way, lines });
    const said = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, said.map(({ jsonrpc, id }) => [jsonrpc, id]).sort()]).toEqual([
      0,
      [
        ["2.0", 1],
        ["2.0", "list"],
      ].sort(),
    ]);
    expect(said.find(({ id }) => id === 1).result.structuredContent).toMatchObject({ profile: "admin" });
    expect(stderr).toBe(`signalbox: passing MCP to ${url}\n`);
  }
});

test.each<[string, { args?: string[]; env?: Record<string, string> }, string]>([
  ["no address", { env: { RELAY_TOKEN: "t" } }, "RELAY_URL"],
  ["an address that is none", { args: ["--relay", "nowhere"], env: { RELAY_TOKEN: "t" } }, "RELAY_URL"],
  ["no token", { args: ["--relay", "http://127.0.0.1:9"] }, "RELAY_TOKEN"],
  ["no such file", { args: ["--relay", "http://127.0.0.1:9", "--token-file", "/nowhere/token"] }, "--token-file"],
  ["a token as argument", { args: ["--relay", "http://127.0.0.1:9", "--token", "sbx_secret"] }, "--token"],
  ["a token in an argument", { args: ["--relay", "http://127.0.0.1:9", "--token=sbx_secret"] }, "--token"],
  ["a session without its sbx", { env: { SIGNALBOX_AGENT_ID: "shell-k3f9q2", PATH: "/nowhere" } }, "sbx"],
])("[MCP-46] %s is one line that names it, and the end with 1", async (_, start, named) => {
  const { code, stdout, stderr } = await runBridge(start);
  expect([code, stdout, stderr.trimEnd().split("\n").length]).toEqual([1, "", 1]);
  expect(stderr).toContain(named);
  expect(stderr).not.toContain("sbx_secret");
});

test("[MCP-10][MCP-45] a token that does not count is the answer, under the request's id", async () => {
  const env = { RELAY_URL: box.relay.url, RELAY_TOKEN: "sbx_wrong" };
  const { code, stdout } = await runBridge({ env, lines: [whoami] });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: 1, error: { data: { code: "Unauthenticated" } } });
});

test("[MCP-46] in an agent's session it goes through the runner and needs neither address nor token", async () => {
  const out = join(box.machine.dir, "said.json");
  const words = [process.execPath, programPath("signalbox"), "mcp"].map((word) => `'${word}'`).join(" ");
  const asking = `{ echo '${JSON.stringify(whoami)}'; until [ -s '${out}' ]; do sleep 0.1; done; }`;
  const prompt = `touch '${out}'; ${asking} | ${words} > '${out}' && sbx result "$(cat '${out}')"`;
  const agentId = await spawnShell(box, { cwd: box.machine.baseDir, workspaceMode: "shared", prompt });
  const { result } = await ended(box, agentId);
  expect(JSON.parse(result ?? "")).toMatchObject({ id: 1, result: { structuredContent: { agentId } } });
});

test.each(eras)("[MCP-47] a client of era %s notices nothing of a relay that is started again", async (era) => {
  await using client = await throughBridge({ url: box.relay.url, token: box.adminToken, era });
  await box.relay.end();
  const answer = client.callTool({ name: "relay_whoami", arguments: {} });
  await box.restartRelay();
  expect((await answer).structuredContent).toMatchObject({ profile: "admin" });
});
