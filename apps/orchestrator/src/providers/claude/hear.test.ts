import { expect, test } from "vitest";
import type { ProgramEvent } from "../turns.ts";
import { hear } from "./hear.ts";

const session_id = "6ba222ef-d990-416c-9af8-1f974882d49e";

/** A message as the program gives it to its hooks, with what they all have. */
const said = (hook_event_name: string, more: object = {}) => ({
  session_id,
  transcript_path: `/home/x/.claude/projects/-work/${session_id}.jsonl`,
  cwd: "/work",
  permission_mode: "default",
  hook_event_name,
  ...more,
});
const request = (tool_name: string, tool_input: object) => said("PermissionRequest", { tool_name, tool_input });
const permission = (text: string): ProgramEvent => ({ type: "blocked", kind: "permission", text });
const question = (text: string): ProgramEvent => ({ type: "blocked", kind: "question", text });
const colour = {
  question: "Which colour?",
  header: "Colour",
  multiSelect: false,
  options: [{ label: "Red" }, { label: "Blue" }],
};

test.each<[string, unknown, ProgramEvent | null]>([
  ["its start", said("SessionStart", { source: "startup", model: "m" }), { type: "started" }],
  ["a prompt", said("UserPromptSubmit", { prompt: "go" }), { type: "busy", input: "go" }],
  ["the end of a turn", said("Stop", { last_assistant_message: "Made. 🚦" }), { type: "idle", result: "Made. 🚦" }],
  ["an end without text", said("Stop"), { type: "idle", result: undefined }],
  [
    "a limit",
    said("StopFailure", { error: "rate_limit", last_assistant_message: "You've hit your limit" }),
    { type: "blocked", kind: "limit", text: "You've hit your limit" },
  ],
  [
    "a bill",
    said("StopFailure", { error: "billing_error" }),
    { type: "blocked", kind: "limit", text: "billing_error" },
  ],
  [
    "no sign-in",
    said("StopFailure", {
      error: "authentication_failed",
      last_assistant_message: "Not logged in · Please run /login",
    }),
    { type: "blocked", kind: "sign-in", text: "Not logged in · Please run /login" },
  ],
  [
    "a failure that passes",
    said("StopFailure", { error: "server_error", last_assistant_message: "API Error: 529 Overloaded" }),
    { type: "idle", result: "API Error: 529 Overloaded" },
  ],
  ["a command", request("Bash", { command: "touch a", description: "Make a" }), permission("Bash: touch a (Make a)")],
  ["a file", request("Write", { file_path: "/repo/a", content: "x" }), permission("Write: /repo/a")],
  [
    "an address",
    request("WebFetch", { url: "https://x.invalid", prompt: "p" }),
    permission("WebFetch: https://x.invalid"),
  ],
  ["an unknown tool", request("mcp__db__query", { sql: "select" }), permission('mcp__db__query: {"sql":"select"}')],
  ["one without input", request("Sweep", {}), permission("Sweep")],
  ["a tool of the relay", request("mcp__signalbox__relay_workspace_ready", {}), null],
  ["its own question", request("AskUserQuestion", { questions: [colour] }), question("Which colour?\n1. Red\n2. Blue")],
  ["one that is not well made", request("AskUserQuestion", { questions: "?" }), question("It asks a question")],
  ["a plan", request("ExitPlanMode", { plan: "1. do it" }), question("Its plan wants approval:\n1. do it")],
  ["an answer", said("PostToolUse", { tool_name: "AskUserQuestion" }), { type: "busy" }],
  [
    "a question of an MCP server",
    said("Notification", { notification_type: "elicitation_dialog", message: "db asks for a name" }),
    question("db asks for a name"),
  ],
  ["a condensed conversation", said("PostCompact", { trigger: "manual", compact_summary: "s" }), { type: "compacted" }],
  ["another event", said("SessionEnd", { reason: "clear" }), null],
])("[HST-54] claude says %s", (_, message, event) => {
  expect(hear(message)).toEqual(event && { ...event, conversation: session_id });
});

test("[HST-54] claude: what is no message of the program says nothing, and a name that is none is not kept", () => {
  for (const message of [null, "Stop", 7, [], {}, { hook_event_name: 1 }]) expect(hear(message)).toBeNull();
  expect(hear({ ...said("Stop"), session_id: "../../x", last_assistant_message: { text: "x" } })).toEqual({
    type: "idle",
  });
  expect(hear({ ...request("Bash", {}), tool_input: "rm" })).toMatchObject(permission("Bash"));
});
