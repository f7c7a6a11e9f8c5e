import type { Provider } from "./agents.ts";

interface Takes {
  systemPrompt: boolean;
  /** Lists of what the program may do without asking, and never. */
  permissions: boolean;
  rig: boolean;
  /** Its conversation can be condensed (SPN-59). */
  compaction: boolean;
  /** Arguments of the program that the product sets itself, and the field to use instead (SPN-04); null: none are taken. */
  reservedArgs: Readonly<Record<string, string>> | null;
}

/** What each provider takes on every host (HST-54); what it does not is refused, never ignored in silence. */
export const providerTakes: Record<Provider, Takes> = {
  claude: {
    systemPrompt: true,
    permissions: true,
    rig: true,
    compaction: true,
    reservedArgs: {
      "--permission-mode": "approvalMode",
      "--permission-prompts": "approvalMode",
      "--permission-prompt-tool": "approvalMode",
      "--dangerously-skip-permissions": "approvalMode",
      "--allow-dangerously-skip-permissions": "approvalMode",
      "--restricted": "approvalMode",
      "--allowedTools": "profile.permissions",
      "--allowed-tools": "profile.permissions",
      "--disallowedTools": "profile.permissions",
      "--disallowed-tools": "profile.permissions",
      "--settings": "profile.permissions",
      "--model": "model",
      "--effort": "effort",
      "--mcp-config": "profile.mcpServers",
      "--strict-mcp-config": "rig",
      "--setting-sources": "rig",
      "--bare": "rig",
      "--safe-mode": "rig",
      "--session-id": "spawnRequestId",
      "--resume": "restart",
      "-r": "restart",
      "--continue": "restart",
      "-c": "restart",
      "--fork-session": "restart",
      "--from-pr": "restart",
      "--teleport": "restart",
      "--append-system-prompt": "systemPromptAppend",
      "--append-system-prompt-file": "systemPromptAppend",
      "--system-prompt": "systemPromptAppend",
      "--system-prompt-file": "systemPromptAppend",
      "--worktree": "workspaceMode",
      "-w": "workspaceMode",
      "--tmux": "workspaceMode",
      "--cloud": "orchestratorId",
      "--environment": "orchestratorId",
      "--desktop": "orchestratorId",
      "--background": "nothing, it always runs in a session",
      "--bg": "nothing, it always runs in a session",
      "--print": "prompt",
      "-p": "prompt",
      "--": "prompt",
    },
  },
  codex: {
    systemPrompt: true,
    permissions: false,
    rig: true,
    compaction: true,
    reservedArgs: {
      "--sandbox": "approvalMode",
      "-s": "approvalMode",
      "--ask-for-approval": "approvalMode",
      "-a": "approvalMode",
      "--full-auto": "approvalMode",
      "--dangerously-bypass-approvals-and-sandbox": "approvalMode",
      "--yolo": "approvalMode",
      "--model": "model",
      "-m": "model",
      "--config": "profile",
      "-c": "profile",
      "--profile": "profile",
      "-p": "profile",
      "--cd": "cwd",
      "-C": "cwd",
    },
  },
  shell: { systemPrompt: false, permissions: false, rig: false, compaction: false, reservedArgs: null },
};
