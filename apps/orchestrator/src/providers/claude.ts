import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ProviderAdapter } from "./adapter.ts";
import { holds } from "./claude/conversations.ts";
import { interrupt } from "./claude/interrupt.ts";
import { permissionModes, probe } from "./claude/probe.ts";
import { servers, settings } from "./claude/settings.ts";

const names = { settings: "claude-settings.json", servers: "claude-mcp.json", system: "claude-system.md" };

/** Claude Code, in its own terminal program; everything it is told lies in the session's directory (HST-56). */
export const claude: ProviderAdapter = {
  provider: "claude",
  rigVariable: "CLAUDE_CONFIG_DIR",
  probe,
  interrupt,
  holds,
  plan(params, launch, { settings: { command = ["claude"] } }) {
    const { approvalMode, systemPromptAppend, model, effort, providerArgs, prompt, agentProfile } = params;
    const { sessionDir, sbx, resume } = launch;
    const conversation = resume ?? randomUUID();
    const mcp = servers(launch, agentProfile);
    const own = settings({ sbx, approvalMode, profile: agentProfile });
    const file = (name: keyof typeof names) => join(sessionDir, names[name]);
    return {
      command: [
        ...command,
        ...(resume ? ["--resume", resume] : ["--session-id", conversation]),
        ...["--permission-mode", permissionModes[approvalMode]],
        ...["--settings", file("settings")],
        ...["--mcp-config", file("servers")],
        ...(systemPromptAppend ? ["--append-system-prompt-file", file("system")] : []),
        ...(model ? ["--model", model] : []),
        ...(effort ? ["--effort", effort] : []),
        ...providerArgs,
        // A conversation that goes on has its prompt already.
        ...(prompt && !resume ? ["--", prompt] : []),
      ],
      files: [
        { name: names.settings, text: JSON.stringify(own, null, 2) },
        { name: names.servers, text: JSON.stringify(mcp.file, null, 2) },
        ...(systemPromptAppend ? [{ name: names.system, text: systemPromptAppend }] : []),
      ],
      // Who starts an agent in this mode lets it do anything there: the question whether to trust the folder is answered.
      env: { ...mcp.env, ...(approvalMode === "open" ? { CLAUDE_CODE_SANDBOXED: "1" } : {}) },
      conversation,
      waits: resume !== null,
      leftOut: mcp.leftOut,
    };
  },
};
