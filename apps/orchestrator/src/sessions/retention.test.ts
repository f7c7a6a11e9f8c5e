import { existsSync, mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { markReported, type SessionRecord } from "./record.ts";
import { forgetOld } from "./retention.ts";

const now = new Date("2026-03-01T00:00:00.000Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 3600 * 1000);

test.each<[string, number | null, string[]]>([
  ["14 days", 14, ["ended 13", "unconfirmed"]],
  ["30 days, as the relay's setting says", 30, ["ended 13", "ended 15", "unconfirmed"]],
  ["as long as the relay has not said", null, ["ended 13", "ended 15", "ended 400", "unconfirmed"]],
])("[HST-49] the log of an ended session is kept for %s", async (_, keepDays, kept) => {
  using dir = temporary();
  const dirOf = (commandId: string) => join(dir.path, commandId);
  const ages = { "ended 13": 13, "ended 15": 15, "ended 400": 400, unconfirmed: null };
  for (const [name, age] of Object.entries(ages)) {
    mkdirSync(dirOf(name));
    if (age === null) continue;
    await markReported(dirOf(name));
    utimesSync(join(dirOf(name), "reported"), daysAgo(age), daysAgo(age));
  }
  const ended = Object.keys(ages).map((commandId) => ({ commandId }) as SessionRecord);
  await forgetOld({ dirOf }, { ended }, { now, keepDays });
  expect(Object.keys(ages).filter((name) => existsSync(dirOf(name)))).toEqual(kept);
});
