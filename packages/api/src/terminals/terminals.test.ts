import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { HostRequest } from "../contracts/index.ts";
import { carryOut, startAgent, type TestHost, testConnection, testRelay } from "../testing/relay.ts";

/** A host that answers a terminal with the given pieces, one answer at a time, and remembers what it was asked. */
function terminalHost(host: TestHost, pieces: object[]) {
  const stop = new AbortController();
  const asked: HostRequest[] = [];
  const running = (async () => {
    for await (const item of await host.subscribe(stop.signal)) {
      if (Array.isArray(item) || item.kind !== "request") continue;
      const { requestId, request } = item;
      asked.push(request);
      const answers = request.type === "terminal.open" ? pieces : [{}];
      for (const [index, answer] of answers.entries()) {
        await host.call.commands.answer({ ...host.proof, requestId, answer, done: index === answers.length - 1 });
      }
    }
  })();
  return {
    asked,
    stop() {
      stop.abort();
      return running;
    },
  };
}

const snapshot = { type: "snapshot", cols: 80, rows: 24, data: "aGk=", resync: false };
const output = { type: "output", data: "eA==" };
const exit = { type: "exit", code: 3, reason: "exited with code 3" };

eachEngine("terminals", (open) => {
  test("[HST-42] [HST-47] an attachment is a snapshot, then every piece in order, then the exit", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const served = terminalHost(host, [snapshot, output, output, exit]);
    const items = [];
    for await (const item of await (await it.as()).terminals.attach({ agentId })) items.push(item);
    expect(items).toEqual([{ type: "attached", viewOnly: false }, snapshot, output, output, exit]);
    await served.stop();
  });

  test("[HST-06, HST-41] what was asked on a connection that the host replaced ends as Unavailable, and is not waited for", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const stream = (await (await it.as()).terminals.attach({ agentId }))[Symbol.asyncIterator]();
    expect((await stream.next()).value).toMatchObject({ type: "attached" });
    const next = stream.next();
    const again = it.callWith(host.token, { connection: testConnection("again") });
    const { id, hostname, platform, version, protocolVersion, baseDir } = await (await it.as()).orchestrators.get({
      id: "host-a",
    });
    const about = { hostname, platform, version, protocolVersion, baseDir, bootId: "boot-1", providers: [] };
    await again.orchestrators.register({ id, instanceId: host.proof.instanceId, ...about });
    await expect(next).rejects.toThrow(/lost its connection/);
    expect(host.connection.closedWith).toEqual(["replaced by a newer connection"]);
  });

  test("[HST-45] a view-only token sees, and may neither type nor resize; an agent sees its own children only", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const viewer = await it.as({ profile: "viewer", constraints: { terminalAttach: false } });
    const served = terminalHost(host, [exit]);
    const stream = (await viewer.terminals.attach({ agentId }))[Symbol.asyncIterator]();
    expect((await stream.next()).value).toEqual({ type: "attached", viewOnly: true });
    await stream.return?.();
    await expect(viewer.terminals.input({ agentId, data: "x" })).rejects.toThrow(/view-only/);
    await expect(viewer.terminals.resize({ agentId, cols: 80, rows: 24 })).rejects.toThrow(/view-only/);
    const agent = await it.as({
      profile: "interactive",
      scopes: ["terminal:attach"],
      constraints: { agents: ["shell-other2"] },
    });
    await expect(agent.terminals.input({ agentId, data: "x" })).rejects.toThrow(/own children/);
    await served.stop();
  });

  test("[HST-46] the first input and each attach leave one record, without what was typed", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const served = terminalHost(host, [exit]);
    const admin = await it.as();
    for (const data of ["secret-a", "secret-b"]) await admin.terminals.input({ agentId, data });
    for await (const _ of await admin.terminals.attach({ agentId })) void _;
    const records = await it.services.db.client.activity.findMany({ where: { kind: "terminal" } });
    expect(records.map(({ title }) => title).sort()).toEqual([
      `admin opened the terminal of ${agentId}`,
      `admin typed into ${agentId}`,
    ]);
    expect(JSON.stringify(records)).not.toContain("secret");
    expect(served.asked.filter(({ type }) => type === "terminal.input")).toHaveLength(2);
    await served.stop();
  });

  test("[HST-46] a session that a restart made is another one: its first input is recorded too", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const admin = await it.as();
    const type = async () => {
      const served = terminalHost(host, [exit]);
      for (const data of ["a", "b"]) await admin.terminals.input({ agentId, data });
      await served.stop();
    };
    await type();
    const { command } = await admin.agents.restart({ agentId });
    await carryOut(it, host, command?.id ?? "");
    await type();
    expect(await it.services.db.client.activity.count({ where: { kind: "terminal" } })).toBe(2);
  });

  test("[HST-44] what is typed at once and the size are bounded, and a refusal names the field", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const served = terminalHost(host, [exit]);
    const { terminals } = await it.as();
    await terminals.input({ agentId, data: "x".repeat(64 * 1024) });
    for (const [cols, rows] of [
      [20, 5],
      [500, 200],
    ] as const)
      await terminals.resize({ agentId, cols, rows });
    expect(served.asked.map(({ type }) => type)).toEqual(["terminal.input", "terminal.resize", "terminal.resize"]);
    const tooMuch: [Promise<unknown>, string][] = [
      [terminals.input({ agentId, data: "x".repeat(64 * 1024 + 1) }), "data"],
      [terminals.resize({ agentId, cols: 19, rows: 5 }), "cols"],
      [terminals.resize({ agentId, cols: 501, rows: 5 }), "cols"],
      [terminals.resize({ agentId, cols: 20, rows: 4 }), "rows"],
      [terminals.resize({ agentId, cols: 20, rows: 201 }), "rows"],
    ];
    for (const [refused, field] of tooMuch) {
      await expect(refused).rejects.toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining(field) });
    }
    await served.stop();
  });

  test("[HST-45] an agent that may attach sees its own child, and nobody attaches without the scope", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const parent = await startAgent(it, host);
    const child = await startAgent(it, host);
    await it.services.db.client.agent.update({ where: { id: child.agentId }, data: { spawnedBy: parent.agentId } });
    const served = terminalHost(host, [exit]);
    const agents = [parent.agentId];
    const agent = await it.as({ profile: "interactive", scopes: ["terminal:attach"], constraints: { agents } });
    const items = [];
    for await (const item of await agent.terminals.attach({ agentId: child.agentId })) items.push(item);
    expect(items).toEqual([{ type: "attached", viewOnly: false }, exit]);
    const own = (await agent.terminals.attach({ agentId: parent.agentId }))[Symbol.asyncIterator]();
    await expect(own.next()).rejects.toThrow(/own children/);
    await expect(parent.runner.terminals.input({ agentId: child.agentId, data: "x" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await served.stop();
  });

  test("[HST-41] [HST-47] an absent host is Unavailable since when, an ended agent Conflict", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, runner } = await startAgent(it, host);
    const admin = await it.as();
    host.connection.drop();
    await expect(admin.terminals.input({ agentId, data: "x" })).rejects.toThrow(/not connected since 2026-01-01/);
    await expect(admin.orchestrators.directories({ orchestratorId: "host-a" })).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
    await runner.agents.reportExit({ end: { exitCode: 0, signal: null, lastLines: [] } });
    const ended = { code: "CONFLICT", details: { next: expect.stringContaining("logs.read") } };
    await expect(admin.terminals.input({ agentId, data: "x" })).rejects.toMatchObject(ended);
    const late = (await admin.terminals.attach({ agentId }))[Symbol.asyncIterator]();
    await expect(late.next()).rejects.toMatchObject(ended);
  });

  test("[HST-41] whoever waits for a host that goes is told at once", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const asking = (await it.as()).orchestrators.directories({ orchestratorId: "host-a" });
    const refused = expect(asking).rejects.toThrow(/lost its connection/);
    while (it.services.hub.take("host-a").length === 0) await new Promise((resolve) => setImmediate(resolve));
    host.connection.drop();
    await refused;
  });
});
