import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { assumePresence, watchPresence } from "../orchestrators/watch.ts";
import { startAgent, testConnection, testRelay } from "../testing/relay.ts";

const end = { exitCode: 0, signal: null, lastLines: ["last"] };

eachEngine("agents", (open) => {
  const relay = async () => testRelay(await open());

  test("[SPN-49] [SPN-51] an agent's states, from its own runner alone", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, runner, epoch } = await startAgent(it, host);
    const admin = await it.as();
    await runner.agents.setStatus({ epoch, status: "busy" });
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "busy" });
    await expect(runner.agents.setStatus({ epoch, status: "blocked" })).rejects.toThrow(/needs its kind and text/);
    await runner.agents.setStatus({ epoch, status: "blocked", blocked: { kind: "question", text: "Which?" } });
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "blocked",
      statusReason: { kind: "question", text: "Which?" },
    });
    await expect(admin.agents.setStatus({ epoch, status: "idle" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("[MSG-06] a status of an older registration is Conflict and changes nothing", async () => {
    const it = await relay();
    const { agentId, runner, epoch, token, sessionName } = await startAgent(it, await it.host());
    await it.callWith(token).agents.register({ runnerId: "runner-2", sessionName });
    await expect(runner.agents.setStatus({ epoch, status: "busy" })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await (await it.as()).agents.get({ agentId })).toMatchObject({ status: "online", epoch: epoch + 1 });
  });

  test("[SPN-50] [SPN-52] the end has a typed reason and the last lines; what comes later alters nothing", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, runner, epoch } = await startAgent(it, host);
    expect(await runner.agents.reportExit({ epoch, end })).toEqual({ agentId, status: "exited" });
    const crash = { exitCode: null, signal: null, lastLines: [] };
    expect(await host.call.agents.reportExit({ agentId, end: crash })).toEqual({ agentId, status: "exited" });
    expect(await (await it.as()).agents.get({ agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "completed", exitCode: 0 },
      lastLines: ["last"],
    });
  });

  test("[SPN-50] an agent that was asked to end has ended by shutdown", async () => {
    const it = await relay();
    const { agentId, runner, epoch } = await startAgent(it, await it.host());
    const admin = await it.as();
    await admin.agents.shutdown({ agentId });
    await runner.agents.reportExit({ epoch, end: { ...end, exitCode: 143 } });
    expect(await admin.agents.get({ agentId })).toMatchObject({ statusReason: { kind: "shutdown" } });
  });

  test("[HST-59] a reported result wins over a captured one, in either order", async () => {
    const it = await relay();
    const { agentId, runner } = await startAgent(it, await it.host());
    await runner.agents.reportResult({ text: "mine" });
    await runner.agents.reportResult({ text: "exit code 0", captured: true });
    expect(await (await it.as()).agents.get({ agentId })).toMatchObject({ result: "mine" });
  });

  test("[HST-18] [HST-19] a complete report ends what is missing and not connected: crashed, rebooted or never online", async () => {
    const it = await relay();
    const host = await it.host();
    const [kept, gone] = [await startAgent(it, host), await startAgent(it, host)];
    const report = (agents: (typeof kept)[]) =>
      host.call.orchestrators.reportAgents({
        ...host.proof,
        complete: true,
        agents: agents.map(({ agentId, commandId, sessionName }) => ({
          agentId,
          commandId,
          sessionName,
          startedAt: "2026-01-01T00:00:00.000Z",
          end: null,
          workspace: null,
        })),
      });
    const admin = await it.as();
    await report([kept]);
    expect(await admin.agents.get({ agentId: gone.agentId })).toMatchObject({ status: "online" });
    for (const { connection } of [kept, gone]) connection.drop();
    await report([kept]);
    expect(await admin.agents.get({ agentId: kept.agentId })).toMatchObject({ status: "online" });
    expect(await admin.agents.get({ agentId: gone.agentId })).toMatchObject({ statusReason: { kind: "crashed" } });
    await it.services.db.client.orchestrator.update({ where: { id: "host-a" }, data: { bootId: "boot-2" } });
    await report([]);
    expect(await admin.agents.get({ agentId: kept.agentId })).toMatchObject({
      statusReason: { kind: "host_rebooted" },
    });
  });

  test("[HST-20] a session that no agent claims is shown on its host and stays", async () => {
    const it = await relay();
    const host = await it.host();
    const stranger = { sessionName: "sb-unknown", startedAt: null };
    await host.call.orchestrators.reportAgents({ ...host.proof, complete: true, agents: [], unknown: [stranger] });
    expect(await (await it.as()).orchestrators.get({ id: "host-a" })).toMatchObject({ unknownSessions: [stranger] });
  });

  test("[HST-11] [HST-14] a dropped host is stale after 15 s and offline after 60 s, its agents by their own connections", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const admin = await it.as();
    const state = async () => (await admin.orchestrators.get({ id: "host-a" })).state;
    host.connection.drop();
    it.advance(14_999);
    await watchPresence(it.services);
    expect(await state()).toBe("online");
    it.advance(1);
    await watchPresence(it.services);
    expect(await state()).toBe("stale");
    it.advance(45_000);
    await watchPresence(it.services);
    expect(await state()).toBe("offline");
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "online" });
  });

  test("[HST-13] after a relay restart presence counts from the relay's start", async () => {
    const it = await relay();
    const host = await it.host();
    await startAgent(it, host);
    it.advance(3600_000);
    const later = await testRelay({ ...it.services.db, url: "", close: async () => {} } as never);
    later.advance(3600_000);
    const services = { ...later.services, startedAt: later.services.clock.now() };
    await assumePresence(services);
    await watchPresence(services);
    expect(await (await it.as()).orchestrators.get({ id: "host-a" })).toMatchObject({ state: "online" });
  });

  test("[SPN-49] a runner whose connection dropped is stale, and online again when it registers", async () => {
    const it = await relay();
    const { agentId, connection, token, sessionName } = await startAgent(it, await it.host());
    const admin = await it.as();
    connection.drop();
    it.advance(15_000);
    await watchPresence(it.services);
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "stale" });
    const back = it.callWith(token, { connection: testConnection("again") });
    await back.agents.register({ runnerId: "runner-1", sessionName });
    it.advance(3600_000);
    await watchPresence(it.services);
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "online" });
  });

  test("[MSG-03] [MSG-05] lists start with running agents, take states and shorthands, and are paged", async () => {
    const it = await relay();
    const host = await it.host();
    const agents = [await startAgent(it, host), await startAgent(it, host), await startAgent(it, host)];
    await agents[0]?.runner.agents.reportExit({ end });
    const admin = await it.as();
    expect((await admin.agents.list({})).items).toHaveLength(2);
    expect((await admin.agents.list({ status: "exited" })).items.map(({ id }) => id)).toEqual([agents[0]?.agentId]);
    const first = await admin.agents.list({ status: "all", limit: 2 });
    const second = await admin.agents.list({ status: "all", limit: 2, cursor: first.nextCursor ?? "" });
    expect(second.nextCursor).toBeNull();
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(3);
  });

  test("the timeline has what happened to one agent, newest first", async () => {
    const it = await relay();
    const { agentId, runner } = await startAgent(it, await it.host());
    await runner.agents.reportExit({ end });
    const { items } = await (await it.as()).agents.timeline({ agentId });
    expect(items.map(({ title }) => title)).toEqual([
      `${agentId} exited: completed`,
      `${agentId} is online`,
      `Spawn of ${agentId} succeeded`,
      `Spawn ${agentId}`,
    ]);
    await expect((await it.as()).agents.timeline({ agentId: "shell-nobody" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
