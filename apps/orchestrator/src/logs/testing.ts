import { writeFileSync } from "node:fs";
import type { HostRequest } from "@signalbox/api/contracts";
import { currentFile, filledFile, type Log } from "./files.ts";

type Asked = Extract<HostRequest, { type: "log.read" }>;

/** A request for the last lines, or for what is named. */
export const asking = (what: Partial<Asked>): Asked => ({
  type: "log.read",
  commandId: null,
  cursor: null,
  before: null,
  tail: 200,
  search: null,
  waitMs: 0,
  ...what,
});

/** Writes a log as it is on disk: the last text is in the current file, the others in filled ones from number `first` on. */
export function writeLog(log: Log, texts: (string | Buffer)[], first = 1): void {
  for (const [index, text] of texts.entries()) {
    writeFileSync(index === texts.length - 1 ? currentFile(log) : filledFile(log, first + index), text);
  }
}
