import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ApprovalMode, SpawnParams } from "@signalbox/api/contracts";
import { CommandFailure } from "../failure.ts";
import type { Launch, LaunchPlan, ProviderAdapter, Surroundings } from "./adapter.ts";
import { hookSettings } from "./codex/hooks.ts";
import { interrupt } from "./codex/interrupt.ts";
import { mcpSettings } from "./codex/mcp.ts";
import { catalogue, probe, programOf } from "./codex/probe.ts";
import { setting } from "./codex/toml.ts";

/** HST-55. */
const approval: Record<ApprovalMode, string[]> = {
  plan: ["--sandbox", "read-only", "--ask-for-approval", "never"],
  guarded: ["--sandbox", "read-only", "--ask-for-approval", "on-request"],
  "auto-edit": ["--sandbox", "workspace-write", "--ask-for-approval", "on-request"],
  open: ["--dangerously-bypass-approvals-and-sandbox"],
};

/** Longer than this, an argument would not reach the program (HST-57). */
const longestArgument = 120 * 1024;
const instructionsFile = "instructions.json";

/** Thread ids are UUIDs; anything else could be read as another argument. */
const threadId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Added instructions, once: as a setting, or where that is too long for an argument as a hook's answer from a file. */
function instructed({ systemPromptAppend: text }: SpawnParams, { sessionDir, sbx }: Launch) {
  const args = text ? setting("developer_instructions", text) : [];
  if (!text || args.every((arg) => Buffer.byteLength(arg) <= longestArgument)) {
    return { args: [...args, ...hookSettings({ sbx, instructions: null })], files: [] };
  }
  const hookSpecificOutput = { hookEventName: "SessionStart", additionalContext: text.toWellFormed() };
  const instructions = join(sessionDir, instructionsFile);
  const files = [{ name: instructionsFile, text: JSON.stringify({ hookSpecificOutput }) }];
  return { args: hookSettings({ sbx, instructions }), files };
}

/** Answers to what the program would ask at its start, where an answer changes nothing for the person (HST-58). */
async function presets({ approvalMode }: SpawnParams, { cwd }: Launch, surroundings: Surroundings): Promise<string[]> {
  const upgrades = (await catalogue(surroundings)).flatMap(({ slug, upgrade }) =>
    upgrade ? [[slug, upgrade.model]] : [],
  );
  return [
    ...setting("check_for_update_on_startup", false),
    ...(upgrades.length ? setting("notice.model_migrations", Object.fromEntries(upgrades)) : []),
    // Redrawn without pause, the session's log would hold nothing else.
    ...setting("tui.animations", false),
    // What a folder's settings may start, an agent of this mode may start anyway.
    ...(approvalMode === "open" ? setting("projects", { [cwd]: { trust_level: "trusted" } }) : []),
  ];
}

async function plan(params: SpawnParams, launch: Launch, surroundings: Surroundings): Promise<LaunchPlan> {
  const { agentProfile: profile, model, effort, prompt, providerArgs } = params;
  const { allow = [], deny = [] } = profile?.permissions ?? {};
  if (allow.length || deny.length) {
    throw new CommandFailure(
      "provider_missing",
      `codex takes no permission lists, and profile ${profile?.name} has some`,
    );
  }
  const mcp = mcpSettings(profile, launch);
  const { args, files } = instructed(params, launch);
  const skills = profile?.skills?.length
    ? [`The skills of profile ${profile.name} were left out: codex finds its own`]
    : [];
  const options = [
    // A server that several sessions share would outlive this one, and run with another one's environment.
    "--no-daemon",
    // What has scrolled away stays readable in the terminal.
    "--no-alt-screen",
    // Said outright, or a thread from another directory would ask where to go on.
    "--cd",
    launch.cwd,
    ...approval[params.approvalMode],
    ...(model ? ["--model", model] : []),
    ...(effort ? setting("model_reasoning_effort", effort) : []),
    ...args,
    ...mcp.args,
    ...(await presets(params, launch, surroundings)),
    ...providerArgs,
  ];
  // A conversation that is gone on with has its prompt already.
  const task = launch.resume ? [launch.resume] : prompt ? ["--", prompt] : [];
  return {
    command: [...programOf(surroundings), ...(launch.resume ? ["resume"] : []), ...options, ...task],
    files,
    env: mcp.env,
    conversation: launch.resume ?? undefined,
    waits: launch.resume !== null,
    leftOut: [...mcp.leftOut, ...skills],
  };
}

/** OpenAI's Codex in its terminal program (HST-54). */
export const codex: ProviderAdapter = {
  provider: "codex",
  rigVariable: "CODEX_HOME",
  probe,
  plan,
  interrupt,
  async holds(conversation, _cwd, env) {
    if (!threadId.test(conversation)) return false;
    const home = env.CODEX_HOME || join(env.HOME ?? homedir(), ".codex");
    const names = await readdir(join(home, "sessions"), { recursive: true }).catch(() => []);
    return names.some((name) => name.endsWith(`-${conversation}.jsonl`));
  },
};
