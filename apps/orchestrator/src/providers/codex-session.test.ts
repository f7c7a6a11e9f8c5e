import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codexProgram } from "../../test/codex-program.ts";
import { startingHost } from "../../test/host.ts";
import { spawnParams } from "../../test/launch.ts";
import { command, firstAttempt } from "../../test/scene.ts";
import { spawn } from "../commands/spawn.ts";
import { compact, interrupt } from "../commands/turn.ts";
import type { Turn } from "../runner/turn-rules.ts";
import { endSession } from "../sessions/end.ts";
import { readExit } from "../sessions/record.ts";
import { exactly, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";

const thread = "01a1feb7-9eea-7710-b41f-ce54b5c02a54";
// The runner waits 10 s for a relay before it starts its program without one.
const started = { withinMs: 60_000, everyMs: 50 };

/** Plays the program: hooks as keys ask for them, dialogs on the screen, and what was typed and submitted. */
const body = `
const { execFileSync } = await import("node:child_process");
const hook = (hook_event_name, more = {}) =>
  execFileSync("sbx", ["hook"], { input: JSON.stringify({ hook_event_name, session_id: "${thread}", ...more }) });
const draw = (...lines) => process.stdout.write("\\x1b[2J\\x1b[H" + lines.join("\\r\\n"));
const prompt = (text = "Ask Codex to do anything") => draw("", "› " + text, "", "  model · /work");
const dialog = () => draw("  Trust this folder?", "", "› 1. Trust", "  2. Back", "", "  enter continue · esc back");
const submitted = [];
process.stdin.setRawMode(true);
process.stdout.write("\\x1b[?2004h");
let typed = "";
process.stdin.on("data", (data) => {
  const text = data.toString();
  const pasted = /\\x1b\\[200~([^]*)\\x1b\\[201~/.exec(text);
  if (pasted) { typed = pasted[1]; return prompt(typed.replaceAll("\\n", "\\r\\n  ")); }
  if (text === "\\r") {
    submitted.push(typed);
    record({ submitted });
    if (typed === "/compact") hook("PostCompact", { trigger: "manual" });
    typed = "";
    return prompt();
  }
  if (text === "\\x1b") return hook("Interrupt");
  if (text === "w") {
    hook("UserPromptSubmit");
    return draw("› go on", "", "", "Working (0s • esc to interrupt)", "", "", "› Ask Codex to do anything", "", "  model");
  }
  if (text === "p") return hook("PermissionRequest", { tool_name: "Bash", tool_input: { command: "rm build" } });
  if (text === "s") return hook("Stop", { last_assistant_message: "All done. 🚦" });
  if (text === "t") return dialog();
  if (text === "i") return prompt();
});
draw("working");
hook("SessionStart", { source: "startup" });
hook("UserPromptSubmit");
`;

/** A session of the stand-in on a host of its own. */
async function session(rig?: string) {
  const host = await startingHost();
  const program = codexProgram(host.path, { body });
  host.needs.providers = { codex: { command: program.command } };
  const params = spawnParams("Do it.", { provider: "codex", approvalMode: "guarded", cwd: host.repo, rig });
  const task = { command: command("agent.spawn", {}), params, ...firstAttempt() };
  const dir = host.sessions.dirOf("cmd_1");
  const turn = (): Turn | null => {
    try {
      return JSON.parse(readFileSync(join(dir, "turn.json"), "utf8"));
    } catch {
      return null;
    }
  };
  const sessionName = "sb-cmd_1";
  const key = (name: string) => tmux(host.tmux, ["send-keys", "-t", exactly(sessionName), name]);
  const turnTask = (type: "agent.interrupt" | "agent.compact", more: object = {}) => ({
    command: command(type, {}),
    params: { agentId: params.agentId, sessionName, ...more },
    ...firstAttempt(),
  });
  return {
    host,
    program,
    dir,
    turn,
    key,
    sessionName,
    start: () => spawn(host.needs).run(task),
    becomes: (status: Turn["status"]) => until(() => turn()?.status === status, started),
    interrupt: () => interrupt(host.sessions).run(turnTask("agent.interrupt")),
    compact: (alwaysReload: string[]) =>
      compact(host.sessions).run(turnTask("agent.compact", { memory: { alwaysReload } })),
    end: () => endSession({ tmux: host.tmux, sessionName, agentId: params.agentId, dir, graceSeconds: 5 }),
    [Symbol.asyncDispose]: host[Symbol.asyncDispose],
  };
}

test("[HST-54] [HST-59] codex turns: busy, blocked by a hook and by the screen, idle with the result, compacted, interrupted", async () => {
  await using one = await session();
  await one.start();
  expect(await one.becomes("busy")).toBe(true);
  expect(one.turn()).toMatchObject({ conversation: thread, started: true });

  await one.key("p");
  expect(await one.becomes("blocked")).toBe(true);
  expect(one.turn()?.blocked).toEqual({ kind: "permission", text: "Bash: rm build" });
  await one.key("s");
  expect(await one.becomes("idle")).toBe(true);
  expect(one.turn()?.result).toBe("All done. 🚦");

  await one.key("t");
  expect(await one.becomes("blocked")).toBe(true);
  expect(one.turn()?.blocked?.text).toMatch(/Trust this folder\?/);
  // Escape would leave the session for another screen of the program.
  await expect(one.interrupt()).rejects.toThrow(/no turn: it asks "Trust this folder\?"/);
  await one.key("i");
  expect(await one.becomes("idle")).toBe(true);

  await one.compact(["NOTES.md"]);
  expect(await until(() => (one.program.seen().submitted as string[])?.length === 2, started)).toBe(true);
  expect(one.program.seen().submitted).toEqual(["/compact", "Read these again: NOTES.md"]);

  await one.key("w");
  expect(await one.becomes("busy")).toBe(true);
  expect(await one.interrupt()).toEqual({ interrupted: true });
  expect(await one.becomes("idle")).toBe(true);

  expect(await one.end()).toBe(true);
  expect((await readExit(one.dir))?.result).toBe("All done. 🚦");
}, 120_000);

test("[HST-54] [HST-60] codex rig: its folder is CODEX_HOME, a missing one fails the spawn and makes nothing", async () => {
  await using one = await session("team");
  await expect(one.start()).rejects.toMatchObject({
    reason: "provider_missing",
    message: expect.stringContaining("team"),
  });
  expect(await one.host.sessions.look()).toMatchObject({ live: [] });
  const folder = join(one.host.needs.rigsDir, "codex", "team");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.toml"), "");
  await one.start();
  expect(await one.becomes("busy")).toBe(true);
  expect(one.program.seen().env.CODEX_HOME).toBe(folder);
}, 120_000);
