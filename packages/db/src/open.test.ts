import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "./open.ts";
import { createTestDatabase, eachEngine } from "./testing.ts";

test.each(["mysql://host/name", "relay.db", "file:", "http://127.0.0.1", ""])("refuses %j by name", async (url) => {
  await expect(openDatabase(url)).rejects.toMatchObject({
    name: "DatabaseError",
    reason: "unsupported-url",
    message: expect.stringContaining("use file:/path/to/relay.db (SQLite) or postgresql://"),
  });
});

test("a file in a folder that does not exist is refused with the folder's name", async () => {
  const folder = join(tmpdir(), "signalbox-no-such-folder");
  await expect(openDatabase(`file:${folder}/relay.db`)).rejects.toMatchObject({
    reason: "unavailable",
    message: expect.stringContaining(`Check that ${folder} exists`),
  });
});

test("a new file is readable by its owner alone", async () => {
  const dir = await mkdtemp(join(tmpdir(), "signalbox-mode-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const database = await openDatabase(`file:${dir}/relay.db`);
  await database.close();
  expect((await stat(join(dir, "relay.db"))).mode & 0o777).toBe(0o600);
});

eachEngine("open database", (open, engine) => {
  test("names its engine and answers", async () => {
    const database = await open();
    expect(database.engine).toBe(engine);
    await expect(database.ping()).resolves.toBeUndefined();
  });

  test("after close(), twice if need be, every use is refused and it can be opened again", async () => {
    const { url, remove } = await createTestDatabase(engine);
    onTestFinished(remove);
    const database = await openDatabase(url);
    await database.client.setting.create({ data: { key: "k", value: "", updatedBy: "", updatedAt: new Date(0) } });
    await Promise.all([database.close(), database.close()]);
    const closed = { name: "DatabaseError", reason: "closed" };
    await expect(database.ping()).rejects.toMatchObject(closed);
    await expect(database.client.setting.count()).rejects.toMatchObject(closed);
    await expect(database.write((tx) => tx.setting.count())).rejects.toMatchObject(closed);
    const again = await openDatabase(url);
    expect(await again.client.setting.count()).toBe(1);
    await again.close();
  });

  test("keeps what it is given", async () => {
    const { client } = await open();
    const at = new Date("2026-02-03T04:05:06.789Z");
    const value = JSON.stringify({ text: "ä 日本 'quoted' \u0000".slice(0, -1), number: 5, long: "x".repeat(200_000) });
    await client.setting.create({ data: { key: "k", value, updatedBy: "me", updatedAt: at } });
    expect(await client.setting.findUnique({ where: { key: "k" } })).toEqual({
      key: "k",
      value,
      updatedBy: "me",
      updatedAt: at,
    });
    expect(await client.setting.count({ where: { updatedAt: { lt: new Date(at.getTime() + 1) } } })).toBe(1);
  });

  test("a duplicate key is Prisma's P2002 and a row that is missing P2025", async () => {
    const { client } = await open();
    const data = { key: "k", value: "1", updatedBy: "me", updatedAt: new Date(0) };
    await client.setting.create({ data });
    await expect(client.setting.create({ data })).rejects.toMatchObject({ code: "P2002" });
    await expect(client.setting.delete({ where: { key: "none" } })).rejects.toMatchObject({ code: "P2025" });
  });

  test("a foreign key to nothing is refused", async () => {
    const { client } = await open();
    const session = { id: "ses_1", hash: "h", tokenId: "tok_none", createdAt: new Date(0), lastUsedAt: new Date(0) };
    await expect(client.session.create({ data: session })).rejects.toMatchObject({ code: "P2003" });
  });
});
