import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApprovalMode, SpawnParams } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { codexProgram, started } from "../../test/codex-program.ts";
import { spawnParams } from "../../test/launch.ts";
import { temporary } from "../../test/scene.ts";
import { trustedHash } from "./codex/hooks.ts";
import { codex } from "./codex.ts";

const thread = "01a1feb7-9eea-7710-b41f-ce54b5c02a54";

/** Starts a stand-in as the adapter would start codex, and answers what it got. */
async function run(asked: Partial<SpawnParams> = {}, resume: string | null = null) {
  const dir = temporary();
  const program = codexProgram(dir.path);
  const params = spawnParams("Do it.", { provider: "codex", approvalMode: "guarded", ...asked });
  const launch = {
    sessionDir: dir.path,
    sbx: "/session's/bin/sbx",
    cwd: "/work",
    resume,
    valueOf: (value: string | { host: string }) => (typeof value === "string" ? value : `the host's ${value.host}`),
  };
  const plan = await codex.plan(params, launch, { env: {}, settings: { command: program.command }, rigsDir: "/rigs" });
  for (const { name, text } of plan.files) writeFileSync(join(dir.path, name), text);
  const got = await started(plan, program);
  return { ...got, plan, dir: dir.path, [Symbol.dispose]: dir[Symbol.dispose] };
}

const profile = (fields: Partial<NonNullable<SpawnParams["agentProfile"]>>) => ({
  agentProfile: { name: "lead", version: 1, ...fields },
});

test("[HST-54] codex launch: the configured command, options, providerArgs, then the prompt, whatever it begins with", async () => {
  using one = await run({ prompt: "--help me\nאנא 🚦", providerArgs: ["--search"] });
  expect(one.args.slice(0, 4)).toEqual(["--no-daemon", "--no-alt-screen", "--cd", "/work"]);
  expect(one.args.slice(-3)).toEqual(["--search", "--", "--help me\nאנא 🚦"]);
  using waiting = await run({ prompt: undefined });
  expect(waiting.args).not.toContain("--");
});

test("[HST-54] codex relay's MCP: the session's sbx is the server, and its tools ask nobody", async () => {
  using one = await run();
  expect(one.settings.mcp_servers).toEqual({
    signalbox: { command: "/session's/bin/sbx", args: ["mcp"], default_tools_approval_mode: "approve" },
  });
});

test("[HST-53] [HST-54] a profile's MCP servers: what the host shares is in no argument, and each server gets it by its name", async () => {
  const mcpServers = {
    local: { command: "run", args: ["-x"], env: { MODE: "fast", KEY: { host: "KEY" } } },
    plain: { command: "run", env: { MODE: "slow" } },
    web: { url: "https://mcp.invalid/", headers: { "X-Team": "a", Authorization: { host: "AUTH" } } },
    signalbox: { command: "mine" },
  };
  using one = await run(profile({ mcpServers }));
  expect(one.settings.mcp_servers).toMatchObject({
    local: {
      command: "/bin/sh",
      args: ["-c", 'KEY="$SIGNALBOX_MCP_1" exec "$@"', "sh", "run", "-x"],
      env: { MODE: "fast" },
      env_vars: ["SIGNALBOX_MCP_1"],
    },
    plain: { command: "run", args: [], env: { MODE: "slow" } },
    web: {
      url: "https://mcp.invalid/",
      http_headers: { "X-Team": "a" },
      env_http_headers: { Authorization: "SIGNALBOX_MCP_2" },
    },
    signalbox: { command: "/session's/bin/sbx" },
  });
  expect(one.env).toMatchObject({ SIGNALBOX_MCP_1: "the host's KEY", SIGNALBOX_MCP_2: "the host's AUTH" });
  expect(one.args.join(" ")).not.toContain("the host's");
  expect(one.plan.leftOut).toEqual(["MCP server signalbox of profile lead was left out: the name is the relay's"]);
});

test("[HST-54] codex system prompt: added instructions, once, as they were joined", async () => {
  using one = await run({ systemPromptAppend: "First.\n\nSecond.", ...profile({ instructions: "First." }) });
  expect(one.settings.developer_instructions).toBe("First.\n\nSecond.");
  expect(one.args.join(" ").match(/First/g)?.length).toBe(1);
  using none = await run();
  expect(none.settings).not.toHaveProperty("developer_instructions");
});

