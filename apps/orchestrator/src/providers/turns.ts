import type { BlockedKind, Provider } from "@signalbox/api/contracts";
import type { z } from "zod";
import { hear as hearClaude } from "./claude/hear.ts";
import { see as seeClaude } from "./claude/see.ts";
import { hear as hearCodex } from "./codex/hear.ts";
import { see as seeCodex } from "./codex/see.ts";

/** What a program did, as its hooks or its screen say. `conversation`: what to resume by, where it is named. */
export type ProgramEvent = { conversation?: string } & (
  | { type: "started" }
  | { type: "busy" }
  /** A turn ended; `result` is its last assistant text. */
  | { type: "idle"; result?: string }
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
  /** What is typed at the prompt to condense the conversation (SPN-59). */
  compaction?: string;
}

/** By provider; a script tells nothing but its end. */
export const turnReaders: Record<Provider, TurnReader> = {
  claude: { hear: hearClaude, see: seeClaude, compaction: "/compact" },
  codex: { hear: hearCodex, see: seeCodex, compaction: "/compact" },
  shell: {},
};
