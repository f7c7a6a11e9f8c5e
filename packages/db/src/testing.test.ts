import { expect, test } from "vitest";
import { openDatabase } from "./open.ts";
import { createTestDatabase, eachEngine } from "./testing.ts";

const setting = { data: { key: "k", value: "", updatedBy: "test", updatedAt: new Date(0) } };

eachEngine("a test database", (open, engine) => {
  test("is empty even after another test left rows and a connection in one", async () => {
    const { url, remove } = await createTestDatabase(engine);
    const left = await openDatabase(url);
    await left.client.setting.create(setting);
    await remove();
    for (const database of [await open(), await open()]) {
      expect(await database.client.setting.count()).toBe(0);
      await database.client.setting.create(setting);
    }
    await left.close().catch(() => undefined);
  });

  test("is not shared with another that is open", async () => {
    const [one, two] = await Promise.all([open(), open()]);
    await one.client.setting.create(setting);
    expect(await two.client.setting.count()).toBe(0);
    expect(one.url).not.toBe(two.url);
  });
});
