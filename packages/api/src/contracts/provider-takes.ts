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
      "--dangerously-skip-permissions": "approvalMode",
      "--allow-dangerously-skip-permissions": "approvalMode",
      "--allowedTools": "profile.permissions",
      "--allowed-tools": "profile.permissions",
      "--disallowedTools": "profile.permissions",
      "--disallowed-tools": "profile.permissions",
      "--model": "model",
      "--effort": "effort",
      "--settings": "profile.permissions",
      "--mcp-config": "profile.mcpServers",
      "--strict-mcp-config": "profile.mcpServers",
      "--session-id": "spawnRequestId",
      "--resume": "restart",
      "-r": "restart",
      "--continue": "restart",
      "-c": "restart",
      "--append-system-prompt": "systemPromptAppend",
      "--system-prompt": "systemPromptAppend",
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
      "--approve-for-me": "approvalMode",
      "--full-auto": "approvalMode",
      "--dangerously-bypass-approvals-and-sandbox": "approvalMode",
      "--yolo": "approvalMode",
      "--dangerously-bypass-hook-trust": "approvalMode",
      "--add-dir": "approvalMode",
      "--model": "model",
      "-m": "model",
      "--config": "profile",
      "-c": "profile",
      "--enable": "profile",
      "--disable": "profile",
      "--profile": "rig",
      "-p": "rig",
      "--cd": "cwd",
      "-C": "cwd",
      "--worktree": "workspaceMode",
      "--remote": "orchestratorId",
      "--remote-auth-token-env": "orchestratorId",
      "--no-daemon": "nothing, it is always set",
      "--no-alt-screen": "nothing, it is always set",
      "--last": "restart",
      "--all": "restart",
      "--include-non-interactive": "restart",
      resume: "restart",
      fork: "restart",
      exec: "prompt",
      e: "prompt",
      review: "prompt",
      "--": "prompt",
    },
  },
  shell: { systemPrompt: false, permissions: false, rig: false, compaction: false, reservedArgs: null },
};
