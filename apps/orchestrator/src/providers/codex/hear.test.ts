import { expect, test } from "vitest";
import type { ProgramEvent } from "../turns.ts";
import { hear } from "./hear.ts";

const id = "01a1feb7-9eea-7710-b41f-ce54b5c02a54";
const base = { session_id: id, transcript_path: null, cwd: "/work", model: "big", permission_mode: "default" };

test.each<[string, unknown, ProgramEvent | null]>([
  [
    "the first turn names the conversation",
    { ...base, hook_event_name: "SessionStart", source: "startup" },
    { type: "started", conversation: id },
  ],
  ["a compaction within a turn starts nothing", { ...base, hook_event_name: "SessionStart", source: "compact" }, null],
  [
    "a submitted prompt makes it busy",
    { ...base, hook_event_name: "UserPromptSubmit", turn_id: "t", prompt: "do it" },
    { type: "busy", input: "do it", conversation: id },
  ],
  [
    "a command that needs a permission blocks it, with the command and the reason",
    {
      ...base,
      hook_event_name: "PermissionRequest",
      tool_name: "Bash",
      tool_input: { command: "touch /outside", description: "May I?" },
    },
    { type: "blocked", kind: "permission", text: "Bash: touch /outside\nMay I?", conversation: id },
  ],
  [
    "another tool's input is shown as it is",
    { ...base, hook_event_name: "PermissionRequest", tool_name: "mcp__x__y", tool_input: { a: 1 } },
    { type: "blocked", kind: "permission", text: 'mcp__x__y: {"a":1}', conversation: id },
  ],
  [
    "the turn ends with its last text",
    { ...base, hook_event_name: "Stop", stop_hook_active: false, last_assistant_message: "Done." },
    { type: "idle", result: "Done.", conversation: id },
  ],
  [
    "or without one",
    { ...base, hook_event_name: "Stop", last_assistant_message: null },
    { type: "idle", result: undefined, conversation: id },
  ],
  ["an interrupted turn ends", { ...base, hook_event_name: "Interrupt" }, { type: "idle", conversation: id }],
  [
    "a compaction that was asked for is done",
    { ...base, hook_event_name: "PostCompact", trigger: "manual" },
    { type: "compacted", conversation: id },
  ],
  ["one that came by itself is within a turn", { ...base, hook_event_name: "PostCompact", trigger: "auto" }, null],
  [
    "an inner agent's prompt is not the session's",
    { ...base, hook_event_name: "UserPromptSubmit", agent_id: "a" },
    null,
  ],
  [
    "an inner agent's question is a person's concern",
    { ...base, hook_event_name: "PermissionRequest", agent_id: "a", tool_name: "Bash", tool_input: { command: "ls" } },
    { type: "blocked", kind: "permission", text: "Bash: ls" },
  ],
  ["other events say nothing", { ...base, hook_event_name: "PreToolUse" }, null],
  ["nor do other messages", { type: "agent-turn-complete", "thread-id": id }, null],
  ["nor does what is no object", ["SessionStart"], null],
  ["nor null", null, null],
  ["names of another type are no names", { hook_event_name: "UserPromptSubmit", session_id: 7 }, { type: "busy" }],
])("[HST-54] codex turn detection: %s", (_, message, event) => {
  expect(hear(message)).toEqual(event);
});
