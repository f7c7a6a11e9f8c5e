import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApprovalMode, SpawnParams } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { claudeProgram } from "../../test/claude-program.ts";
import { spawnParams } from "../../test/launch.ts";
import { temporary } from "../../test/scene.ts";
import { exec } from "../exec.ts";
import { claude } from "./claude.ts";

const stored = "6ba222ef-d990-416c-9af8-1f974882d49e";
const sbx = "/session's/bin/sbx";

/** Starts a stand-in as the adapter would start claude, and answers what it got. */
async function run(asked: Partial<SpawnParams> = {}, resume: string | null = null) {
  using dir = temporary();
  const program = claudeProgram(dir.path);
  const params = spawnParams("Do it.", { provider: "claude", approvalMode: "guarded", ...asked });
  const launch = {
    sessionDir: dir.path,
    sbx,
    cwd: "/work",
    resume,
    valueOf: (value: string | { host: string }) => (typeof value === "string" ? value : `the host's ${value.host}`),
  };
  const plan = await claude.plan(params, launch, { env: {}, settings: { command: program.command }, rigsDir: "/rigs" });
  for (const { name, text } of plan.files) writeFileSync(join(dir.path, name), text);
  const [file = "", ...args] = plan.command;
  const { code, stderr } = await exec(file, args, { env: { ...plan.env } });
  if (code !== 0) throw new Error(stderr);
  return { ...program.seen(), plan, dir: dir.path };
}

const profile = (fields: Partial<NonNullable<SpawnParams["agentProfile"]>>) => ({
  agentProfile: { name: "lead", version: 1, ...fields },
});

/** The value that follows an option. */
const option = (args: string[], flag: string) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);

test("[HST-54] claude launch: the configured command, a session id fixed before, options, providerArgs, then the prompt", async () => {
  const { args, plan } = await run({ prompt: "--help me\nאנא 🚦", providerArgs: ["--verbose"] });
  expect(args.slice(0, 2)).toEqual(["--session-id", plan.conversation]);
  expect(plan.conversation).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(args.slice(-3)).toEqual(["--verbose", "--", "--help me\nאנא 🚦"]);
  const again = await run({ prompt: undefined });
  expect(again.args).not.toContain("--");
  expect(again.plan.conversation).not.toBe(plan.conversation);
});

test("[HST-54] [HST-56] claude relay's MCP: a file in the session's directory names sbx; beside it the person's own servers stay", async () => {
  const { args, mcp, dir } = await run();
  expect(option(args, "--mcp-config")).toBe(join(dir, "claude-mcp.json"));
  expect(args).not.toContain("--strict-mcp-config");
  expect(mcp).toEqual({ mcpServers: { signalbox: { type: "stdio", command: sbx, args: ["mcp"] } } });
});

test("[HST-56] claude: the relay's tools ask nobody, by rule and, where a rule is not enough, by a hook", async () => {
  const { settings } = await run(profile({ permissions: { allow: ["Bash(git *)"], deny: ["WebFetch"] } }));
  expect(settings.permissions).toEqual({ allow: ["mcp__signalbox", "Bash(git *)"], deny: ["WebFetch"] });
  const hook = settings.hooks.PermissionRequest?.find(({ matcher }) => matcher);
  expect(hook?.matcher).toBe("mcp__signalbox__.*");
  const answer = await exec("/bin/sh", ["-c", hook?.hooks[0]?.command ?? ""], { env: {} });
  expect(JSON.parse(answer.stdout)).toEqual({
    hookSpecificOutput: { hookEventName: "PermissionRequest", decision: { behavior: "allow" } },
  });
});

