import { expect, test } from "vitest";
import type { ProgramEvent } from "../providers/turns.ts";
import { differs, firstTurn, next, type Turn } from "./turn-rules.ts";

const busy = firstTurn(true, "c1");
const blocked: Turn = { ...busy, status: "blocked", blocked: { kind: "permission", text: "rm -r build" } };

test.each<[string, Turn, ProgramEvent, Partial<Turn>]>([
  ["a program that is there", busy, { type: "started" }, { status: "busy", started: true, conversation: "c1" }],
  ["it names its conversation", busy, { type: "started", conversation: "c2" }, { conversation: "c2" }],
  ["a turn ends with its text", busy, { type: "idle", result: "done" }, { status: "idle", result: "done" }],
  ["a turn ends without text", { ...busy, result: "earlier" }, { type: "idle" }, { status: "idle", result: "earlier" }],
  [
    "a question of a program that has not said it is there",
    busy,
    { type: "blocked", kind: "sign-in", text: "Log in" },
    { status: "blocked", started: false, blocked: { kind: "sign-in", text: "Log in" } },
  ],
  ["a question without words", busy, { type: "blocked", kind: "question", text: "" }, { status: "blocked" }],
  ["the answer lets it go on", blocked, { type: "busy" }, { status: "busy", blocked: null }],
  ["the turn ends all the same", blocked, { type: "idle" }, { status: "idle", blocked: null }],
  ["it condensed its conversation", blocked, { type: "compacted" }, { status: "blocked", compactions: 1 }],
])("[HST-54] %s", (_, before, event, after) => {
  expect(next(before, event)).toMatchObject(after);
});

test("[HST-59] a result keeps its last 64 KiB and a question its first 2,000 characters, never half a character", () => {
  const long = next(busy, { type: "idle", result: `x${"🙂".repeat(40_000)}` }).result ?? "";
  expect(long.length).toBe(64 * 1024);
  expect(long.isWellFormed()).toBe(true);
  const text = next(busy, { type: "blocked", kind: "question", text: `x${"🙂".repeat(2_000)}` }).blocked?.text ?? "";
  expect(text.length).toBe(2_000);
  expect(text.isWellFormed()).toBe(true);
});

test("[SPN-51] the relay hears of a new status or question, not of a conversation's name", () => {
  expect(differs(busy, next(busy, { type: "started", conversation: "c2" }))).toBe(false);
  expect(differs(busy, next(busy, { type: "idle" }))).toBe(true);
  expect(differs(blocked, next(blocked, { type: "blocked", kind: "permission", text: "another" }))).toBe(true);
  expect(differs(blocked, next(blocked, { type: "blocked", kind: "permission", text: "rm -r build" }))).toBe(false);
});
