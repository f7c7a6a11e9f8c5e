import type { ProgramEvent } from "../turns.ts";

type Kind = Extract<ProgramEvent, { type: "blocked" }>["kind"];

const rule = /^[─▔]{10,}/;
/** Ways in which the program ends a list to choose from. */
const choosing = /\b(Enter to (confirm|select|continue)|Esc to cancel)\b|^❯\s\d+\.\s/;
/** A line of the conversation, above whatever is asked. */
const spoken = /^(●|⎿|[·✢✳✶✻✽] )/;

const kinds: [RegExp, Kind][] = [
  [/API key|log ?in\b|sign in|OAuth/i, "sign-in"],
  [/\blimit\b.*\b(reached|reset)/i, "limit"],
  [/trust this folder|Bypass Permissions mode|Do you want to (proceed|make|create|overwrite|allow)/i, "permission"],
];

/** Parts of a key, which the program shows when it asks about one. */
const keyText = /\bsk-[\w.-]+/g;

const hasWords = (line: string): boolean => /[\p{L}\p{N}]/u.test(line);

/** The lines between the last two rules, which are the program's prompt; null where something else is at the end. */
export function draftOn(screen: string[]): string | null {
  const lines = screen.map((line) => line.trim());
  const end = lines.findLastIndex((line) => rule.test(line));
  const start = lines.slice(0, Math.max(end, 0)).findLastIndex((line) => rule.test(line));
  const between = start < 0 ? [] : lines.slice(start + 1, end);
  // A list to choose from has rules, too, and more below than the one line of a prompt's footer.
  if (!between[0]?.startsWith("❯") || lines.slice(end + 1).some((line) => choosing.test(line))) return null;
  return between.join("\n").slice(1).trim();
}

function questionOn(lines: string[]): ProgramEvent | null {
  if (!lines.some((line) => choosing.test(line))) return null;
  const above = lines.findLastIndex((line) => spoken.test(line));
  const first = lines.findIndex((line, i) => i > above && rule.test(line));
  const text = lines
    .slice(Math.max(first, above + 1, 0))
    .filter(hasWords)
    .join("\n")
    .replace(keyText, "…");
  const kind = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "question";
  return { type: "blocked", kind, text };
}

/**
 * What the hooks leave out: questions before and beside a turn, the end of a turn that was interrupted or refused, and that
 * the turn goes on after an answer.
 */
export function see(screen: string[]): ProgramEvent | null {
  const lines = screen.map((line) => line.trim()).filter(Boolean);
  const draft = draftOn(screen);
  if (draft === null) return questionOn(lines);
  const end = lines.findLastIndex((line) => rule.test(line));
  if (lines.slice(end + 1).some((line) => line.includes("esc to interrupt"))) return { type: "busy" };
  // A turn that failed: its hook says whether a person is needed.
  if (/^(Once fixed, resend|Resend) your message/.test(draft)) return null;
  const start = lines.slice(0, end).findLastIndex((line) => rule.test(line));
  const working = lines.slice(Math.max(0, start - 5), start).some((line) => /^[·✢✳✶✻✽] .*…/.test(line));
  return working ? null : { type: "idle" };
}
