import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { RelayEvent } from "../contracts/index.ts";
import { testRelay } from "../testing/relay.ts";

eachEngine("events", (open) => {
  test("[CON-57] [IDN-17] the stream opens with hello and says what changed, to whoever could read it", async () => {
    const it = await testRelay(await open());
    await it.host();
    const admin = await it.as();
    const limited = await it.as({ scopes: ["agent:read"] });
    const heard = async (call: typeof admin, ring: () => Promise<unknown>) => {
      const kinds = new Set<RelayEvent["type"]>();
      for await (const event of await call.events.subscribe()) {
        kinds.add(event.type);
        if (event.type === "hello") await ring();
        if (event.type === "agent") break;
      }
      return [...kinds].sort();
    };
    const spawn = () => admin.agents.spawn({ provider: "shell", prompt: "true" });
    expect(await heard(admin, spawn)).toEqual(["activity", "agent", "command", "hello"]);
    expect(await heard(limited, spawn)).toEqual(["agent", "hello"]);
  });
});

eachEngine("settings", (open) => {
  test("[CON-51] settings have default, unit and range, are kept, and refuse values out of range", async () => {
    const db = await open();
    const it = await testRelay(db);
    const admin = await it.as({ name: "ada" });
    const key = "presence.staleSeconds" as const;
    await expect(admin.settings.put({ key, value: 1 })).rejects.toThrow("presence.staleSeconds takes 5 to 600 s");
    await admin.settings.put({ key, value: 30 });
    const restarted = await testRelay(db);
    const { items } = await (await restarted.as()).settings.get({});
    expect(items.find((one) => one.key === key)).toMatchObject({ value: 30, default: 15, unit: "s", updatedBy: "ada" });
    expect(restarted.services.settings[key]).toBe(30);
    await admin.settings.put({ key, value: null });
    expect(it.services.settings[key]).toBe(15);
  });
});
