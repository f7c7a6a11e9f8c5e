import { expect, test } from "vitest";
import { testDatabase } from "./testing.ts";

const setting = (key: string) => ({ data: { key, value: "0", updatedBy: "test", updatedAt: new Date(0) } });
const increment = (key: string) => ({ where: { key }, data: { value: "1" } });

test("a write() that a deadlock ended runs again", async () => {
  const { client, write } = await testDatabase("postgresql");
  await client.setting.createMany({ data: [setting("a").data, setting("b").data] });
  let starts = 0;
  let release = () => {};
  const bothHoldOne = new Promise<void>((done) => {
    release = done;
  });
  const crossing = (first: string, second: string) =>
    write(async (tx) => {
      await tx.setting.update(increment(first));
      starts += 1;
      if (starts === 2) release();
      await bothHoldOne;
      await tx.setting.update(increment(second));
    });
  await Promise.all([crossing("a", "b"), crossing("b", "a")]);
  expect(starts).toBe(3);
  expect((await client.setting.findMany()).map(({ value }) => value)).toEqual(["1", "1"]);
});

test("a conflict that never ends is given up after five tries, and nothing is kept", async () => {
  const { client, write } = await testDatabase("postgresql");
  let tries = 0;
  const conflicting = write(async (tx) => {
    tries += 1;
    await tx.setting.create(setting("a"));
    await tx.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$`;
  });
  await expect(conflicting).rejects.toThrow("conflict");
  expect(tries).toBe(5);
  expect(await client.setting.count()).toBe(0);
});

test("another error is not tried again", async () => {
  const { write } = await testDatabase("postgresql");
  let tries = 0;
  const failing = write(async () => {
    tries += 1;
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(tries).toBe(1);
});

test("transactions are READ COMMITTED and the pool is bounded", async () => {
  const { write, client } = await testDatabase("postgresql", { poolSize: 3 });
  const levels = await Promise.all(
    Array.from({ length: 12 }, () =>
      write((tx) => tx.$queryRaw<{ level: string }[]>`SELECT current_setting('transaction_isolation') AS level`),
    ),
  );
  expect(new Set(levels.map(([row]) => row?.level))).toEqual(new Set(["read committed"]));
  const [row] = await client.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()`;
  expect(row?.n).toBe(3);
});

test("connections that the server ended are replaced", async () => {
  const broken: Error[] = [];
  const database = await testDatabase("postgresql", { onConnectionError: (error) => void broken.push(error) });
  const helper = await database.session();
  await database.client.setting.create(setting("a"));
  await helper.script(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  await helper.close();
  await expect.poll(() => broken.length).toBeGreaterThan(0);
  expect(await database.write((tx) => tx.setting.count())).toBe(1);
});
