import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { startAgent, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace } from "../testing/workspaces.ts";
import { assumePresence } from "./watch.ts";

const shell = { provider: "shell" as const, prompt: "true" };

eachEngine("removing a host", (open) => {
  const relay = async () => testRelay(await open());

  test("[HST-39] one that is connected is not removed, not even by force", async () => {
    const it = await relay();
    await it.host();
    const admin = await it.as();
    for (const force of [false, true]) {
      await expect(admin.orchestrators.remove({ id: "host-a", force })).rejects.toMatchObject({
        reason: "Conflict",
        message: "Host host-a is connected from 127.0.0.1 since 2026-01-01T00:00:00.000Z",
      });
    }
    expect((await admin.orchestrators.list({})).items).toHaveLength(1);
  });

  test("[HST-39] one with live agents is refused, naming them, and nothing has changed", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    host.connection.drop();
    const admin = await it.as();
    await expect(admin.orchestrators.remove({ id: "host-a" })).rejects.toMatchObject({
      reason: "Conflict",
      message: `Host host-a has 1 live agents: ${agentId}`,
    });
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "online" });
    expect(await admin.orchestrators.get({ id: "host-a" })).toMatchObject({ liveSessions: 1 });
  });

  test("[HST-39, IDN-48] by force its agents end, their tokens with them; what waited is settled, and its history stays", async () => {
    const it = await relay();
    const host = await it.host();
    const worker = await agentWithWorkspace(it, host);
    const told = await startAgent(it, host);
    const admin = await it.as();
    const waiting = await admin.agents.spawn({ ...shell, label: "waiting" });
    const restarted = await admin.agents.restart({ agentId: told.agentId });
    const shutdown = await admin.agents.shutdown({ agentId: worker.agentId });
    host.connection.drop();
    const { ended } = await admin.orchestrators.remove({ id: "host-a", force: true });
    const ids = [worker.agentId, told.agentId, waiting.agentId];
    expect([...ended].sort()).toEqual([...ids].sort());
    for (const agentId of ids) {
      const agent = await admin.agents.get({ agentId });
      const statusReason = { kind: "host_removed", text: "Host host-a was removed by admin" };
      expect(agent).toMatchObject({ status: "exited", statusReason, orchestratorId: "host-a" });
    }
    await expect(worker.runner.agents.setStatus({ epoch: worker.epoch, status: "idle" })).rejects.toMatchObject({
      code: "UNAUTHORIZED",
    });
    const { items: commands } = await admin.commands.list({ orchestratorId: "host-a" });
    expect(commands.filter(({ finishedAt }) => finishedAt === null)).toEqual([]);
    for (const { id } of [waiting.command, restarted.command, shutdown.command].flatMap((one) => one ?? [])) {
      const error = { reason: "host_removed", message: "Host host-a was removed by admin" };
      expect(commands.find((one) => one.id === id)).toMatchObject({ state: "expired", error });
    }
    const { workspace } = await admin.workspaces.get({ workspaceId: worker.workspaceId });
    expect(workspace).toMatchObject({ worktreePath: `/worktrees/${worker.workspaceId}`, status: "active" });
    const { items } = await admin.activity.list({ host: "host-a" });
    expect(items).toContainEqual(
      expect.objectContaining({
        title: "Remove host host-a",
        actor: "admin",
        body: expect.stringContaining(`waiting (${waiting.agentId})`),
      }),
    );
  });

  test("[HST-10, HST-39] a removed host is in no list, takes nothing, and its name on agents stays", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, runner } = await startAgent(it, host);
    await runner.agents.reportExit({ end: { exitCode: 0, signal: null, lastLines: [] } });
    host.connection.drop();
    const admin = await it.as();
    expect(await admin.orchestrators.remove({ id: "host-a" })).toEqual({ id: "host-a", ended: [] });
    expect((await admin.orchestrators.list({})).items).toEqual([]);
    const gone = { reason: "NotFound", message: "There is no host host-a" };
    await expect(admin.orchestrators.get({ id: "host-a" })).rejects.toMatchObject(gone);
    await expect(admin.orchestrators.remove({ id: "host-a" })).rejects.toMatchObject(gone);
    await expect(admin.orchestrators.drain({ id: "host-a" })).rejects.toMatchObject(gone);
    await expect(admin.orchestrators.directories({ orchestratorId: "host-a" })).rejects.toMatchObject(gone);
    await expect(admin.agents.spawn({ ...shell, orchestratorId: "host-a" })).rejects.toMatchObject(gone);
    await expect(admin.agents.spawn(shell)).rejects.toThrow("no host is online");
    await expect(admin.agents.restart({ agentId })).rejects.toMatchObject(gone);
    expect(await admin.agents.get({ agentId })).toMatchObject({ orchestratorId: "host-a", machine: "host-a.local" });
    const heartbeat = { load: 0, memoryFreeBytes: 1, memoryTotalBytes: 1, diskFreeBytes: 1, sessions: 0 };
    await expect(host.call.orchestrators.heartbeat({ ...host.proof, vitals: heartbeat })).rejects.toThrow(
      "Host host-a was removed at",
    );
    await assumePresence(it.services);
    expect(it.services.presence.dropped().has("host:host-a")).toBe(false);
  });

  test("[HST-39, HST-22] registering again brings it back with its history, and it ends what it still runs", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, commandId, sessionName } = await startAgent(it, host);
    const admin = await it.as();
    await admin.orchestrators.drain({ id: "host-a", deadlineMinutes: 5 });
    host.connection.drop();
    await admin.orchestrators.remove({ id: "host-a", force: true });
    it.advance(60_000);
    const back = await it.host("host-a", { instanceId: "after" });
    const now = { state: "online", draining: null, liveSessions: 0, stateSince: "2026-01-01T00:01:00.000Z" };
    expect(await admin.orchestrators.get({ id: "host-a" })).toMatchObject(now);
    const session = {
      agentId,
      commandId,
      sessionName,
      startedAt: "2026-01-01T00:00:00.000Z",
      end: null,
      workspace: null,
    };
    const known = await back.call.orchestrators.reportAgents({ ...back.proof, complete: true, agents: [session] });
    expect(known.ended).toEqual([sessionName]);
    const { command } = await admin.agents.spawn(shell);
    expect(command.seq).toBeGreaterThan(1);
  });

  test("[HST-07] a host's token removes no host, also not its own", async () => {
    const it = await relay();
    const host = await it.host();
    host.connection.drop();
    await expect(host.call.orchestrators.remove({ id: "host-a" })).rejects.toMatchObject({
      reason: "Forbidden",
      message: "A host's token removes no host",
    });
  });
});
