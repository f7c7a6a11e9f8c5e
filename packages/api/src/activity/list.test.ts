import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { startAgent, testRelay } from "../testing/relay.ts";
import { transact } from "../unit.ts";
import { type Entry, record } from "./record.ts";

const plain: Omit<Entry, "clientId"> = { kind: "state", view: "agents", title: "Something", actor: "anna" };

eachEngine("lists of activity", (open) => {
  async function book() {
    const it = await testRelay(await open());
    const admin = await it.as();
    let number = 0;
    const write = async (title: string, more: Partial<Entry> = {}) => {
      it.advance(60_000);
      number += 1;
      const entry = { ...plain, clientId: `test:${number}`, title, ...more };
      await transact(it.services, (unit) => record(it.services, unit, entry));
      return it.services.clock.now().toISOString();
    };
    const titles = async (filter: Parameters<typeof admin.activity.list>[0]) =>
      (await admin.activity.list(filter)).items.map(({ title }) => title);
    return { it, admin, write, titles };
  }

  test("[CON-47] narrowed by kind, actor, root, agent, host and text; filters add up", async () => {
    const { write, titles } = await book();
    await write("one", { actor: "bob", kind: "setting" });
    await write("two", { actor: "shell-aaaaaa", onBehalfOf: "anna", agentId: "shell-aaaaaa", meta: "host-a" });
    await write("three", { actor: "host-a", agentId: "shell-bbbbbb", body: "Exit Code 3" });
    await write("four", { kind: "denied", onBehalfOf: "anna", actor: "bob" });
    expect(await titles({})).toEqual(["four", "three", "two", "one"]);
    expect(await titles({ kind: "denied" })).toEqual(["four"]);
    expect(await titles({ actor: "bob" })).toEqual(["four", "one"]);
    expect(await titles({ onBehalfOf: "anna" })).toEqual(["four", "two"]);
    expect(await titles({ onBehalfOf: "anna", actor: "bob" })).toEqual(["four"]);
    expect(await titles({ agentId: "shell-bbbbbb" })).toEqual(["three"]);
    expect(await titles({ host: "host-a" })).toEqual(["three", "two"]);
    expect(await titles({ text: "exit code" })).toEqual(["three"]);
    expect(await titles({ text: "TWO" })).toEqual(["two"]);
  });

  test("[CON-47] narrowed by time, both ends included", async () => {
    const { write, titles } = await book();
    await write("one");
    const from = await write("two");
    const to = await write("three");
    await write("four");
    expect(await titles({ from, to })).toEqual(["three", "two"]);
    expect(await titles({ from })).toEqual(["four", "three", "two"]);
    expect(await titles({ to: from })).toEqual(["two", "one"]);
  });

  test("[CON-47] older records follow by cursor, and new ones do not shift them", async () => {
    const { admin, write } = await book();
    for (const title of ["one", "two", "three", "four", "five"]) await write(title, { actor: "bob" });
    const first = await admin.activity.list({ actor: "bob", limit: 2 });
    await write("six", { actor: "bob" });
    const second = await admin.activity.list({ actor: "bob", limit: 2, cursor: first.nextCursor ?? "" });
    const third = await admin.activity.list({ actor: "bob", limit: 2, cursor: second.nextCursor ?? "" });
    const pages = [first, second, third].map(({ items }) => items.map(({ title }) => title));
    expect(pages).toEqual([["five", "four"], ["three", "two"], ["one"]]);
    expect(third.nextCursor).toBeNull();
  });

  test("[CON-47] [IDN-57] what an agent does is found by its host", async () => {
    const { it, titles } = await book();
    const { agentId } = await startAgent(it, await it.host());
    await startAgent(it, await it.host("host-b"));
    expect(await titles({ host: "host-a" })).toEqual([
      `${agentId} is online`,
      `Spawn of ${agentId} succeeded`,
      `Spawn ${agentId}`,
    ]);
  });

  test("[CON-47] a token without activity:read sees none, and a wrong time is named", async () => {
    const { it, admin } = await book();
    const stranger = await it.as({ scopes: ["agent:read"] });
    await expect(stranger.activity.list({})).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(admin.activity.list({ from: "yesterday" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
