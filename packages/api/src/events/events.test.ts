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

  test("[CON-57] what a slow reader has waiting is not kept without end: who listens again is told to read everything", async () => {
    const it = await testRelay(await open());
    const stop = new AbortController();
    const { text } = await it.token();
    const stream = await it.callWith(text, {}, stop.signal).events.subscribe();
    const events = stream[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ type: "hello" });
    const change = (from: number, to: number) => {
      for (let n = from; n < to; n += 1) it.services.bells.publish({ type: "activity", id: `act_${n}` });
    };
    change(0, 1_000);
    const heard: string[] = [];
    for (let n = 0; n < 1_000; n += 1) heard.push((await events.next()).value?.type ?? "nothing");
    expect(new Set(heard)).toEqual(new Set(["activity"]));
    change(0, 1_001);
    change(2_000, 200_000);
    expect((await events.next()).value).toMatchObject({ type: "hello" });
    it.services.bells.publish({ type: "agent", id: "shell-aaaaaa" });
    expect((await events.next()).value).toEqual({ type: "agent", id: "shell-aaaaaa" });
    stop.abort();
    await events.return?.(undefined);
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