test("[HST-53] [HST-54] claude: a profile's MCP servers; what the host shares and what looks like a variable is in no file", async () => {
  const variable = (n: number) => `\${SIGNALBOX_MCP_${n}}`;
  const looksLikeOne = `a${variable(9)}`;
  const mcpServers = {
    local: { command: "run", args: ["-x", looksLikeOne], env: { MODE: "fast", KEY: { host: "KEY" } } },
    web: { url: "https://mcp.invalid/", headers: { "X-Team": "a", Authorization: { host: "AUTH" } } },
    none: {},
    signalbox: { command: "mine" },
  };
  const { mcp, env, plan } = await run(profile({ mcpServers }));
  expect(mcp.mcpServers).toEqual({
    local: {
      type: "stdio",
      command: "run",
      args: ["-x", variable(1)],
      env: { MODE: "fast", KEY: variable(2) },
    },
    web: {
      type: "http",
      url: "https://mcp.invalid/",
      headers: { "X-Team": "a", Authorization: variable(3) },
    },
    signalbox: { type: "stdio", command: sbx, args: ["mcp"] },
  });
  const values = {
    SIGNALBOX_MCP_1: looksLikeOne,
    SIGNALBOX_MCP_2: "the host's KEY",
    SIGNALBOX_MCP_3: "the host's AUTH",
  };
  expect(env).toMatchObject(values);
  expect(JSON.stringify(plan.files)).not.toContain("the host's");
  expect(plan.leftOut).toEqual([
    "MCP server none of profile lead was left out: it has neither command nor url",
    "MCP server signalbox of profile lead was left out: it is the relay's name",
  ]);
});

test("[HST-54] [HST-57] claude system prompt: once, as it was joined, byte for byte in a file; no argument is over 120 KiB", async () => {
  const text = `  -- "q" \\n '\t\r\n${"漢🚦".repeat(32_000)}שלום\n\nFirst.\n`;
  const one = await run({
    systemPromptAppend: text,
    prompt: "🚦".repeat(16_000),
    ...profile({ instructions: "First." }),
  });
  expect(one.system).toBe(text);
  expect(one.args.at(-1)).toBe("🚦".repeat(16_000));
  expect(one.args.filter((arg) => arg.includes("First."))).toEqual([]);
  expect(Math.max(...one.args.map((arg) => Buffer.byteLength(arg)))).toBeLessThan(120 * 1024);
  expect((await run()).args).not.toContain("--append-system-prompt-file");
});

test.each<[ApprovalMode, string]>([
  ["plan", "plan"],
  ["guarded", "default"],
  ["auto-edit", "acceptEdits"],
  ["open", "bypassPermissions"],
])(
  "[HST-55] [HST-58] claude approval mode %s; only open answers the program's questions at its start",
  async (approvalMode, expected) => {
    const { args, env, settings } = await run({ approvalMode });
    expect(option(args, "--permission-mode")).toBe(expected);
    const answered = [env.CLAUDE_CODE_SANDBOXED === "1", settings.skipDangerousModePermissionPrompt === true];
    expect(answered).toEqual([approvalMode === "open", approvalMode === "open"]);
  },
);

test("[HST-54] claude model, effort and skills", async () => {
  const { args, settings } = await run({ model: "opus", effort: "high", ...profile({ skills: ["review"] }) });
  expect([option(args, "--model"), option(args, "--effort")]).toEqual(["opus", "high"]);
  expect(settings.permissions).toEqual({ allow: ["mcp__signalbox", "Skill(review)"], deny: [] });
  const plain = await run();
  expect(plain.args.filter((arg) => ["--model", "--effort"].includes(arg))).toEqual([]);
});

test("[HST-54] [HST-58] claude turn detection: hooks that tell the runner, each given up after 2 s", async () => {
  const { args, settings, dir } = await run();
  expect(option(args, "--settings")).toBe(join(dir, "claude-settings.json"));
  const telling = Object.entries(settings.hooks).flatMap(([event, list]) =>
    list.flatMap(({ hooks }) =>
      hooks.filter(({ command }) => command === "'/session'\\''s/bin/sbx' hook").map(() => event),
    ),
  );
  expect(telling.sort()).toEqual([
    "Notification",
    "PermissionRequest",
    "PostCompact",
    "PostToolUse",
    "SessionStart",
    "Stop",
    "StopFailure",
    "UserPromptSubmit",
  ]);
  const timeouts = Object.values(settings.hooks).flatMap((list) =>
    list.flatMap(({ hooks }) => hooks.map((hook) => hook.timeout)),
  );
  expect(new Set(timeouts)).toEqual(new Set([2]));
});

test("[HST-54] [HST-60] claude resume: the stored conversation goes on under its name, and its prompt is not said again", async () => {
  const { args, plan } = await run({}, stored);
  expect(args.slice(0, 2)).toEqual(["--resume", stored]);
  expect([args.includes("--session-id"), args.includes("--"), plan.conversation]).toEqual([false, false, stored]);
});
