import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Behaviour {
  version?: string;
  /** Why it does not start in the mode without questions. */
  refusesOpen?: string;
}

/** What the stand-in was given, and what was typed into it. */
export interface Seen {
  args: string[];
  env: Record<string, string>;
  settings: { hooks: Record<string, { matcher?: string; hooks: { command: string; timeout: number }[] }[]> } & Record<
    string,
    unknown
  >;
  mcp: { mcpServers: Record<string, unknown> };
  system: string | null;
  submitted: string[];
}

/** Plays the terminal program: draws its prompt and its dialogs, and runs the hooks of its settings as the real one does. */
const terminal = `
const { execSync } = await import("node:child_process");
const resumed = after("--resume");
const session_id = resumed ?? after("--session-id");
const hook = (hook_event_name, more = {}) => {
  for (const { matcher = ".*", hooks } of seen.settings.hooks[hook_event_name] ?? []) {
    if (!new RegExp("^(" + matcher + ")$").test(more.tool_name ?? more.notification_type ?? "")) continue;
    for (const { command } of hooks) {
      // A hook that fails, or does not read what it is told, is nothing to the program.
      try { execSync(command, { input: JSON.stringify({ session_id, hook_event_name, ...more }) }); } catch {}
    }
  }
};
const rule = "─".repeat(process.stdout.columns);
const draw = (...lines) => process.stdout.write("\\x1b[2J\\x1b[H" + lines.join("\\r\\n"));
const box = (text, footer = "") => draw("● said before", rule, "❯ " + text.replaceAll("\\n", "\\r\\n  "), rule, "  manual mode on" + footer);
const working = () => box("", " · esc to interrupt");
let typed = "";
const submit = () => {
  const text = typed;
  typed = "";
  seen.submitted.push(text);
  record();
  box("");
  if (text === "/compact") return hook("PostCompact", { trigger: "manual" });
  hook("UserPromptSubmit", { prompt: text });
  working();
};
process.stdin.setRawMode(true);
process.stdout.write("\\x1b[?2004h");
process.stdin.on("data", (data) => {
  const text = data.toString();
  // Keys that were pressed while a hook ran come together.
  if (/^[a-z]{2,}$/.test(text)) return [...text].forEach(take);
  take(text);
});
const take = (text) => {
  const pasted = /\\x1b\\[200~([^]*)\\x1b\\[201~/.exec(text);
  if (pasted) { typed += pasted[1].replaceAll("\\r", "\\n"); return box(typed); }
  if (text === "\\r") return submit();
  if (text === "\\x15") { typed = typed.split("\\n").slice(0, -1).join("\\n"); return box(typed); }
  if (text === "\\x1b") { typed = seen.submitted.at(-1) ?? "the prompt"; return box(typed); }
  if (text === "p") { draw("● said before", rule, " Do you want to proceed?", " ❯ 1. Yes", "   2. No"); return hook("PermissionRequest", { tool_name: "Bash", tool_input: { command: "rm -r build" } }); }
  if (text === "r") return hook("PermissionRequest", { tool_name: "mcp__signalbox__relay_whoami", tool_input: {} });
  if (text === "g") return working();
  if (text === "s") { box(""); return hook("Stop", { last_assistant_message: "All done. 🚦" }); }
  if (text === "l") { box("Resend your message to try again"); return hook("StopFailure", { error: "rate_limit", last_assistant_message: "You've hit your limit" }); }
  if (text === "t") return draw(rule, " Do you trust this folder?", " ❯ No, exit", "   Yes, I trust this folder", " Enter to confirm · Esc to cancel");
  if (text === "i") return box("");
};
hook("SessionStart", { source: resumed ? "resume" : "startup" });
box("");
if (args.includes("--")) { typed = args.at(-1); submit(); }
`;

/** A stand-in for the program: answers what the adapter asks it, and records how it was started. */
export function claudeProgram(dir: string, { version = "2.1.330", refusesOpen }: Behaviour = {}) {
  const path = join(dir, "claude.mjs");
  const seenPath = join(dir, "seen.json");
  writeFileSync(
    path,
    `
import { readFileSync, renameSync, writeFileSync } from "node:fs";
const args = process.argv.slice(2);
const after = (flag) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : null);
if (args[0] === "--version") console.log("${version} (Claude Code)");
else if (args.includes("--print")) {
  // It would wait for a text until its input ends.
  process.stdin.resume().on("end", () => {
    console.error(${JSON.stringify(refusesOpen ?? "Error: Input must be provided either through stdin or as a prompt argument")});
    process.exit(1);
  });
} else {
  const text = (flag) => (after(flag) ? readFileSync(after(flag), "utf8") : null);
  const seen = { args, env: process.env, settings: JSON.parse(text("--settings")), mcp: JSON.parse(text("--mcp-config")),
    system: text("--append-system-prompt-file"), submitted: [] };
  const record = () => {
    writeFileSync(${JSON.stringify(`${seenPath}.new`)}, JSON.stringify(seen));
    renameSync(${JSON.stringify(`${seenPath}.new`)}, ${JSON.stringify(seenPath)});
  };
  record();
  if (process.stdout.isTTY) {${terminal}}
}
`,
  );
  return { command: [process.execPath, path], seen: (): Seen => JSON.parse(readFileSync(seenPath, "utf8")) };
}
