import { expect, test } from "vitest";
import { afterAnswer, cursorOf, isOf, readCursor, waitMs } from "./rules.ts";

const session = { orchestratorId: "host.1.2.3", commandId: "cmd_a" };
const daemon = { orchestratorId: "host.1.2.3", commandId: null };

test("[HST-48] a cursor says of which log it is, whatever the name of the host", () => {
  for (const source of [session, daemon]) {
    const cursor = cursorOf(source, "3.1048576.17");
    const read = readCursor(cursor);
    expect(read?.place).toBe("3.1048576.17");
    expect([session, daemon].map((one) => isOf(one, read?.of ?? ""))).toEqual([source === session, source === daemon]);
  }
});

test.each([
  "",
  "x",
  "1.2.3",
  ".1.2.3",
  "cmd_a.1.2",
  "cmd_a.1.2.-3",
  "cmd_a.1.2.3.",
  "cmd_a.1.2.9999999999999",
  "cmd_a.1e3.2.3",
])("[HST-48] %j is no cursor", (text) => {
  expect(readCursor(text)).toBeNull();
});

const nothing = { lines: [], skipped: false, more: false };
const now = { earlierSession: false, following: true, changed: false, leftMs: 1000 };

test.each<[string, object, object, string]>([
  ["lines", { lines: ["a"] }, {}, "answer"],
  ["what was asked for is gone", { skipped: true }, {}, "answer"],
  ["nothing yet, and time", {}, {}, "ask again"],
  ["nothing yet, and no time", {}, { leftMs: 0 }, "answer"],
  ["nothing yet, and nobody follows", {}, { following: false }, "answer"],
  ["an unfinished line that is new", {}, { changed: true }, "answer"],
  ["nothing found so far in a long log", { more: true }, {}, "ask again"],
  ["the same without time", { more: true }, { leftMs: 0 }, "answer"],
  ["the end of the session before a restart", {}, { earlierSession: true, leftMs: 0 }, "next session"],
  ["lines of the session before a restart", { lines: ["a"] }, { earlierSession: true }, "answer"],
  ["more of it than was read", { more: true }, { earlierSession: true, leftMs: 0 }, "answer"],
])("[HST-48] after %s", (_, found, at, next) => {
  expect(afterAnswer({ ...nothing, ...found }, { ...now, ...at })).toBe(next);
});

test("[HST-41] [HST-48] a host is never asked to wait as long as a request may take, nor longer than is left", () => {
  expect([25_000, 1234.5, 0, -3].map(waitMs)).toEqual([5_000, 1234, 0, 0]);
});
