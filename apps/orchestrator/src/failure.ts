/** Something a person must put right before the program can start: shown as one line, exit code 1 (HST-08). */
export class BadInput extends Error {}

/** A command that could not be carried out; `reason` is typed where the product acts on it (SPN-47). */
export class CommandFailure extends Error {
  readonly reason: string;
  readonly lastLines: string[] | undefined;
  constructor(reason: string, message: string, lastLines?: string[]) {
    super(message);
    this.reason = reason;
    this.lastLines = lastLines;
  }
}

/** Somebody cancelled the command before it could no longer be left or taken back (HST-35). */
export class Cancelled extends CommandFailure {
  constructor() {
    super("cancelled", "The command was cancelled");
  }
}

/** A request from the relay that is answered with an error. */
export class RequestFailure extends Error {
  readonly code: "NotFound" | "Invalid" | "Conflict" | "Unavailable";
  constructor(code: RequestFailure["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Text of anything thrown. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `ENOENT`, `ENOSPC`, … of a failed system call. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;
