import type { ProgramEvent, SeenTurn } from "../turns.ts";

/** The choice that stands at the arrow in a dialog. */
const chosen = /^\s*[›>] \d+\. \S/;
/** Where text is typed. */
const prompt = /^› (?!\d+\. )/;
/** The last line of a dialog: which keys it takes. */
const keys =
  /\b(press enter|enter (to )?(confirm|continue|submit|select)|enter\/esc|esc (to )?(cancel|back|skip)|r retry)\b/i;
const working = /^(?:[•◦] )?\S.*\(\d+.* • esc to interrupt\)/;
/** A line of the conversation above a dialog. */
const history = /^(?:[•■✔✗⚠]|› (?!\d+\. ))/;
const limit = /usage limit|rate limit|quota exceeded|out of credits/i;
const signIn = /\b(401|403)\b|sign in|log ?in|api key/i;

/** Text between two lines, without empty ones. */
const words = (lines: string[]): string =>
  lines
    .map((line) => line.trim())
    .filter(Boolean)
    .join("\n");

/** A question that covers the prompt, as text; null without one. */
function dialog(screen: string[]): string | null {
  const locked = screen.findIndex((line) => line.includes("This conversation is open in another app"));
  if (locked >= 0 && screen.slice(locked).some((line) => keys.test(line)))
    return words(screen.slice(locked, locked + 2));
  const at = screen.findLastIndex((line) => chosen.test(line));
  if (at < 0) return null;
  const below = screen.slice(at + 1);
  const end = below.findIndex((line) => keys.test(line));
  if (end < 0 || below.some((line) => prompt.test(line))) return null;
  const above = screen.slice(0, at).findLastIndex((line) => history.test(line));
  return words(screen.slice(above + 1, at + 1 + end));
}

const kindOf = (text: string) => {
  if (/sign in|log ?in/i.test(text)) return "sign-in" as const;
  return /would you like to|trust this folder|hooks need review|\ballow\b/i.test(text) ? "permission" : "question";
};

/** Blocks of lines right above the prompt, nearest first. */
function blocksAbove(screen: string[], at: number): string[] {
  const blocks = screen
    .slice(0, at)
    .join("\n")
    .split(/\n\s*\n/);
  return blocks
    .filter((block) => block.trim())
    .slice(-3)
    .reverse();
}

/**
 * What the screen says that no hook does: a question of the program itself (trust, sign-in, update), a turn that broke off
 * with an error, a program that waits at its prompt after its start, and a turn that goes on after a person's answer.
 */
export function see(screen: string[], turn: SeenTurn): ProgramEvent | null {
  const asked = dialog(screen);
  if (asked) return { type: "blocked", kind: kindOf(asked), text: asked };
  const at = screen.findLastIndex((line) => prompt.test(line));
  if (at < 0 || screen.slice(0, at).some((line) => /^ {5}loading$/.test(line))) return null;
  const blocks = blocksAbove(screen, at);
  if (blocks.some((block) => working.test(block.trimStart()))) return { type: "busy" };
  const failure = blocks[0]?.startsWith("■ ") ? words(blocks[0].slice(2).split("\n")) : "";
  // A conversation that is gone on with shows the failures of an earlier session, too.
  const fresh = turn.status === "busy" || turn.blocked?.text === failure;
  if (fresh && limit.test(failure)) return { type: "blocked", kind: "limit", text: failure };
  if (fresh && signIn.test(failure)) return { type: "blocked", kind: "sign-in", text: failure };
  return { type: "idle" };
}
