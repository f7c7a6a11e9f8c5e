import { readFileSync } from "node:fs";
import { eachEngine, type TestDatabase } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { RegisterHost, RelayEvent } from "../contracts/index.ts";
import { type TestHost, type TestRelay, testConnection, testRelay } from "../testing/relay.ts";
import { flushVitals, watchPresence } from "./watch.ts";

const vitals = { load: 0.5, memoryFreeBytes: 1, memoryTotalBytes: 2, diskFreeBytes: 3, sessions: 0 };
const shell = { provider: "shell" as const, available: true, reason: null, version: "5.2", approvalModes: ["open"] };

/** What a host says of itself besides its id and instance. */
const about = {
  bootId: "boot-1",
  hostname: "machine",
  platform: "linux",
  version: "0.1.0",
  protocolVersion: 1,
  baseDir: "/base",
  providers: [],
};

/** Commits that the write-ahead log of a SQLite file holds: each ends with a frame that names the file's size. */
function commitsIn({ url }: TestDatabase): number {
  const log = readFileSync(`${url.slice("file:".length)}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= log.length; at += frame) {
    const current = log.compare(log, 16, 24, at + 8, at + 16) === 0;
    if (current && log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

/** Everything that the relay says from now on. */
function heard({ services }: TestRelay): RelayEvent[] {
  const events: RelayEvent[] = [];
  services.bells.onEvent((event) => events.push(event));
  return events;
}

const beat = ({ call, proof }: Pick<TestHost, "call" | "proof">, more = {}) =>
  call.orchestrators.heartbeat({ ...proof, vitals, ...more });

eachEngine("hosts", (open, engine) => {
  const relay = async () => testRelay(await open());

  test("[HST-01, HST-09, HST-10] a host is shown with all that it registered with, its state since when, and its room", async () => {
    const it = await relay();
    const claude = {
      ...shell,
      provider: "claude" as const,
      models: [{ alias: "best", model: "best-1", efforts: ["high"], default: true }],
      approvalModes: ["plan" as const],
      unavailableModes: [{ mode: "open" as const, reason: "it refuses to run as root" }],
    };
    const missing = {
      ...shell,
      provider: "codex" as const,
      available: false,
      reason: "codex not found",
      version: null,
    };
    const said = {
      instanceId: "instance-1",
      bootId: "boot-7",
      hostname: "build-2.local",
      platform: "linux-x64",
      version: "0.1.0",
      protocolVersion: 1,
      baseDir: "/work",
      labels: ["gpu"],
      maxSessions: 7,
      capabilities: ["terminal"],
      supervisor: { kind: "systemd", unit: "signalbox.service" },
    };
    const host = await it.host("build-2", { ...said, providers: [claude, { ...missing, approvalModes: [] }] });
    it.advance(3_000);
    await beat(host);
    const shown = {
      ...said,
      id: "build-2",
      providers: [claude, { ...missing, approvalModes: [], unavailableModes: [] }],
      state: "online",
      stateSince: "2026-01-01T00:00:00.000Z",
      liveSessions: 0,
      unknownSessions: [],
      draining: null,
      upgrade: null,
      vitals,
      address: "127.0.0.1",
      registeredAt: "2026-01-01T00:00:00.000Z",
      lastSeenAt: "2026-01-01T00:00:03.000Z",
    };
    const admin = await it.as();
    expect(await admin.orchestrators.get({ id: "build-2" })).toEqual(shown);
    expect((await admin.orchestrators.list({})).items).toEqual([shown]);
    await expect(admin.orchestrators.get({ id: "build-3" })).rejects.toThrow("There is no host build-3");
  });

  test("[HST-01] what a registration leaves out has its default", async () => {
    const it = await relay();
    await it.host();
    const host = await (await it.as()).orchestrators.get({ id: "host-a" });
    expect(host).toMatchObject({ maxSessions: 20, labels: [], capabilities: [], supervisor: null, vitals: null });
  });

  test("[HST-02] an id is 1 to 63 of a-z0-9._- and begins with a letter or digit", async () => {
    const it = await relay();
    for (const id of ["", "-a", "A", "a b", "ä", "_a", "a".repeat(64)]) {
      await expect(it.host(id), id).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    for (const id of ["a", "0", "a.b_c-1", "b".repeat(63)]) expect((await it.host(id)).id).toBe(id);
  });

  test("[HST-03, HST-04] the refusal of a protocol says which ones the relay speaks", async () => {
    const it = await relay();
    await expect(it.host("host-new", { protocolVersion: 2, version: "0.9.0" })).rejects.toMatchObject({
      reason: "Conflict",
      message: "Host host-new speaks protocol 2 (version 0.9.0), the relay speaks 1 (version 0.1.0): upgrade the relay",
      details: { protocolVersions: [1, 0] },
    });
    const admin = await it.as();
    expect((await admin.orchestrators.list({})).items).toEqual([]);
  });

  test("[HST-06] the same instance on a new connection replaces its own older one, whose end then means nothing", async () => {
    const it = await relay();
    const host = await it.host();
    const connection = testConnection("newer");
    await it.callWith(host.token, { connection }).orchestrators.register({
      ...about,
      id: "host-a",
      instanceId: host.proof.instanceId,
    });
    expect(host.connection.closedWith).toEqual(["replaced by a newer connection"]);
    expect(it.services.presence.get("host:host-a")?.connection.id).toBe("newer");
    it.advance(3600_000);
    await watchPresence(it.services);
    expect(await (await it.as()).orchestrators.get({ id: "host-a" })).toMatchObject({ state: "online" });
  });

  test("[HST-09] a heartbeat tells what can be run now, at once and as an event", async () => {
    const it = await relay();
    const host = await it.host();
    const events = heard(it);
    const gone: RegisterHost["providers"] = [
      { ...shell, available: false, reason: "bash not found", version: null, approvalModes: [] },
    ];
    await beat(host);
    expect(events).toEqual([]);
    await beat(host, { providers: gone });
    expect(events).toEqual([{ type: "host", id: "host-a" }]);
    const admin = await it.as();
    expect((await admin.orchestrators.get({ id: "host-a" })).providers).toMatchObject(gone);
    const spawn = admin.agents.spawn({ provider: "shell", prompt: "true", orchestratorId: "host-a" });
    await expect(spawn).rejects.toThrow("Host host-a cannot run provider shell: bash not found");
  });

  test("[HST-11] stale and offline are events, and the next registration is online again", async () => {
    const it = await relay();
    const host = await it.host();
    const events = heard(it);
    host.connection.drop();
    for (const ms of [15_000, 1_000, 44_000, 1_000]) {
      it.advance(ms);
      await watchPresence(it.services);
    }
    expect(events).toEqual([
      { type: "host", id: "host-a" },
      { type: "host", id: "host-a" },
    ]);
    const admin = await it.as();
    const offline = { state: "offline", stateSince: "2026-01-01T00:01:00.000Z" };
    expect(await admin.orchestrators.get({ id: "host-a" })).toMatchObject(offline);
    await it.host("host-a", { instanceId: "after" });
    const online = { state: "online", stateSince: "2026-01-01T00:01:01.000Z" };
    expect(await admin.orchestrators.get({ id: "host-a" })).toMatchObject(online);
    expect(events.at(-1)).toEqual({ type: "host", id: "host-a" });
  });

  test("[HST-12] the beats of 200 hosts are written in one go, and none of them by itself", async () => {
    const db = await open();
    const it = await testRelay(db);
    const { text } = await it.token({ profile: "orchestrator" });
    const hosts = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const call = it.callWith(text, { connection: testConnection(`con-${n}`) });
        const proof = { orchestratorId: `host-${n}`, instanceId: `instance-${n}` };
        await call.orchestrators.register({ ...about, id: proof.orchestratorId, instanceId: proof.instanceId });
        return { call, proof };
      }),
    );
    const rows = async () => db.client.orchestrator.findMany({ select: { lastSeenAt: true } });
    const writers = async () => {
      const xmins = await db.client.$queryRawUnsafe<{ n: bigint }[]>(
        'SELECT COUNT(DISTINCT xmin::text) AS n FROM "Orchestrator"',
      );
      return Number(xmins[0]?.n);
    };
    const before = engine === "sqlite" ? commitsIn(db) : await writers();
    const was = await rows();
    it.advance(5_000);
    for (let turn = 0; turn < 3; turn += 1) await Promise.all(hosts.map((host) => beat(host)));
    expect(await rows()).toEqual(was);
    if (engine === "sqlite") expect(commitsIn(db) - before).toBe(0);
    await flushVitals(it.services);
    expect(new Set((await rows()).map(({ lastSeenAt }) => lastSeenAt.toISOString()))).toEqual(
      new Set(["2026-01-01T00:00:05.000Z"]),
    );
    // One commit in SQLite's log; in PostgreSQL every row carries the number of the one transaction that wrote it.
    if (engine === "sqlite") expect(commitsIn(db) - before).toBe(1);
    else expect([before > 1, await writers()]).toEqual([true, 1]);
    await flushVitals(it.services);
    if (engine === "sqlite") expect(commitsIn(db) - before).toBe(1);
  });

  test("[HST-12] a beat over the host's own connection needs no database, and one that was not written is written later", async () => {
    const db = await open();
    const it = await testRelay(db);
    const host = await it.host();
    await beat(host);
    await db.close();
    it.advance(1_000);
    expect(await beat(host)).toEqual({ ok: true });
    await expect(flushVitals(it.services)).rejects.toThrow();
    expect([...it.services.fleet.fresh]).toEqual(["host-a"]);
  });
});
