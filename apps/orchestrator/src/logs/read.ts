import { newline, type Span } from "./span.ts";
import { carriageReturn, cut, visible } from "./visible.ts";

/** What a read takes, and when it has enough. */
export interface Basket {
  /** Takes a line if it is looked for; answers false, and takes nothing, when it is full. */
  take(line: string): boolean;
  lines: string[];
}

const chunkBytes = 256 * 1024;

/** A basket for at most so many lines and bytes as JSON; once it is time, it is full. */
export function basket(limits: { lines: number; bytes: number; search: string | null; late: () => boolean }): Basket {
  const wanted = limits.search?.toLowerCase();
  const lines: string[] = [];
  let bytes = 0;
  let looked = 0;
  return {
    lines,
    take(line) {
      if (lines.length >= limits.lines || (++looked % 1000 === 0 && limits.late())) return false;
      if (wanted !== undefined && !line.toLowerCase().includes(wanted)) return true;
      const text = cut(line);
      const more = Buffer.byteLength(JSON.stringify(text)) + 1;
      if (lines.length && bytes + more > limits.bytes) return false;
      bytes += more;
      lines.push(text);
      return true;
    },
  };
}

/** The text of a line of any length, of which only what is seen at its end is read. */
export async function lineAt(span: Span, from: number, to: number): Promise<string> {
  const last = await span.read(Math.max(from, to - chunkBytes), to);
  // Carriage returns at the very end belong to the newline.
  const end = to - (last.length - 1 - last.findLastIndex((byte) => byte !== carriageReturn));
  const start = Math.max(from, (await span.lastBefore(carriageReturn, end, from)) + 1);
  return visible(await span.read(start, Math.min(end, start + chunkBytes)));
}

/** Whole lines from a line's start on; `next` is where the first one that was not taken begins. */
export async function readOn(span: Span, from: number, into: Basket): Promise<{ next: number; more: boolean }> {
  for (let at = from; ; ) {
    const chunk = await span.read(at, at + chunkBytes);
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (!into.take(visible(chunk.subarray(start, end)))) return { next: at + start, more: true };
      start = end + 1;
    }
    if (at + chunk.length >= span.end) return { next: at + start, more: false };
    if (start === 0) {
      const end = await span.newlineAfter(at + chunk.length);
      if (end < 0) return { next: at, more: false };
      if (!into.take(await lineAt(span, at, end))) return { next: at, more: true };
      start = end + 1 - at;
    }
    at += start;
  }
}

/** Whole lines before a line's start, newest first into the basket; answers where the oldest that was taken begins. */
export async function readBack(span: Span, to: number, into: Basket): Promise<number> {
  for (let at = to; ; ) {
    if (at <= span.floor) return span.floor;
    const base = Math.max(span.floor, at - chunkBytes);
    const chunk = await span.read(base, at);
    const first = base === span.floor ? 0 : chunk.indexOf(newline) + 1;
    if (first === chunk.length) {
      const start = Math.max(span.floor, (await span.lastBefore(newline, at - 1)) + 1);
      if (!into.take(await lineAt(span, start, at - 1))) return at;
      at = start;
      continue;
    }
    for (let end = chunk.length - 1; end >= first; ) {
      const start = end === 0 ? 0 : Math.max(first, chunk.lastIndexOf(newline, end - 1) + 1);
      if (!into.take(visible(chunk.subarray(start, end)))) return base + end + 1;
      end = start - 1;
    }
    at = base + first;
  }
}
