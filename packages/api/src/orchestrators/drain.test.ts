import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { releaseQueued } from "../commands/room.ts";
import { failLate } from "../commands/service.ts";
import { startAgent, takeCommands, testRelay } from "../testing/relay.ts";
import { passDrains } from "./drain.ts";

const shell = { provider: "shell" as const, prompt: "true" };
const end = { exitCode: 0, signal: null, lastLines: [] };

eachEngine("a drain", (open) => {
  const relay = async () => testRelay(await open());

  test("[HST-37, SPN-12, SPN-13] a draining host takes no new spawn, named, chosen or queued, and says why", async () => {
    const it = await relay();
    await it.host("host-a");
    await it.host("host-b");
    const admin = await it.as();
    const answer = await admin.orchestrators.drain({ id: "host-a" });
    expect(answer.draining).toEqual({
      since: "2026-01-01T00:00:00.000Z",
      by: "admin",
      deadlineAt: null,
      overdue: false,
      staying: [],
    });
    for (const queue of [false, true]) {
      await expect(admin.agents.spawn({ ...shell, orchestratorId: "host-a", queue })).rejects.toMatchObject({
        reason: "Conflict",
        message: "Host host-a is draining and takes no new agent",
        details: { field: "orchestratorId" },
      });
      // By id host-a would be first.
      expect((await admin.agents.spawn({ ...shell, queue })).orchestratorId).toBe("host-b");
    }
    await admin.orchestrators.drain({ id: "host-b" });
    const nowhere = "No host can run provider shell: host-a is draining; host-b is draining";
    await expect(admin.agents.spawn(shell)).rejects.toThrow(nowhere);
    await admin.orchestrators.drain({ id: "host-a", enabled: false });
    expect((await admin.agents.spawn(shell)).orchestratorId).toBe("host-a");
  });

  test("[HST-37] its agents go on and may be restarted, also one that has ended", async () => {
    const it = await relay();
    const host = await it.host();
    const [live, over] = [await startAgent(it, host), await startAgent(it, host)];
    await over.runner.agents.reportExit({ end });
    const admin = await it.as();
    await admin.orchestrators.drain({ id: "host-a" });
    expect(await live.runner.agents.setStatus({ epoch: live.epoch, status: "busy" })).toMatchObject({ status: "busy" });
    for (const { agentId } of [live, over]) {
      expect(await admin.agents.restart({ agentId })).toMatchObject({ action: "restart" });
    }
  });

  test("[HST-37, SPN-18] what waits for room there starts when the host takes agents again, and else says that it drains", async () => {
    const it = await relay();
    const host = await it.host("host-a", { maxSessions: 1 });
    const first = await startAgent(it, host);
    const admin = await it.as();
    const waiting = await admin.agents.spawn({ ...shell, queue: true });
    const late = await admin.agents.spawn({ ...shell, queue: true });
    await admin.orchestrators.drain({ id: "host-a" });
    await first.runner.agents.reportExit({ end });
    const queued = async () =>
      (await it.services.db.client.command.findMany({ where: { queued: true } })).map((c) => c.id);
    await releaseQueued(it.services);
    expect((await queued()).sort()).toEqual([waiting.command.id, late.command.id].sort());
    await admin.orchestrators.drain({ id: "host-a", enabled: false });
    await releaseQueued(it.services);
    expect(await queued()).toEqual([late.command.id]);
    const [taken] = (await takeCommands(host, 1)) as [id: string, data: { command: { id: string } }][];
    expect(taken?.[1].command.id).toBe(waiting.command.id);
    await admin.orchestrators.drain({ id: "host-a" });
    it.advance(31 * 60_000);
    await failLate(it.services);
    const agent = await admin.agents.get({ agentId: late.agentId });
    expect(agent.statusReason?.text).toContain("host host-a is online and draining");
  });

  test("[HST-37] the deadline is 0 to 1440 minutes, void with the drain, and the newest counts", async () => {
    const it = await relay();
    await it.host();
    const admin = await it.as();
    const drain = (given: object) => admin.orchestrators.drain({ id: "host-a", ...given });
    for (const deadlineMinutes of [-1, 1441, 0.5]) {
      await expect(drain({ deadlineMinutes })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    await expect(drain({ enabled: false, deadlineMinutes: 5 })).rejects.toMatchObject({
      reason: "Invalid",
      details: { field: "deadlineMinutes" },
    });
    await expect(admin.orchestrators.drain({ id: "host-z" })).rejects.toThrow("There is no host host-z");
    const first = await drain({ deadlineMinutes: 1440 });
    expect(first.draining?.deadlineAt).toBe("2026-01-02T00:00:00.000Z");
    it.advance(60_000);
    const second = await drain({ deadlineMinutes: 0 });
    expect(second.draining).toMatchObject({ since: first.draining?.since, deadlineAt: "2026-01-01T00:01:00.000Z" });
    expect((await drain({})).draining?.deadlineAt).toBeNull();
    expect((await drain({ enabled: false })).draining).toBeNull();
    expect((await drain({ enabled: false })).draining).toBeNull();
    const said = await admin.activity.list({ host: "host-a" });
    expect(said.items.map(({ title, actor }) => `${actor}: ${title}`)).toEqual([
      "admin: host-a takes new agents again",
      "admin: Drain host-a",
      "admin: Drain host-a",
      "admin: Drain host-a",
    ]);
  });

  test("[HST-37] a host that registers again still drains", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    await admin.orchestrators.drain({ id: "host-a", deadlineMinutes: 10 });
    host.connection.drop();
    await it.host("host-a", { instanceId: "after" });
    expect((await admin.orchestrators.get({ id: "host-a" })).draining).toMatchObject({ by: "admin" });
  });

  test("[HST-38] the agents that stay are in the answer, and at the deadline they are named once, until they are gone", async () => {
    const it = await relay();
    const host = await it.host();
    const one = await startAgent(it, host);
    it.advance(1_000);
    const two = await startAgent(it, host);
    const admin = await it.as();
    const { draining } = await admin.orchestrators.drain({ id: "host-a", deadlineMinutes: 10 });
    expect(draining).toMatchObject({
      deadlineAt: "2026-01-01T00:10:01.000Z",
      overdue: false,
      staying: [one, two].map(({ agentId }) => ({ agentId, name: agentId, status: "online" })),
    });
    const now = async () => (await admin.orchestrators.list({})).items[0]?.draining;
    it.advance(10 * 60_000 - 1);
    await passDrains(it.services);
    expect(await now()).toMatchObject({ overdue: false });
    it.advance(1);
    const events: unknown[] = [];
    it.services.bells.onEvent((event) => events.push(event));
    await passDrains(it.services);
    await passDrains(it.services);
    expect(await now()).toMatchObject({ overdue: true });
    expect(events).toContainEqual({ type: "host", id: "host-a" });
    const { items } = await admin.activity.list({ host: "host-a", actor: "relay" });
    const said = { title: "host-a is not empty at its drain's deadline", onBehalfOf: "admin" };
    expect(items).toMatchObject([{ ...said, body: `Still there: ${one.agentId}, ${two.agentId}` }]);
    for (const { runner } of [one, two]) await runner.agents.reportExit({ end });
    expect(await now()).toMatchObject({ overdue: false, staying: [] });
  });

  test("[HST-38] without a deadline nothing is ever said, and an empty host is said to be drained", async () => {
    const it = await relay();
    await it.host("host-a");
    await it.host("host-b");
    const admin = await it.as();
    await admin.orchestrators.drain({ id: "host-a" });
    await admin.orchestrators.drain({ id: "host-b", deadlineMinutes: 5 });
    it.advance(48 * 3_600_000);
    await passDrains(it.services);
    const said = await admin.activity.list({ actor: "relay" });
    expect(said.items.map(({ title }) => title)).toEqual(["host-b is drained"]);
  });

  test("[HST-07, IDN-21] a host's token drains its own host alone; another's constraint holds", async () => {
    const it = await relay();
    const host = await it.host("host-a");
    await it.host("host-b");
    expect((await host.call.orchestrators.drain({ id: "host-a" })).draining).not.toBeNull();
    await expect(host.call.orchestrators.drain({ id: "host-b" })).rejects.toMatchObject({ reason: "Forbidden" });
    const roaming = await it.as({ profile: "orchestrator" });
    await expect(roaming.orchestrators.drain({ id: "host-b" })).rejects.toMatchObject({ reason: "Forbidden" });
    const bound = await it.as({ constraints: { orchestrators: ["host-b"] } });
    await expect(bound.orchestrators.drain({ id: "host-a" })).rejects.toMatchObject({ reason: "Forbidden" });
    await expect(bound.orchestrators.remove({ id: "host-a" })).rejects.toMatchObject({ reason: "Forbidden" });
    expect((await bound.orchestrators.drain({ id: "host-b" })).draining).not.toBeNull();
  });
});
