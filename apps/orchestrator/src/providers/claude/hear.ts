import { z } from "zod";
import type { ProgramEvent } from "../adapter.ts";
import { isConversation } from "./conversations.ts";
import { relayTools } from "./settings.ts";

const words = z.string().optional().catch(undefined);

/** What is used of the JSON that the program gives its hooks; all of it is untrusted. */
const Message = z.object({
  hook_event_name: z.string(),
  session_id: words,
  last_assistant_message: words,
  error: words,
  message: words,
  tool_name: words,
  tool_input: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
type Message = z.infer<typeof Message>;

const Questions = z.array(
  z.object({ question: z.string(), options: z.array(z.object({ label: z.string() })).default([]) }),
);

type Blocked = Extract<ProgramEvent, { type: "blocked" }>;

/** Failures of a turn that only a person can do something about; any other ends the turn like its own end. */
const failures: Record<string, Blocked["kind"]> = {
  rate_limit: "limit",
  billing_error: "limit",
  authentication_failed: "sign-in",
  oauth_org_not_allowed: "sign-in",
  account_on_hold: "sign-in",
  verification_required: "sign-in",
  cloud_credential_error: "sign-in",
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The part of a tool's input that a person decides by; all of it where the tool is unknown. */
function inputOf({ command, file_path, url, ...rest }: Record<string, unknown>): string {
  const main = text(command) || text(file_path) || text(url);
  if (!main) return Object.keys(rest).length ? JSON.stringify(rest) : "";
  return text(rest.description) ? `${main} (${rest.description})` : main;
}

function asked({ tool_name = "a tool", tool_input = {} }: Message): Blocked | null {
  if (tool_name.startsWith(relayTools)) return null;
  if (tool_name === "AskUserQuestion") {
    const { data = [] } = Questions.safeParse(tool_input.questions);
    const lines = data.map(({ question, options }) =>
      [question, ...options.map(({ label }, i) => `${i + 1}. ${label}`)].join("\n"),
    );
    return { type: "blocked", kind: "question", text: lines.join("\n\n") || "It asks a question" };
  }
  if (tool_name === "ExitPlanMode") {
    const plan = text(tool_input.plan);
    return { type: "blocked", kind: "question", text: `Its plan wants approval${plan ? `:\n${plan}` : ""}` };
  }
  const input = inputOf(tool_input);
  return { type: "blocked", kind: "permission", text: input ? `${tool_name}: ${input}` : tool_name };
}

function eventOf(message: Message): ProgramEvent | null {
  switch (message.hook_event_name) {
    case "SessionStart":
      return { type: "started" };
    case "UserPromptSubmit":
    case "PostToolUse":
      return { type: "busy" };
    case "Stop":
      return { type: "idle", result: message.last_assistant_message };
    case "StopFailure": {
      const { error = "", last_assistant_message = "" } = message;
      const kind = failures[error];
      return kind
        ? { type: "blocked", kind, text: last_assistant_message || error }
        : { type: "idle", result: last_assistant_message || undefined };
    }
    case "PermissionRequest":
      return asked(message);
    case "Notification":
      return { type: "blocked", kind: "question", text: message.message ?? "" };
    case "PostCompact":
      return { type: "compacted" };
    default:
      return null;
  }
}

/** What one of the program's hooks says; see `settings` for those that are asked for. */
export function hear(message: unknown): ProgramEvent | null {
  const { data } = Message.safeParse(message);
  const event = data ? eventOf(data) : null;
  return event && isConversation(data?.session_id) ? { ...event, conversation: data.session_id } : event;
}
