/** Where the program's hooks speak to the session's runner. */
export const hookPath = "/hook";

/** Where the host asks the runner to have the conversation condensed. */
export const compactPath = "/compact";

/** What the program is to read again afterwards (SPN-59). */
export interface CompactCall {
  reload: string[];
}

/** `failure`: why it was not condensed, or null when it was. */
export interface CompactAnswer {
  failure: string | null;
}
