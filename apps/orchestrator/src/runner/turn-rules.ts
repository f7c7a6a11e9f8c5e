import type { ProgramEvent } from "../providers/turns.ts";

/** What the program in a session is doing, and what the session will be gone on with. */
export interface Turn {
  status: "busy" | "idle" | "blocked";
  /** Why a person is needed, while blocked. */
  blocked: { kind: Extract<ProgramEvent, { type: "blocked" }>["kind"]; text: string } | null;
  /** The program has said that it is there; before that nothing is typed into it. */
  started: boolean;
  /** The provider's conversation, by which a restart goes on (HST-60). */
  conversation: string | null;
  /** Last assistant text of the last turn that ended (HST-59). */
  result: string | null;
  /** How often the conversation was condensed in this session. */
  compactions: number;
}

/** A program that has just been started works on its prompt, or waits for one. */
export const firstTurn = (hasPrompt: boolean, conversation: string | null): Turn => ({
  status: hasPrompt ? "busy" : "idle",
  blocked: null,
  started: false,
  conversation,
  result: null,
  compactions: 0,
});

const longestText = 2000;
const longestResult = 64 * 1024;

/** The turn after the program did something. */
export function next(turn: Turn, event: ProgramEvent): Turn {
  const known = { ...turn, started: true, conversation: event.conversation ?? turn.conversation };
  switch (event.type) {
    case "started":
      return known;
    case "busy":
      return { ...known, status: "busy", blocked: null };
    case "idle": {
      const result = event.result ? event.result.slice(-longestResult).toWellFormed() : turn.result;
      return { ...known, status: event.goesOn ? "busy" : "idle", blocked: null, result };
    }
    case "blocked": {
      const text = event.text.slice(0, longestText).toWellFormed() || "The program waits for a person";
      return { ...known, started: turn.started, status: "blocked", blocked: { kind: event.kind, text } };
    }
    case "compacted":
      return { ...known, compactions: turn.compactions + 1 };
  }
}

/** Whether the relay must hear of it. */
export const differs = (a: Turn, b: Turn): boolean =>
  a.status !== b.status || a.blocked?.kind !== b.blocked?.kind || a.blocked?.text !== b.blocked?.text;
