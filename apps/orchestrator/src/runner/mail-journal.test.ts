import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { carriedOver, mailJournalFile, openMailJournal } from "./mail-journal.ts";

test("[MSG-46] what was begun and what was submitted is known once it is written, whatever a crash tore off", async () => {
  using dir = temporary();
  const first = await openMailJournal(dir.path);
  await first.begin([1, 2]);
  await first.finish([1, 2]);
  await first.begin([3]);
  await first.close();
  const file = mailJournalFile(dir.path);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // The runner died while it wrote that 3 was submitted.
  appendFileSync(file, '{"step":"done","ids":[3],"se');
  const second = await openMailJournal(dir.path);
  expect([1, 2, 3, 4].map((id) => [second.begun(id), second.done(id)])).toEqual([
    [true, true],
    [true, true],
    [true, false],
    [false, false],
  ]);
  await second.close();
});

test("[MSG-46] a line that a disk has changed counts as not written", async () => {
  using dir = temporary();
  const journal = await openMailJournal(dir.path);
  await journal.begin([1]);
  await journal.finish([1]);
  await journal.close();
  const file = mailJournalFile(dir.path);
  writeFileSync(file, readFileSync(file, "utf8").replace('"done","ids":[1]', '"done","ids":[7]'));
  const again = await openMailJournal(dir.path);
  expect([again.begun(1), again.done(1), again.done(7)]).toEqual([true, false, false]);
  await again.close();
});

test("[MSG-46] a session that goes on with a conversation begins with what was submitted in it, not with what was only begun", async () => {
  using dir = temporary();
  expect(await carriedOver(join(dir.path, "none"))).toBe("");
  const journal = await openMailJournal(dir.path);
  await journal.begin([1]);
  await journal.finish([1]);
  await journal.begin([2]);
  await journal.close();
  // The runner died while it wrote that 2 was submitted.
  appendFileSync(mailJournalFile(dir.path), '{"step":"done","ids":[2],"se');
  const text = await carriedOver(dir.path);
  writeFileSync(mailJournalFile(dir.path), text);
  const next = await openMailJournal(dir.path);
  expect([next.begun(1), next.done(1), next.begun(2)]).toEqual([true, true, false]);
  await next.begin([3]);
  await next.close();
  expect((await openMailJournal(dir.path)).begun(3)).toBe(true);
});
