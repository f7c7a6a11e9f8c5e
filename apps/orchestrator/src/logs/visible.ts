import { stripVTControlCharacters } from "node:util";
import { longestLogLine, maskTokens } from "@signalbox/api/contracts";

export const carriageReturn = 13;
const mostBytes = 16 * 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const everyControl = new RegExp(controls, "g");

/** The part of a line that is seen at its end: what came after the last carriage return that something followed. */
function lastWritten(raw: Buffer): Buffer {
  let end = raw.length;
  while (end > 0 && raw[end - 1] === carriageReturn) end -= 1;
  const line = raw.subarray(0, end);
  return line.subarray(line.lastIndexOf(carriageReturn) + 1);
}

/** A line's bytes as plain text: no escape sequences, no control characters, tokens masked, whatever the bytes are. */
export function visible(raw: Buffer): string {
  const text = lastWritten(raw).subarray(0, mostBytes).toString("utf8");
  // Most lines have none, and a search looks at hundreds of thousands.
  const plain = controls.test(text) ? stripVTControlCharacters(text).replace(everyControl, "") : text;
  return maskTokens(plain).trimEnd();
}

/** At most as long as a line of an answer may be, and never half a character. */
export function cut(line: string): string {
  if (line.length <= longestLogLine) return line;
  const kept = line.slice(0, longestLogLine - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
