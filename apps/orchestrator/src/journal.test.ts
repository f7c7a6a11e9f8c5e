import { appendFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command, temporary } from "../test/scene.ts";
import { JournalUnwritable, openJournal } from "./journal.ts";

const now = () => new Date("2026-02-01T00:00:00.000Z");
const land = (id: string) => command("workspace.land", {}, { id });

test("[HST-29] what was begun, noted and done is there after the journal is opened again", async () => {
  using dir = temporary();
  const path = join(dir.path, "journal.jsonl");
  const journal = await openJournal(path, { now });
  await Promise.all([journal.begin(land("cmd_1")), journal.begin(land("cmd_2"))]);
  await journal.progress("cmd_1", { step: "rebased" });
  await journal.done("cmd_1", { commandId: "cmd_1", state: "succeeded", result: { ok: true } });
  await journal.close();

  const again = await openJournal(path, { now });
  expect(again.get("cmd_1")).toMatchObject({
    progress: [{ step: "rebased" }],
    outcome: { state: "succeeded" },
    confirmed: false,
  });
  expect(again.unconfirmed().map(({ id, outcome }) => [id, outcome?.state])).toEqual([
    ["cmd_1", "succeeded"],
    ["cmd_2", undefined],
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await again.close();
});

test("[HST-30] a torn last line is ignored and does not swallow the next one", async () => {
  using dir = temporary();
  const path = join(dir.path, "journal.jsonl");
  const journal = await openJournal(path, { now });
  await journal.begin(land("cmd_1"));
  await journal.close();
  appendFileSync(path, '{"id":"cmd_1","type":"workspace.land","at":"2026-01-01T00:00:00.0');

  const torn = await openJournal(path, { now });
  expect(torn.get("cmd_1")?.outcome).toBeUndefined();
  await torn.done("cmd_1", { commandId: "cmd_1", state: "cancelled" });
  await torn.close();
  const again = await openJournal(path, { now });
  expect(again.get("cmd_1")?.outcome?.state).toBe("cancelled");
  await again.close();
});

test("[HST-30] lines that are no lines of a journal are ignored", async () => {
  using dir = temporary();
  const path = join(dir.path, "journal.jsonl");
  writeFileSync(
    path,
    'null\n{"id":1}\n\0\0\0\n[]\n{"id":"cmd_9","at":"x","step":"done","outcome":{"state":"succeeded"}}\n',
  );
  const journal = await openJournal(path, { now });
  expect(journal.unconfirmed()).toEqual([]);
  await journal.close();
});

test("[HST-32] confirmed entries go after 7 days, others stay", async () => {
  using dir = temporary();
  const path = join(dir.path, "journal.jsonl");
  const old = await openJournal(path, { now: () => new Date("2026-01-01T00:00:00.000Z") });
  await old.begin(land("cmd_known"));
  await old.done("cmd_known", { commandId: "cmd_known", state: "cancelled" });
  await old.confirmed("cmd_known");
  await old.begin(land("cmd_open"));
  await old.close();

  const sooner = await openJournal(path, { now: () => new Date("2026-01-07T23:00:00.000Z") });
  expect(sooner.get("cmd_known")).toBeDefined();
  await sooner.close();
  const later = await openJournal(path, { now: () => new Date("2026-01-08T01:00:00.000Z") });
  expect(later.get("cmd_known")).toBeUndefined();
  expect(later.get("cmd_open")).toBeDefined();
  await later.close();
  expect(readFileSync(path, "utf8")).not.toContain("cmd_known");
});

test("[HST-31] on a full disk nothing counts as written", async (ctx) => {
  ctx.skip(process.platform !== "linux", "only Linux has /dev/full");
  using dir = temporary();
  mkdirSync(join(dir.path, "host"));
  const path = join(dir.path, "host", "journal.jsonl");
  symlinkSync("/dev/full", path);
  const journal = await openJournal(path, { now });
  const refused = await journal.begin(land("cmd_1")).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(JournalUnwritable);
  expect((refused as Error).message).toContain(path);
  expect((refused as Error).message).toContain("ENOSPC");
  expect(journal.get("cmd_1")).toBeUndefined();
  await expect(journal.begin(land("cmd_2"))).rejects.toThrow(JournalUnwritable);
  await journal.close();
});
