import { type FileHandle, open, stat } from "node:fs/promises";
import type { LogPlace } from "@signalbox/api/contracts";
import { currentFile, filledFile, filledNumbers, type Log } from "./files.ts";

/** All kept bytes of a log as they are now, as one row: the oldest is 0, and `end` comes after the last. */
export interface Span {
  end: number;
  /** Where the oldest whole line begins. */
  floor: number;
  read(from: number, to: number): Promise<Buffer>;
  /** The next newline at or after `from`, or -1. */
  newlineAfter(from: number): Promise<number>;
  /** The last such byte before `to` and not before `from`, or -1. */
  lastBefore(byte: number, to: number, from?: number): Promise<number>;
  placeOf(position: number, seen?: number): LogPlace;
  /** The line's start that a place names; `skipped` when that is not there any more, or never was one. */
  positionOf(place: LogPlace): Promise<{ position: number; skipped: boolean }>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Piece {
  n: number;
  file: FileHandle;
  base: number;
  size: number;
}

export const newline = 10;
const chunkBytes = 256 * 1024;
const tries = 20;

/** Opens the files of one moment, or answers null when one was filled or dropped meanwhile. */
async function openOnce(log: Log): Promise<Piece[] | null> {
  const pieces: Piece[] = [];
  const add = async (n: number, file: FileHandle) => {
    pieces.push({ n, file, base: 0, size: (await file.stat()).size });
  };
  const current = await open(currentFile(log), "r").catch(() => null);
  try {
    const numbers = await filledNumbers(log);
    for (const n of numbers) await add(n, await open(filledFile(log, n), "r"));
    if (current) await add((numbers.at(-1) ?? 0) + 1, current);
    const now = await stat(currentFile(log)).catch(() => null);
    // A file that is held open keeps its inode: the same number is then the same file.
    if ((now?.ino ?? null) === (current ? (await current.stat()).ino : null)) return pieces;
  } catch {
    // Dropped between the listing and the opening.
  }
  await Promise.all(
    [...new Set([...pieces.map(({ file }) => file), ...(current ? [current] : [])])].map((file) => file.close()),
  );
  return null;
}

/** The log as it is now, over all its files; null where there is none. */
export async function openSpan(log: Log): Promise<Span | null> {
  let pieces: Piece[] | null = null;
  for (let n = 0; !pieces && n < tries; n += 1) pieces = await openOnce(log);
  if (!pieces) throw new Error(`${currentFile(log)} is filled faster than it can be read`);
  if (!pieces.length) return null;
  const span = spanOf(pieces);
  if (pieces[0]?.n !== 1) span.floor = (await span.newlineAfter(0)) + 1 || span.end;
  return span;
}

function spanOf(pieces: Piece[]): Span {
  let end = 0;
  for (const piece of pieces) {
    piece.base = end;
    end += piece.size;
  }
  const [oldest] = pieces as [Piece];

  function find(place: LogPlace): number | null {
    const [n = 0, offset = 0] = place.split(".").map(Number);
    const piece = pieces.find((one) => one.n === n);
    if (piece) return offset <= piece.size ? piece.base + offset : null;
    // The file after the last one, which is not there yet.
    return n === (pieces.at(-1)?.n ?? 0) + 1 && offset === 0 ? end : null;
  }

  async function read(from: number, to: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (const { file, base, size } of pieces) {
      const [start, stop] = [Math.max(from, base), Math.min(to, base + size)];
      if (start >= stop) continue;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(stop - start), 0, stop - start, start - base);
      parts.push(buffer.subarray(0, bytesRead));
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  }

  return {
    end,
    floor: 0,
    read,
    async newlineAfter(from) {
      for (let at = from; at < end; at += chunkBytes) {
        const found = (await read(at, at + chunkBytes)).indexOf(newline);
        if (found >= 0) return at + found;
      }
      return -1;
    },
    async lastBefore(byte, to, from = 0) {
      for (let stop = to; stop > from; stop -= chunkBytes) {
        const start = Math.max(from, stop - chunkBytes);
        const found = (await read(start, stop)).lastIndexOf(byte);
        if (found >= 0) return start + found;
      }
      return -1;
    },
    placeOf(position, seen = 0) {
      const piece = pieces.findLast(({ base }) => base <= position) ?? oldest;
      return `${piece.n}.${position - piece.base}.${seen}`;
    },
    async positionOf(place) {
      const named = find(place);
      if (named === null) return { position: this.floor, skipped: true };
      // From the middle of a line half a token could be read, which nobody would know as one.
      const starts = named === this.floor || (named > 0 && (await read(named - 1, named))[0] === newline);
      if (starts) return { position: named, skipped: false };
      return { position: Math.max(this.floor, (await this.lastBefore(newline, named)) + 1), skipped: true };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(pieces.map(({ file }) => file.close()));
    },
  };
}
