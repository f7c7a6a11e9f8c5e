import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { takeCommands, testConnection, testRelay } from "../testing/relay.ts";
import { step } from "./rules.ts";
import { failLate } from "./service.ts";

const shell = { provider: "shell" as const, prompt: "true" };
type Item = [id: string, data: { kind: "command"; command: { id: string; seq: number; state: string } }];

test("[HST-26] states go forward only, and the same report again is no contradiction", () => {
  expect(step("pending", "running")).toBe("apply");
  expect(step("running", "succeeded")).toBe("apply");
  expect(step("succeeded", "succeeded")).toBe("repeat");
  expect(step("succeeded", "failed")).toBe("conflict");
  expect(step("expired", "succeeded")).toBe("conflict");
  expect(step("running", "delivered")).toBe("conflict");
});

eachEngine("commands", (open) => {
  const relay = async () => testRelay(await open());

  test("[HST-27] a host takes its commands in order of number; a new stream repeats what is not final", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    await Promise.all(Array.from({ length: 5 }, () => admin.agents.spawn(shell)));
    const first = (await takeCommands(host, 5)) as Item[];
    expect(first.map(([, { command }]) => command.seq)).toEqual([1, 2, 3, 4, 5]);
    const done = first[0]?.[1].command.id as string;
    const error = { reason: "provider_missing", message: "no" };
    await host.call.commands.report({ ...host.proof, report: { commandId: done, state: "failed", error } });
    const again = (await takeCommands(host, 4)) as Item[];
    expect(again.map(([, { command }]) => command.seq)).toEqual([2, 3, 4, 5]);
    expect(again.every(([, { command }]) => command.state === "delivered")).toBe(true);
  });

  test("[HST-27] a command written while the host listens comes without waiting for the next turn", async () => {
    const it = await relay();
    const host = await it.host();
    const taking = takeCommands(host, 1) as Promise<Item[]>;
    const { command } = await (await it.as()).agents.spawn(shell);
    expect((await taking)[0]?.[1].command.id).toBe(command.id);
  });

  test("[HST-27] the next command does not wait until the one before is written as delivered", async () => {
    const db = await open();
    const it = await testRelay(db);
    const host = await it.host();
    const admin = await it.as();
    for (let n = 0; n < 3; n += 1) await admin.agents.spawn(shell);
    const stop = new AbortController();
    const stream = (await host.subscribe(stop.signal))[Symbol.asyncIterator]();
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const busy = db.write(async (tx) => {
      await tx.command.updateMany({ data: { requestedBy: "somebody" } });
      await finished;
    });
    const items = [await stream.next(), await stream.next(), await stream.next()];
    expect(items.map(({ value }) => (value as Item)[1].command.seq)).toEqual([1, 2, 3]);
    finish();
    await busy;
    stop.abort();
    await stream.return?.();
    const { items: after } = await admin.commands.list({});
    expect(after.map(({ state }) => state)).toEqual(["delivered", "delivered", "delivered"]);
  });

  test("[HST-27] a host that comes back to many commands gets them without a pause", async () => {
    const db = await open();
    const it = await testRelay(db);
    const host = await it.host();
    await (await it.as()).agents.spawn(shell);
    const [row] = await db.client.command.findMany();
    if (!row) throw new Error("no command");
    const many = Array.from({ length: 2_000 }, (_, n) => ({ ...row, id: `cmd_${n}`, seq: n + 2 }));
    for (let from = 0; from < many.length; from += 500)
      await db.client.command.createMany({ data: many.slice(from, from + 500) });
    const from = performance.now();
    const items = (await takeCommands(host, 2_001)) as Item[];
    // Ten turns with a wait for a wake-up after each would take 20 s.
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(items.map(([, { command }]) => command.seq)).toEqual(many.map(({ seq }) => seq - 1).concat(2_001));
  }, 30_000);

  test("[HST-07] only the token and instance that registered last speak for a host, whatever another may", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    await expect(admin.orchestrators.heartbeat({ ...host.proof, vitals })).rejects.toMatchObject({ code: "FORBIDDEN" });
    const stranger = { subscribe: async () => (await admin.commands.subscribe(host.proof)) as never };
    await expect(takeCommands(stranger, 1)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const stale = { orchestratorId: "host-a", instanceId: "someone-else" };
    await expect(host.call.orchestrators.heartbeat({ ...stale, vitals })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(host.call.orchestrators.heartbeat({ ...host.proof, vitals })).resolves.toEqual({ ok: true });
  });

  test("[HST-05] [HST-06] a second instance is refused while the first is connected, and takes over after", async () => {
    const it = await relay();
    const host = await it.host();
    const register = (connection: ReturnType<typeof testConnection>) =>
      it.callWith(host.token, { connection }).orchestrators.register({
        id: "host-a",
        instanceId: "second",
        bootId: "boot-1",
        hostname: "h",
        platform: "linux",
        version: "0.1.0",
        protocolVersion: 1,
        baseDir: "/base",
        providers: [],
      });
    await expect(register(testConnection("two"))).rejects.toThrow(/is connected from 127.0.0.1 since/);
    host.connection.drop();
    await register(testConnection("three"));
    await expect(host.call.orchestrators.heartbeat({ ...host.proof, vitals })).rejects.toThrow(
      /was replaced by second/,
    );
  });

  test("[HST-03] another protocol version is Conflict, naming which side to upgrade", async () => {
    const it = await relay();
    await expect(it.host("host-new", { protocolVersion: 9 })).rejects.toThrow(/upgrade the relay/);
    await expect(it.host("host-old", { protocolVersion: -1 })).rejects.toThrow(/upgrade the host/);
    await expect(it.host("host-before", { protocolVersion: 0 })).resolves.toMatchObject({ id: "host-before" });
  });

  test("[HST-26] a report on a final command is Conflict, naming both states; the same again is ok", async () => {
    const it = await relay();
    const host = await it.host();
    const { command } = await (await it.as()).agents.spawn(shell);
    const result = { sessionName: "s", workspace: null, adopted: false };
    const good = { ...host.proof, report: { commandId: command.id, state: "succeeded" as const, result } };
    await host.call.commands.report(good);
    await expect(host.call.commands.report(good)).resolves.toMatchObject({ state: "succeeded" });
    const error = { reason: "error", message: "no" };
    const bad = { ...host.proof, report: { commandId: command.id, state: "failed" as const, error } };
    await expect(host.call.commands.report(bad)).rejects.toThrow(/is succeeded; it cannot become failed/);
  });

  test("[HST-26] of two outcomes reported at once exactly one is taken", async () => {
    const it = await relay();
    const host = await it.host("host-a", { maxSessions: 50 });
    const admin = await it.as();
    for (let round = 0; round < 10; round += 1) {
      const { command } = await admin.agents.spawn(shell);
      const report = (outcome: object) =>
        host.call.commands.report({ ...host.proof, report: { commandId: command.id, ...outcome } as never });
      const results = await Promise.allSettled([
        report({ state: "succeeded", result: { sessionName: "s", workspace: null, adopted: false } }),
        report({ state: "failed", error: { reason: "provider_missing", message: "no" } }),
      ]);
      const taken = results.flatMap((one) => (one.status === "fulfilled" ? [one.value.state] : []));
      expect(taken).toEqual([(await admin.commands.get({ commandId: command.id })).state]);
    }
  });

  test("[HST-33] [HST-34] past its deadline a command expires or fails, and a late outcome is Conflict", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const untaken = await admin.agents.spawn(shell);
    const taken = await admin.agents.spawn(shell);
    await host.call.commands.report({ ...host.proof, report: { commandId: taken.command.id, state: "running" } });
    it.advance(10 * 60_000 - 1);
    expect(await failLate(it.services)).toBe(0);
    it.advance(2);
    expect(await failLate(it.services)).toBe(2);
    expect(await admin.commands.get({ commandId: untaken.command.id })).toMatchObject({ state: "expired" });
    expect(await admin.commands.get({ commandId: taken.command.id })).toMatchObject({ state: "failed" });
    expect(await admin.agents.get({ agentId: untaken.agentId })).toMatchObject({
      status: "failed",
      statusReason: { kind: "expired", text: expect.stringContaining("host host-a is online") },
    });
    const result = { sessionName: "s", workspace: null, adopted: false };
    const late = { ...host.proof, report: { commandId: taken.command.id, state: "succeeded" as const, result } };
    await expect(host.call.commands.report(late)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("[IDN-09] a revoked token ends its open streams", async () => {
    const it = await relay();
    const host = await it.host();
    const taking = takeCommands(host, 1);
    await (await it.as()).tokens.revoke({ tokenId: host.tokenId });
    await expect(taking).rejects.toThrow(/revoked/);
  });
});

const vitals = { load: 0, memoryFreeBytes: 1, memoryTotalBytes: 2, diskFreeBytes: null, sessions: 0 };
