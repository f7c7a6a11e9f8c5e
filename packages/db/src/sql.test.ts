import { describe, expect, test } from "vitest";
import { isDiskFull } from "./full.ts";
import { Prisma } from "./generated/sqlite/client.ts";
import { insertInto, sqlIn } from "./sql.ts";
import { eachEngine, engines, testDatabase } from "./testing.ts";
import type { Sql } from "./types.ts";

const at = new Date("2026-01-02T03:04:05.678Z");
const setting = (key: string) => ({ key, value: '\'; DROP TABLE "Setting"', updatedBy: "test", updatedAt: at });
const keys = (sql: Sql) => sql.rows<{ key: string }>(Prisma.sql`SELECT "key" FROM "Setting" ORDER BY "key"`);

async function add(sql: Sql, ...names: string[]): Promise<void> {
  for (const one of insertInto("Setting", names.map(setting))) await sql.run(one);
}

eachEngine("plain SQL", (open) => {
  test("stores what Prisma reads as it was given, dates and booleans too", async () => {
    const { client, writeSql, sql } = await open();
    await writeSql((it) => add(it, "a"));
    expect(await client.setting.findMany()).toEqual([setting("a")]);
    const row = { id: "w1", at, ok: true, none: null };
    const [back] = await sql.rows<Record<string, unknown>>(
      Prisma.sql`SELECT "updatedAt" AS "at" FROM "Setting" WHERE "updatedAt" = ${row.at} AND ${row.ok}`,
    );
    expect(new Date(String(back?.at))).toEqual(at);
  });

  test("inserts any number of rows in order and answers a column of each", async () => {
    const { sql, client } = await open();
    const names = Array.from({ length: 150 }, (_, n) => `k${String(n).padStart(3, "0")}`);
    const back: string[] = [];
    const statements = insertInto("Setting", names.map(setting), "key");
    for (const one of statements) back.push(...(await sql.rows<{ key: string }>(one)).map(({ key }) => key));
    expect(back).toEqual(names);
    expect(await client.setting.count()).toBe(150);
    // 64 + 64 + 8 + 8 + 6 × 1: three texts in all.
    expect(new Set(statements.map(({ text }) => text)).size).toBe(3);
    expect(insertInto("Setting", [])).toEqual([]);
  });

  test("a transaction that throws leaves nothing, and the next one works", async () => {
    const { writeSql, sql } = await open();
    const failing = writeSql(async (it) => {
      await add(it, "a");
      expect(await keys(it)).toEqual([{ key: "a" }]);
      expect(await keys(sql)).toEqual([]);
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    const twice = writeSql((it) => add(it, "a", "a"));
    await expect(twice).rejects.toMatchObject({ cause: { kind: "UniqueConstraintViolation" } });
    await writeSql((it) => add(it, "b"));
    expect(await keys(sql)).toEqual([{ key: "b" }]);
  });

  test("takes turns with write(), and is part of one inside it", async () => {
    const { client, write, writeSql, sql } = await open();
    const names = Array.from({ length: 30 }, (_, n) => `n${n}`);
    await Promise.all(
      names.map((name, n) =>
        n % 2 === 0 ? writeSql((it) => add(it, name)) : write((tx) => tx.setting.create({ data: setting(name) })),
      ),
    );
    expect(await client.setting.count()).toBe(30);
    const undone = write(async (tx) => {
      await add(sqlIn(tx), "inside");
      expect(await tx.setting.count()).toBe(31);
      throw new Error("stop");
    });
    await expect(undone).rejects.toThrow("stop");
    expect(await keys(sql)).toHaveLength(30);
  });

  test("is refused inside an open transaction instead of waiting for itself", async () => {
    const database = await open();
    const misuse = { name: "DatabaseError", reason: "misuse" };
    await expect(database.writeSql(() => database.writeSql(keys))).rejects.toMatchObject(misuse);
    await expect(database.write(() => database.writeSql(keys))).rejects.toMatchObject(misuse);
    await expect(database.writeSql(() => add(database.sql, "a"))).rejects.toMatchObject(misuse);
    expect(await keys(database.sql)).toEqual([]);
  });

  test("after close() it fails", async () => {
    const database = await open();
    await database.close();
    await expect(keys(database.sql)).rejects.toMatchObject({ reason: "closed" });
    await expect(database.writeSql(keys)).rejects.toMatchObject({ reason: "closed" });
  });
});

describe.each(engines)("a writeSql() that stays open too long on %s", (engine) => {
  test("is undone, and the next one runs", async () => {
    const { sql, writeSql } = await testDatabase(engine, { transactionMs: 200 });
    const endless = writeSql(async (it) => {
      await add(it, "a");
      await new Promise<never>(() => undefined);
    });
    const next = writeSql((it) => add(it, "b"));
    await expect(endless).rejects.toMatchObject({ reason: "unavailable" });
    await next;
    expect(await keys(sql)).toEqual([{ key: "b" }]);
  });
});

test("a conflict on PostgreSQL is tried again, five times at most", async () => {
  const { writeSql } = await testDatabase("postgresql");
  let tries = 0;
  const conflicting = writeSql(async (sql) => {
    tries += 1;
    await sql.run(Prisma.sql`DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40P01'; END $$`);
  });
  await expect(conflicting).rejects.toThrow();
  expect(tries).toBe(5);
});

eachEngine("a query that names very many rows", (open) => {
  test("is carried out in one statement, conditions and order included", async () => {
    const { client } = await open();
    const names = Array.from({ length: 5_000 }, (_, n) => `k${n}`);
    await client.setting.createMany({ data: names.slice(0, 10).map(setting) });
    const where = { key: { in: names }, updatedBy: { not: "nobody" } };
    expect(await client.setting.findMany({ where, orderBy: { key: "asc" } })).toHaveLength(10);
    expect(await client.setting.updateMany({ where, data: { value: "" } })).toEqual({ count: 10 });
  });
});

test("SQLite takes as many parameters as Prisma is told", async () => {
  const { sql } = await testDatabase("sqlite");
  const names = Array.from({ length: 32_766 }, (_, n) => `k${n}`);
  expect(await sql.rows(Prisma.sql`SELECT "key" FROM "Setting" WHERE "key" IN (${Prisma.join(names)})`)).toEqual([]);
});

test("a disk that is full is known as such from plain SQL too", async () => {
  const { sql, writeSql } = await testDatabase("sqlite");
  const fill = writeSql(async (it) => {
    const [pages] = await it.rows<{ page_count: number }>(Prisma.sql`PRAGMA page_count`);
    await it.rows(Prisma.sql`PRAGMA max_page_count = ${Prisma.raw(String(pages?.page_count))}`);
    for (let n = 0; ; n += 1) await add(it, `${n}`.padEnd(4_000, "x"));
  });
  const full = await fill.catch((error: unknown) => error);
  expect(isDiskFull(full), String(full)).toBe(true);
  expect(await keys(sql)).toEqual([]);
});
