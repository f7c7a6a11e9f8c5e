import { keptLines } from "@signalbox/api/contracts";
import { visible } from "../logs/visible.ts";

const mostBytes = 512 * 1024;
const mostCharacters = 64 * 1024;
const longestLine = 1_000;

/** Keeps the end of what a program writes, in bounded memory. */
export function tail() {
  let kept: Buffer[] = [];
  let size = 0;
  return {
    add(chunk: Buffer): void {
      kept.push(chunk);
      size += chunk.length;
      if (size < 2 * mostBytes) return;
      kept = [Buffer.concat(kept).subarray(-mostBytes)];
      size = mostBytes;
    },
    /** Its last 200 lines as plain text, tokens masked; fewer where they are long. */
    lines(): string[] {
      const rows = Buffer.concat(kept).toString("latin1").replace(/\n$/, "").split("\n").slice(-keptLines);
      const lines = rows.map((row) => [...visible(Buffer.from(row, "latin1"))].slice(0, longestLine / 2).join(""));
      let characters = 0;
      const from = lines.findLastIndex((line) => {
        characters += line.length + 1;
        return characters > mostCharacters;
      });
      return size === 0 ? [] : lines.slice(from + 1);
    },
  };
}
