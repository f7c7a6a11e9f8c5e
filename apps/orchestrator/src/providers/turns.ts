import type { BlockedKind, Provider } from "@signalbox/api/contracts";
import type { z } from "zod";
import { hear as hearClaude } from "./claude/hear.ts";
import { plain as plainClaude } from "./claude/plain.ts";
import { see as seeClaude } from "./claude/see.ts";
import { hear as hearCodex } from "./codex/hear.ts";
import { plain as plainCodex } from "./codex/plain.ts";
import { see as seeCodex } from "./codex/see.ts";

/** What a program did, as its hooks or its screen say. `conversation`: what to resume by, where it is named. */
export type ProgramEvent = { conversation?: string } & (
  | { type: "started" }
  /** A turn runs; `input` is what it was given, where the program says so. */
  | { type: "busy"; input?: string }
  /** A turn ended; `result` is its last assistant text. `goesOn`: what was submitted in it may be the next one. */
  | { type: "idle"; result?: string; goesOn?: boolean }
  | { type: "blocked"; kind: z.infer<typeof BlockedKind>; text: string }
  | { type: "compacted" }
);

/** What the session's turn is, as far as a screen's meaning depends on it. */
export interface SeenTurn {
  status: "busy" | "idle" | "blocked";
  blocked: { text: string } | null;
}

/**
 * How a program tells of its turns: all that its runner needs of the provider. It is a part of every session, so nothing
 * here brings a library with it.
 */
export interface TurnReader {
  /** What `sbx hook` was given; untrusted JSON. null: nothing that concerns the turn. */
  hear?(message: unknown): ProgramEvent | null;
  /**
   * What the visible screen says, for programs whose hooks leave something out, given what the turn was until now. null:
   * nothing to conclude.
   */
  see?(screen: string[], turn: SeenTurn): ProgramEvent | null;
  /** What is submitted into a turn is told at once, and read in the course of it, or as the next turn. */
  queues?: boolean;
  /** Text of others in which nothing makes the program act before its model has read it (MSG-51). */
  plain?(text: string): string;
  /** What is typed at the prompt to condense the conversation (SPN-59). */
  compaction?: string;
}

/** By provider; a script tells nothing but its end. */
export const turnReaders: Record<Provider, TurnReader> = {
  claude: { hear: hearClaude, see: seeClaude, queues: true, plain: plainClaude, compaction: "/compact" },
  codex: { hear: hearCodex, see: seeCodex, plain: plainCodex, compaction: "/compact" },
  shell: {},
};
