import { setTimeout as delay } from "node:timers/promises";
import { type AnswerTo, type HostRequest, logStart, seenOf } from "@signalbox/api/contracts";
import { type Log, markOf } from "./files.ts";
import { basket, lineAt, readBack, readOn } from "./read.ts";
import { newline, openSpan, type Span } from "./span.ts";

type Asked = Extract<HostRequest, { type: "log.read" }>;
export type LogAnswer = AnswerTo<"log.read">;

/** Well below the megabyte that one frame takes. */
const mostBytes = 512 * 1024;
const searchMs = 3_000;
const pollMs = 200;

const nothing = (cursor: string): LogAnswer => ({
  exists: false,
  lines: [],
  partial: null,
  cursor,
  earlier: null,
  skipped: false,
  more: false,
});

/** The last lines, those before a place, or those from a place on, as they are now. */
async function readNow(log: Log, { cursor, before, tail, search }: Asked): Promise<LogAnswer> {
  await using span = await openSpan(log);
  if (!span) return nothing(cursor ?? logStart);
  const until = performance.now() + searchMs;
  const into = basket({ lines: tail, bytes: mostBytes, search, late: () => performance.now() > until });
  if (cursor !== null) {
    const { position, skipped } = await span.positionOf(cursor);
    const { next, more } = await readOn(span, position, into);
    return {
      exists: true,
      lines: into.lines,
      skipped,
      more,
      earlier: null,
      ...(await endOf(span, next, more, search)),
    };
  }
  const to =
    before === null
      ? Math.max(span.floor, (await span.lastBefore(newline, span.end)) + 1)
      : (await span.positionOf(before)).position;
  const from = await readBack(span, to, into);
  const earlier = from > span.floor ? span.placeOf(from) : null;
  const end = before === null ? await endOf(span, to, false, search) : { cursor: before, partial: null };
  return { exists: true, lines: into.lines.reverse(), skipped: false, more: false, earlier, ...end };
}

/** Where reading goes on, and the unfinished line there. */
async function endOf(span: Span, next: number, more: boolean, search: string | null) {
  if (more || next >= span.end) return { cursor: span.placeOf(next), partial: null };
  const into = basket({ lines: 1, bytes: mostBytes, search, late: () => false });
  into.take(await lineAt(span, next, span.end));
  return { cursor: span.placeOf(next, span.end - next), partial: into.lines[0] || null };
}

/**
 * Answers `log.read` (HST-48). With a cursor and nothing new it waits for whole lines, or for an unfinished one that is
 * not the one it knows and has stopped growing, such as a question.
 */
export async function answerLog(log: Log, asked: Asked): Promise<LogAnswer> {
  const until = performance.now() + asked.waitMs;
  let mark = await markOf(log);
  let answer = await readNow(log, asked);
  while (asked.cursor !== null && !answer.lines.length && !answer.skipped && !answer.more) {
    const left = until - performance.now();
    if (left <= 0) break;
    await delay(Math.min(left, pollMs));
    const now = await markOf(log);
    if (now !== mark) answer = await readNow(log, { ...asked, cursor: answer.cursor });
    else if (answer.partial !== null && seenOf(answer.cursor) !== seenOf(asked.cursor)) break;
    mark = now;
  }
  return answer;
}