test("[HST-57] instructions of the full length in any script go through a file that a hook of the session shows", async () => {
  const text = `  -- "q" \\n '''\t\u007f\r\n${"漢🚦".repeat(32_000)}\n`;
  using one = await run({ systemPromptAppend: text, prompt: "🚦".repeat(16_000) });
  expect(Math.max(...one.args.map((arg) => Buffer.byteLength(arg)))).toBeLessThan(120 * 1024);
  const [tell, show] = (one.settings.hooks as { SessionStart: { matcher?: string; hooks: { command: string }[] }[] })
    .SessionStart;
  expect(tell?.hooks[0]?.command).toBe("'/session'\\''s/bin/sbx' hook");
  expect(show).toMatchObject({ matcher: "startup|clear|compact" });
  const file = /^cat '(.*)'$/.exec(show?.hooks[0]?.command ?? "")?.[1] ?? "";
  expect(JSON.parse(readFileSync(file, "utf8")).hookSpecificOutput).toEqual({
    hookEventName: "SessionStart",
    additionalContext: text,
  });
});

test("[HST-54] codex turn detection: hooks tell the runner, and only these are trusted without a person", async () => {
  using one = await run();
  const { state, ...hooks } = one.settings.hooks as Record<string, object>;
  const told = { hooks: [{ type: "command" as const, command: "'/session'\\''s/bin/sbx' hook", timeout: 3 }] };
  const names = ["Interrupt", "PermissionRequest", "PostCompact", "SessionStart", "Stop", "UserPromptSubmit"];
  expect(hooks).toEqual(Object.fromEntries(names.map((name) => [name, [told]])));
  expect(Object.keys(state ?? {}).length).toBe(names.length);
  expect(state).toMatchObject({
    "/<session-flags>/config.toml:stop:0:0": { trusted_hash: trustedHash("stop", told) },
  });
  expect(one.args).not.toContain("--dangerously-bypass-hook-trust");
});

test.each<[ApprovalMode, string[]]>([
  ["plan", ["--sandbox", "read-only", "--ask-for-approval", "never"]],
  ["guarded", ["--sandbox", "read-only", "--ask-for-approval", "on-request"]],
  ["auto-edit", ["--sandbox", "workspace-write", "--ask-for-approval", "on-request"]],
  ["open", ["--dangerously-bypass-approvals-and-sandbox"]],
])("[HST-55] codex approval mode %s", async (approvalMode, expected) => {
  using one = await run({ approvalMode });
  expect(one.args.slice(4, 4 + expected.length)).toEqual(expected);
  // A folder's own settings can start programs: only where anything may be started anyway they are trusted.
  const projects = approvalMode === "open" ? { "/work": { trust_level: "trusted" } } : undefined;
  expect(one.settings.projects).toEqual(projects);
});

test("[HST-54] codex approval mode: a profile with permission lists is refused", async () => {
  await expect(run(profile({ permissions: { allow: ["ls"], deny: [] } }))).rejects.toThrow(/lead has some/);
  using empty = await run(profile({ permissions: { allow: [], deny: [] } }));
  expect(empty.args.length).toBeGreaterThan(0);
});

test("[HST-54] codex model and effort", async () => {
  using one = await run({ model: "big", effort: "high" });
  expect(one.args.join(" ")).toContain("--model big ");
  expect(one.settings.model_reasoning_effort).toBe("high");
  using none = await run();
  expect(none.args).not.toContain("--model");
  expect(none.settings).not.toHaveProperty("model_reasoning_effort");
});

test("[HST-58] codex asks neither about an update nor about a newer model; skills that it cannot be given are named", async () => {
  using one = await run(profile({ skills: ["review"] }));
  expect(one.settings).toMatchObject({
    check_for_update_on_startup: false,
    notice: { model_migrations: { old: "big" } },
  });
  expect(one.plan.leftOut).toEqual(["The skills of profile lead were left out: codex finds its own"]);
});

test("[HST-54] [HST-60] codex resume: the thread goes on, without its prompt a second time", async () => {
  using one = await run({ providerArgs: ["--search"] }, thread);
  expect(one.args[0]).toBe("resume");
  expect(one.args.slice(-2)).toEqual(["--search", thread]);
  expect(one.plan).toMatchObject({ conversation: thread, waits: true });
});

test("[HST-60] codex holds a thread whose rollout is in its settings folder, and nothing that is no thread", async () => {
  using dir = temporary();
  const day = join(dir.path, ".codex", "sessions", "2026", "11", "21");
  mkdirSync(day, { recursive: true });
  writeFileSync(join(day, `rollout-2026-11-21T15-26-49-${thread}.jsonl`), "");
  const holds = (id: string, env: Record<string, string>) => codex.holds?.(id, "/work", env);
  expect(await holds(thread, { HOME: dir.path })).toBe(true);
  expect(await holds(thread, { CODEX_HOME: join(dir.path, ".codex"), HOME: "/nowhere" })).toBe(true);
  expect(await holds(thread, { CODEX_HOME: dir.path, HOME: dir.path })).toBe(false);
  expect(await holds(thread.replace("0", "1"), { HOME: dir.path })).toBe(false);
  expect(await holds("--last", { HOME: dir.path })).toBe(false);
});
