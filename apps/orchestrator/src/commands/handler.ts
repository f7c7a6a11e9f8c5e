import type { Command, CommandType, LandingProgress, ParamsOf, ResultOf } from "@signalbox/api/contracts";

/**
 * `never`: this is the first attempt. `here`: the journal has it, so a crash cut it off on this host. `unknown`: the relay
 * was told that it runs, and this journal does not know it: the journal is damaged, or it was another host with this id.
 */
export type Begun = "never" | "here" | "unknown";

interface Telling {
  /** Tells the relay how far a landing is, as soon as it can be told; the newest counts. A relay that has given the command up ends it (WSP-31). */
  tell(progress: LandingProgress): void;
}

/** One command being carried out. */
export type Task<T extends CommandType> = Carried<T> & (T extends "workspace.land" ? Telling : unknown);

interface Carried<T extends CommandType> {
  command: Command;
  params: ParamsOf<T>;
  /** Whether there was an attempt before this one, by this host's journal or by the relay alone. */
  begun: Begun;
  /** What an earlier attempt journaled of its progress, oldest first; empty at the first. */
  progress: Record<string, unknown>[];
  /**
   * Aborts when somebody cancels; its reason is `Cancelled`. A handler asks it before each step that it can still take
   * back, leaves nothing half-made, and otherwise goes on to its own outcome (HST-35).
   */
  signal: AbortSignal;
  /** On disk when it resolves (HST-29). */
  note(data: Record<string, unknown>): Promise<void>;
}

/** How one type of command is carried out. */
export interface Handler<T extends CommandType> {
  /** What the command must have for itself: two with a key in common never overlap (HST-28). */
  keys(params: ParamsOf<T>): string[];
  /**
   * Does it, or finds it done: after a crash it is called again with the progress so far (HST-30). Throws
   * `CommandFailure`, after which nothing half-made is left.
   */
  run(task: Task<T>): Promise<ResultOf<T>>;
  /** The outcome came too late: takes back what the command made (HST-34). */
  undo(task: Task<T>): Promise<void>;
}

export type Handlers = { [T in CommandType]: Handler<T> };
