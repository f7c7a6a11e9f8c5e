import { describe, expect, test } from "vitest";
import { eachEngine, engines, testDatabase } from "./testing.ts";
import type { Client, Tx } from "./types.ts";

const at = new Date("2026-01-01T00:00:00.000Z");
const setting = (key: string, value = "") => ({ data: { key, value, updatedBy: "test", updatedAt: at } });
const count = (tx: Tx | Client) => tx.setting.count();

/** A row with a counter, as commands are numbered. */
async function makeHost(client: Client) {
  const rest = { instanceId: "", bootId: "", hostname: "", platform: "", version: "", baseDir: "", tokenId: "" };
  const numbers = { protocolVersion: 1, maxSessions: 1 };
  const times = { stateSince: at, registeredAt: at, lastSeenAt: at };
  await client.orchestrator.create({ data: { id: "host-a", state: "online", ...rest, ...numbers, ...times } });
}

eachEngine("write()", (open) => {
  test("fifty at once on one row lose nothing and get fifty numbers", async () => {
    const { client, write } = await open();
    await makeHost(client);
    const numbers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        write(async (tx) => {
          const before = await tx.orchestrator.findUniqueOrThrow({ where: { id: "host-a" } });
          const { commandSeq } = await tx.orchestrator.update({
            where: { id: "host-a" },
            data: { commandSeq: { increment: 1 } },
          });
          expect(commandSeq).toBeGreaterThan(before.commandSeq);
          await tx.setting.create(setting(`n${commandSeq}`, String(i)));
          return commandSeq;
        }),
      ),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(await count(client)).toBe(50);
    expect(await client.orchestrator.findFirst()).toMatchObject({ commandSeq: 50 });
  });

  test("mixes with plain writes, batches and reads without a refusal", async () => {
    const { client, write } = await open();
    await makeHost(client);
    const increment = { where: { id: "host-a" }, data: { commandSeq: { increment: 1 } } };
    const acts = Array.from({ length: 20 }, (_, i) => [
      write(async (tx) => {
        await tx.orchestrator.update(increment);
        await tx.setting.create(setting(`w${i}`));
      }),
      client.orchestrator.update(increment),
      client.$transaction([client.orchestrator.update(increment), client.setting.create(setting(`b${i}`))]),
      count(client),
    ]);
    await Promise.all(acts.flat());
    expect(await client.orchestrator.findFirst()).toMatchObject({ commandSeq: 60 });
    expect(await count(client)).toBe(40);
  });

  test("an error undoes everything and the next write works", async () => {
    const { client, write } = await open();
    const failing = write(async (tx) => {
      await tx.setting.create(setting("a"));
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await count(client)).toBe(0);
    await write((tx) => tx.setting.create(setting("a")));
    expect(await count(client)).toBe(1);
  });

  test("a read beside an open write() does not wait and sees the state before it", async () => {
    const { client, write } = await open();
    const seen = await write(async (tx) => {
      await tx.setting.create(setting("a"));
      return { inside: await count(tx), beside: await count(client) };
    });
    expect(seen).toEqual({ inside: 1, beside: 0 });
    expect(await count(client)).toBe(1);
  });

  test.each<[string, (database: Awaited<ReturnType<typeof open>>) => Promise<unknown>]>([
    ["a write through the client", ({ client }) => client.setting.create(setting("b"))],
    ["another write()", ({ write }) => write((tx) => count(tx))],
    ["a batch", ({ client }) => client.$transaction([client.setting.create(setting("b"))])],
    ["raw SQL that writes", ({ client }) => client.$executeRaw`DELETE FROM "Setting"`],
  ])("inside another, %s is refused at once instead of waiting for itself", async (_, act) => {
    const database = await open();
    const outer = database.write(async (tx) => {
      await tx.setting.create(setting("a"));
      await act(database);
    });
    await expect(outer).rejects.toMatchObject({ name: "DatabaseError", reason: "misuse" });
    expect(await count(database.client)).toBe(0);
  });

  test("what a write() started without awaiting may write after its end", async () => {
    const { client, write } = await open();
    let end = () => {};
    const ended = new Promise<void>((done) => {
      end = done;
    });
    let later: Promise<unknown> = Promise.reject(new Error("not started"));
    later.catch(() => undefined);
    await write(async (tx) => {
      later = ended.then(() => client.setting.create(setting("later")));
      await tx.setting.create(setting("now"));
    });
    end();
    await later;
    expect(await count(client)).toBe(2);
  });

  test("close() waits for what is running", async () => {
    const database = await open();
    const writing = Promise.all([1, 2, 3].map((i) => database.write((tx) => tx.setting.create(setting(`${i}`)))));
    const [, outcome] = await Promise.allSettled([database.close(), writing]);
    expect(outcome.status).toBe("fulfilled");
  });
});

describe.each(engines)("a write() that stays open too long on %s", (engine) => {
  const never = () => new Promise<never>(() => undefined);
  test.each<[string, (tx: Tx) => Promise<unknown>]>([
    ["waits for ever", never],
    [
      "never stops asking",
      async (tx) => {
        for (;;) await tx.setting.count();
      },
    ],
  ])("because its body %s is undone, and the next one runs", async (_, body) => {
    const { client, write } = await testDatabase(engine, { transactionMs: 200 });
    const endless = write(async (tx) => {
      await tx.setting.create(setting("a"));
      await body(tx);
    });
    const next = write((tx) => tx.setting.create(setting("b")));
    await expect(endless).rejects.toMatchObject({ reason: "unavailable", message: expect.stringContaining("200 ms") });
    await next;
    expect((await client.setting.findMany()).map(({ key }) => key)).toEqual(["b"]);
  });

  test("cannot reach into the transaction that follows it", async () => {
    const { client, write } = await testDatabase(engine, { transactionMs: 200 });
    let late: Promise<unknown> = Promise.resolve();
    const first = write(async (tx) => {
      await tx.setting.count();
      late = first.catch(() => write(async () => tx.setting.create(setting("late"))));
      await never();
    });
    await expect(first).rejects.toMatchObject({ reason: "unavailable" });
    await expect(late).rejects.toThrow(/transaction/i);
    expect(await count(client)).toBe(0);
  });
});
