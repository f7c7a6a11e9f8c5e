import type { ProgramEvent } from "../turns.ts";
import { fieldsOf, textOf } from "../untrusted.ts";

/** What the program wants to do, as a person would want to read it. */
function wanted(tool: unknown, input: unknown): string {
  const { command, description } = fieldsOf(input);
  const act = textOf(command) ?? JSON.stringify(input) ?? "";
  return [`${textOf(tool) ?? "A tool"}: ${act}`, textOf(description)].filter(Boolean).join("\n");
}

/** What a hook of the program says of its turn (HST-54). */
export function hear(message: unknown): ProgramEvent | null {
  const told = fieldsOf(message);
  // Agents that the program starts within itself have turns of their own; only what they ask concerns a person.
  const inner = textOf(told.agent_id) !== undefined;
  const named = inner ? {} : { conversation: textOf(told.session_id) };
  switch (told.hook_event_name) {
    case "SessionStart":
      // After a compaction this comes in the middle of a turn.
      return told.source === "compact" ? null : { type: "started", ...named };
    case "UserPromptSubmit":
      return inner ? null : { type: "busy", input: textOf(told.prompt), ...named };
    case "PermissionRequest":
      return { type: "blocked", kind: "permission", text: wanted(told.tool_name, told.tool_input), ...named };
    case "PostCompact":
      return inner || told.trigger !== "manual" ? null : { type: "compacted", ...named };
    case "Stop":
      return { type: "idle", result: textOf(told.last_assistant_message), ...named };
    case "Interrupt":
      return { type: "idle", ...named };
    default:
      return null;
  }
}
