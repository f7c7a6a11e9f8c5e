import Driver from "libsql";
import { expect, test } from "vitest";
import { isDiskFull } from "./full.ts";
import { singleConnectionClient } from "./sqlite-client.ts";
import { connect, SYNCHRONOUS_FULL } from "./sqlite-connection.ts";
import { testDatabase } from "./testing.ts";
import type { Client, Tx } from "./types.ts";

const setting = (key: string) => ({ data: { key, value: "", updatedBy: "test", updatedAt: new Date(0) } });

/** `PRAGMA …` runs on the connection that writes, `SELECT … FROM pragma_…` on the one that reads. */
async function pragmas(client: Client | Tx) {
  const [synchronous] = await client.$queryRaw<{ synchronous: number }[]>`PRAGMA synchronous`;
  const [foreignKeys] = await client.$queryRaw<{ foreign_keys: number }[]>`PRAGMA foreign_keys`;
  const [selected] = await client.$queryRaw<{ synchronous: number }[]>`SELECT synchronous FROM pragma_synchronous`;
  const [journal] = await client.$queryRaw<{ journal_mode: string }[]>`SELECT journal_mode FROM pragma_journal_mode`;
  return { ...synchronous, ...foreignKeys, selected: selected?.synchronous, ...journal };
}
const EXPECTED = { synchronous: SYNCHRONOUS_FULL, foreign_keys: 1, selected: SYNCHRONOUS_FULL, journal_mode: "wal" };

test("synchronous=FULL holds in and out of transactions after two hundred of them, undone ones among them", async () => {
  const { client, write } = await testDatabase("sqlite");
  expect(await pragmas(client)).toEqual(EXPECTED);
  for (let i = 0; i < 200; i++) {
    const done = write(async (tx) => {
      await tx.setting.create(setting(`${i}`));
      if (i % 3 === 0) throw new Error("undo");
    });
    await done.catch(() => undefined);
  }
  expect(await pragmas(client)).toEqual(EXPECTED);
  expect(await write(pragmas)).toEqual(EXPECTED);
  expect(await client.$transaction((tx) => pragmas(tx))).toEqual(EXPECTED);
});

test("the connection for reads cannot write", async () => {
  const { client } = await testDatabase("sqlite");
  const [row] = await client.$queryRaw<{ query_only: number }[]>`SELECT query_only FROM pragma_query_only`;
  expect(row).toEqual({ query_only: 1 });
});

// The lock is released by a timer of this same process: were the wait native, nothing would ever release it.
test.each<[string, (database: Awaited<ReturnType<typeof testDatabase>>) => Promise<unknown>]>([
  ["a write()", ({ write }) => write((tx) => tx.setting.create(setting("a")))],
  ["a plain write", ({ client }) => client.setting.create(setting("a"))],
  ["a batch", ({ client }) => client.$transaction([client.setting.create(setting("a"))])],
])("%s waits for another connection's lock without stopping the event loop", async (_, act) => {
  const database = await testDatabase("sqlite");
  const other = new Driver(database.url.slice("file:".length));
  other.exec("BEGIN IMMEDIATE");
  const acting = act(database);
  expect(await database.client.setting.count()).toBe(0);
  setTimeout(() => other.exec("COMMIT"), 50);
  await acting;
  expect(await database.client.setting.count()).toBe(1);
  other.close();
});

test("a lock that is not released in time is an error and nothing is stuck", async () => {
  const { client, write, url } = await testDatabase("sqlite", { waitMs: 100 });
  const other = new Driver(url.slice("file:".length));
  other.exec("BEGIN IMMEDIATE");
  await expect(write((tx) => tx.setting.create(setting("a")))).rejects.toMatchObject({ code: "P1008" });
  await expect(client.setting.create(setting("a"))).rejects.toMatchObject({ code: "P1008" });
  other.exec("ROLLBACK");
  other.close();
  await client.setting.createMany({ data: [setting("b").data] });
  expect(await client.setting.count()).toBe(1);
  await write((tx) => tx.setting.create(setting("a")));
  expect(await client.setting.count()).toBe(2);
});

test("numbers and bytes keep their kind in raw SQL", async () => {
  const { client } = await testDatabase("sqlite");
  const [row] = await client.$queryRaw<Record<string, unknown>[]>`
    SELECT ${5} || '' AS whole, ${5.5} || '' AS half, ${true} AS yes, typeof(${2n ** 60n}) AS big,
      ${Buffer.from("ab")} AS bytes, ${null} AS none`;
  expect(row).toMatchObject({ whole: "5", half: "5.5", big: "integer", none: null });
  expect(Number(row?.yes)).toBe(1);
  expect(Buffer.from(row?.bytes as Uint8Array).toString()).toBe("ab");
});

test("a transaction that was undone cannot run a statement in the one that follows", async () => {
  const { url, client } = await testDatabase("sqlite");
  const own = singleConnectionClient(connect(url.slice("file:".length)), "write", 1000);
  const insert = (key: string) => `INSERT INTO "Setting" VALUES ('${key}', '', '', 0)`;
  const first = await own.transaction();
  await first.execute(insert("first"));
  await first.rollback();
  const second = await own.transaction();
  await expect(first.execute(insert("late"))).rejects.toMatchObject({ name: "DatabaseError" });
  await expect(first.rollback()).rejects.toMatchObject({ name: "DatabaseError" });
  await second.execute(insert("second"));
  await second.commit();
  own.close();
  expect((await client.setting.findMany()).map(({ key }) => key)).toEqual(["second"]);
});

test("a loop of queries lets timers in", async () => {
  const { client } = await testDatabase("sqlite");
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  const deadline = performance.now() + 5000;
  while (!fired && performance.now() < deadline) await client.setting.count();
  expect(fired).toBe(true);
});

test("a disk that is full is known as such through Prisma's wrapping, other refusals are not", async () => {
  const { client, write } = await testDatabase("sqlite");
  const fill = write(async (tx) => {
    const [{ page_count: pages } = { page_count: 0 }] = await tx.$queryRaw<{ page_count: number }[]>`PRAGMA page_count`;
    await tx.$queryRawUnsafe(`PRAGMA max_page_count = ${pages}`);
    for (let i = 0; ; i++) await tx.setting.create({ data: { ...setting(`${i}`).data, value: "x".repeat(4_000) } });
  });
  const full = await fill.catch((error: unknown) => error);
  expect(isDiskFull(full), String(full)).toBe(true);
  expect(isDiskFull(new Error("wrapped", { cause: full }))).toBe(true);
  await client.setting.create(setting("a"));
  const twice = await client.setting.create(setting("a")).catch((error: unknown) => error);
  expect(twice).toBeInstanceOf(Error);
  expect(isDiskFull(twice)).toBe(false);
});
