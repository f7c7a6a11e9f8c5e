import type { ProgramEvent } from "../turns.ts";
import { fieldsOf, itemsOf, textOf } from "../untrusted.ts";
import { isConversation } from "./conversations.ts";
import { relayTools } from "./settings.ts";

type Blocked = Extract<ProgramEvent, { type: "blocked" }>;

/** Failures of a turn that only a person can do something about; any other ends the turn like its own end. */
const failures: ReadonlyMap<string, Blocked["kind"]> = new Map<string, Blocked["kind"]>([
  ["rate_limit", "limit"],
  ["billing_error", "limit"],
  ["authentication_failed", "sign-in"],
  ["oauth_org_not_allowed", "sign-in"],
  ["account_on_hold", "sign-in"],
  ["verification_required", "sign-in"],
  ["cloud_credential_error", "sign-in"],
]);

/** The part of a tool's input that a person decides by; all of it where the tool is unknown. */
function inputOf({ command, file_path, url, ...rest }: Record<string, unknown>): string {
  const main = textOf(command) ?? textOf(file_path) ?? textOf(url);
  if (!main) return Object.keys(rest).length ? JSON.stringify(rest) : "";
  const why = textOf(rest.description);
  return why ? `${main} (${why})` : main;
}

/** A question as it stands on the screen, with what may be answered. */
function questionOf(value: unknown): string[] {
  const { question, options } = fieldsOf(value);
  const labels = itemsOf(options).flatMap((option) => textOf(fieldsOf(option).label) ?? []);
  const asked = textOf(question);
  return asked ? [[asked, ...labels.map((label, i) => `${i + 1}. ${label}`)].join("\n")] : [];
}

function asked(told: Record<string, unknown>): Blocked | null {
  const tool = textOf(told.tool_name) ?? "a tool";
  const given = fieldsOf(told.tool_input);
  if (tool.startsWith(relayTools)) return null;
  if (tool === "AskUserQuestion") {
    const text = itemsOf(given.questions).flatMap(questionOf).join("\n\n");
    return { type: "blocked", kind: "question", text: text || "It asks a question" };
  }
  if (tool === "ExitPlanMode") {
    const plan = textOf(given.plan);
    return { type: "blocked", kind: "question", text: `Its plan wants approval${plan ? `:\n${plan}` : ""}` };
  }
  const input = inputOf(given);
  return { type: "blocked", kind: "permission", text: input ? `${tool}: ${input}` : tool };
}

function eventOf(told: Record<string, unknown>): ProgramEvent | null {
  const said = textOf(told.last_assistant_message);
  switch (told.hook_event_name) {
    case "SessionStart":
      return { type: "started" };
    case "UserPromptSubmit":
      return { type: "busy", input: textOf(told.prompt) };
    case "PostToolUse":
      return { type: "busy" };
    case "Stop":
      return { type: "idle", result: said };
    case "StopFailure": {
      const error = textOf(told.error) ?? "";
      const kind = failures.get(error);
      return kind ? { type: "blocked", kind, text: said ?? error } : { type: "idle", result: said };
    }
    case "PermissionRequest":
      return asked(told);
    case "Notification":
      return { type: "blocked", kind: "question", text: textOf(told.message) ?? "" };
    case "PostCompact":
      return { type: "compacted" };
    default:
      return null;
  }
}

/** What one of the program's hooks says, all of it untrusted; see `settings` for those that are asked for. */
export function hear(message: unknown): ProgramEvent | null {
  const told = fieldsOf(message);
  const event = eventOf(told);
  return event && isConversation(told.session_id) ? { ...event, conversation: told.session_id } : event;
}
