import type { Mail } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { quietIn, wanted } from "./mail-rules.ts";
import type { Turn } from "./turn-rules.ts";

const mail = (id: number, urgent: boolean) => ({ id, urgent }) as Mail;
const mails = [mail(1, false), mail(2, true), mail(3, false), mail(4, true)];

test.each<[string, boolean, Turn["status"], number[]]>([
  ["an idle program is given all", true, "idle", [1, 2, 3, 4]],
  ["a busy one what is urgent", true, "busy", [2, 4]],
  ["one that waits for a person nothing, however urgent", true, "blocked", []],
  ["nor one that has not said that it is there", false, "idle", []],
  ["nor one that begins with its prompt", false, "busy", []],
])("[MSG-47] [MSG-48] %s", (_, started, status, ids) => {
  expect(wanted(mails, { started, status }).map(({ id }) => id)).toEqual(ids);
});

test("[MSG-48] a person's key keeps messages away for 10 seconds", () => {
  expect([0, 4_000, 9_999, 10_000, 60_000, Number.POSITIVE_INFINITY].map(quietIn)).toEqual([10_000, 6_000, 1, 0, 0, 0]);
});
