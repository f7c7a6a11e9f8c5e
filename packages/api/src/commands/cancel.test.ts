import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Command } from "../contracts/index.ts";
import { raceForCancels } from "../testing/races.ts";
import { carryOut, mint, startAgent, takeCommands, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering, report, until, workspaceReport, worktree } from "../testing/workspaces.ts";
import { startLandings } from "../workspaces/landing.ts";
import { releaseQueued } from "./room.ts";
import { failLate } from "./service.ts";

const shell = { provider: "shell" as const, prompt: "true" };
type Item = [id: string, data: { kind: "command"; command: Command }];

eachEngine("commands.cancel", (open) => {
  const given = async (more: { maxSessions?: number } = {}) => {
    const it = await testRelay(await open());
    return { it, host: await it.host("host-a", more), admin: await it.as({ name: "jo" }) };
  };

  test("[HST-35] what its host has not seen is cancelled at once, with who and when, and never comes to the host", async () => {
    const { it, host, admin } = await given();
    const { agentId, command } = await admin.agents.spawn(shell);
    it.advance(1_000);
    const cancelled = await admin.commands.cancel({ commandId: command.id, reason: "wrong directory" });
    const at = it.services.clock.now().toISOString();
    expect(cancelled).toMatchObject({
      state: "cancelled",
      deliveredAt: null,
      cancelRequestedAt: at,
      cancelRequestedBy: "jo",
      finishedAt: at,
    });
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "cancelled", text: "asked by jo" },
    });
    const [asked] = await it.services.db.client.activity.findMany({ where: { clientId: `cancel:${command.id}` } });
    expect(asked).toMatchObject({ actor: "jo", body: "wrong directory", agentId, title: `Cancel spawn of ${agentId}` });
    const next = await admin.agents.spawn(shell);
    expect(((await takeCommands(host, 1)) as Item[]).map(([, data]) => data.command.id)).toEqual([next.command.id]);
  });

  test("[HST-35] [SPN-18] a spawn that waits for room is taken out of the line, and its place and quota are free", async () => {
    const { it, host, admin } = await given({ maxSessions: 1 });
    const first = await admin.agents.spawn(shell);
    const second = await admin.agents.spawn({ ...shell, queue: true });
    const third = await admin.agents.spawn({ ...shell, queue: true });
    await admin.commands.cancel({ commandId: second.command.id });
    await releaseQueued(it.services);
    expect(((await takeCommands(host, 1)) as Item[])[0]?.[1].command.id).toBe(first.command.id);
    await admin.commands.cancel({ commandId: first.command.id });
    const said = { commandId: first.command.id, state: "cancelled" as const };
    await host.call.commands.report({ ...host.proof, report: said });
    await releaseQueued(it.services);
    expect(((await takeCommands(host, 1)) as Item[])[0]?.[1].command.id).toBe(third.command.id);
    expect((await admin.orchestrators.get({ id: "host-a" })).liveSessions).toBe(1);
  });

  test("[HST-35] of what a host has it is told on the open stream, once, and again on a new one", async () => {
    const { it, host, admin } = await given();
    const { command } = await admin.agents.spawn(shell);
    const other = await admin.agents.spawn(shell);
    const stop = new AbortController();
    const stream = (await host.subscribe(stop.signal))[Symbol.asyncIterator]();
    const next = async () => ((await stream.next()).value as Item)[1].command;
    expect([(await next()).id, (await next()).id]).toEqual([command.id, other.command.id]);
    const asked = await admin.commands.cancel({ commandId: command.id });
    expect(asked).toMatchObject({ state: "delivered", cancelRequestedBy: "jo", finishedAt: null });
    expect(await next()).toMatchObject({ id: command.id, cancelRequestedAt: asked.cancelRequestedAt });
    // Asking again changes nothing, and the host is told once.
    it.advance(1_000);
    expect(await admin.commands.cancel({ commandId: command.id })).toEqual(asked);
    const third = await admin.agents.spawn(shell);
    expect((await next()).id).toBe(third.command.id);
    stop.abort();
    await stream.next();
    // The host was away: it hears it with the repeat.
    const repeated = ((await takeCommands(host, 3)) as Item[]).map(([, data]) => data.command);
    expect(repeated.map(({ id, cancelRequestedAt }) => [id, cancelRequestedAt])).toEqual([
      [other.command.id, null],
      [command.id, asked.cancelRequestedAt],
      [third.command.id, null],
    ]);
  });

  test("[HST-35] what the host left is settled: agent, token, workspace and room", async () => {
    const { it, host, admin } = await given({ maxSessions: 1 });
    const { agentId, command } = await admin.agents.spawn(shell);
    const { token } = await mint(host, command.id);
    const workspaceId = String(command.params.workspaceId);
    await report(host, { agentId, commandId: command.id, sessionName: "s" }, workspaceReport(workspaceId));
    await admin.commands.cancel({ commandId: command.id });
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "spawning", command: { state: "running" } });
    const said = { ...host.proof, report: { commandId: command.id, state: "cancelled" as const } };
    expect(await host.call.commands.report(said)).toMatchObject({ state: "cancelled", result: null, error: null });
    expect(await host.call.commands.report(said)).toMatchObject({ state: "cancelled" });
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "cancelled", text: "asked by jo" },
    });
    expect((await admin.workspaces.get({ workspaceId })).workspace.status).toBe("removed");
    await expect(it.callWith(token).auth.whoami({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(admin.agents.spawn(shell)).resolves.toMatchObject({ ok: true });
  });

  test("[HST-35] the outcome that came first stays, and a final command is Conflict, naming its state", async () => {
    const { it, host, admin } = await given();
    const { agentId, command } = await admin.agents.spawn(shell);
    await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "running" } });
    await admin.commands.cancel({ commandId: command.id });
    await carryOut(it, host, command.id);
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "online", command: { state: "succeeded" } });
    await expect(admin.commands.cancel({ commandId: command.id })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("is succeeded already"),
    });
    const said = { ...host.proof, report: { commandId: command.id, state: "cancelled" as const } };
    await expect(host.call.commands.report(said)).rejects.toThrow(/is succeeded; it cannot become cancelled/);
    await expect(admin.commands.cancel({ commandId: "cmd_0" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("[HST-35] [HST-33] a host that stays away does not keep it for ever", async () => {
    const { it, host, admin } = await given();
    const { command } = await admin.agents.spawn(shell);
    await takeCommands(host, 1);
    host.connection.drop();
    await admin.commands.cancel({ commandId: command.id });
    it.advance(10 * 60_000 + 1);
    expect(await failLate(it.services)).toBe(1);
    expect(await admin.commands.get({ commandId: command.id })).toMatchObject({ state: "failed" });
  });

  test("[HST-35] a cancelled restart ends the agent and whatever session it still had", async () => {
    const { it, host, admin } = await given();
    const agent = await startAgent(it, host);
    const { command } = await admin.agents.restart({ agentId: agent.agentId });
    const commandId = command?.id ?? "";
    await host.call.commands.report({ ...host.proof, report: { commandId, state: "running" } });
    await admin.commands.cancel({ commandId });
    await host.call.commands.report({ ...host.proof, report: { commandId, state: "cancelled" } });
    expect(await admin.agents.get({ agentId: agent.agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "cancelled" },
    });
    const { items } = await admin.commands.list({ agentId: agent.agentId, limit: 1 });
    expect(items[0]).toMatchObject({ type: "agent.shutdown", params: { sessionName: agent.sessionName } });
  });

  test("[HST-35] [WSP-12] a cancelled landing leaves the queue until its workspace is ready anew", async () => {
    const { it, host, admin } = await given();
    const agent = await agentWithWorkspace(it, host);
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    const land = await until(() => answers.commands.find(({ type }) => type === "workspace.land"));
    const operator = await it.as({ profile: "operator" });
    await expect(operator.commands.cancel({ commandId: land.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await admin.commands.cancel({ commandId: land.id });
    await host.call.commands.report({ ...host.proof, report: { commandId: land.id, state: "cancelled" } });
    const { workspace } = await admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect(workspace).toMatchObject({ status: "active", readySha: null });
    it.advance(3_600_000);
    await startLandings(it.services);
    expect(await it.services.db.client.command.count({ where: { type: "workspace.land" } })).toBe(1);
    await agent.runner.workspaces.ready({});
    expect((await admin.workspaces.get({ workspaceId: agent.workspaceId })).workspace.status).toBe("ready");
    await answers.stop();
  });

  test("[HST-35] a person cancels within the token's hosts and directories, an agent for itself and its children, a host nothing", async () => {
    const { it, host, admin } = await given();
    const agent = await startAgent(it, host);
    const stranger = await startAgent(it, host);
    const { client } = it.services.db;
    const as = (agentId: string) =>
      it.as({
        profile: "provider-agent",
        scopes: ["command:write", "agent:write"],
        constraints: { agents: [agentId], maxSpawnedAgents: 5 },
      });
    const child = await admin.agents.spawn(shell);
    await client.agent.update({ where: { id: child.agentId }, data: { spawnedBy: agent.agentId } });
    const commandId = child.command.id;
    const forbidden = { code: "FORBIDDEN" };
    await expect((await as(stranger.agentId)).commands.cancel({ commandId })).rejects.toMatchObject(forbidden);
    await expect((await as(stranger.agentId)).commands.cancel({ commandId: "cmd_0" })).rejects.toMatchObject(forbidden);
    await expect(host.call.commands.cancel({ commandId })).rejects.toMatchObject(forbidden);
    const viewer = await it.as({ profile: "viewer" });
    await expect(viewer.commands.cancel({ commandId })).rejects.toMatchObject(forbidden);
    for (const constraints of [{ orchestrators: ["host-b"] }, { cwd: "/elsewhere" }, { policies: ["nightly"] }]) {
      const elsewhere = await it.as({ profile: "operator", constraints });
      const refused = elsewhere.commands.cancel({ commandId });
      if ("policies" in constraints) await expect(refused).resolves.toMatchObject({ state: "cancelled" });
      else await expect(refused).rejects.toThrow(/does not allow/);
    }
    const second = await admin.agents.spawn(shell);
    await client.agent.update({ where: { id: second.agentId }, data: { spawnedBy: agent.agentId } });
    const parent = await as(agent.agentId);
    expect(await parent.commands.cancel({ commandId: second.command.id })).toMatchObject({
      state: "cancelled",
      cancelRequestedBy: agent.agentId,
    });
    const own = await parent.agents.restart({ agentId: second.agentId });
    expect(await parent.commands.cancel({ commandId: own.command?.id ?? "" })).toMatchObject({ state: "cancelled" });
  });

  test("[HST-35] [HST-26] of 64 cancels and outcomes at once exactly one decides, and every answer is true", async () => {
    const { trials, broken } = await raceForCancels(await testRelay(await open()), 6);
    expect(trials).toBe(6);
    expect(Object.entries(broken).filter(([, count]) => count > 0)).toEqual([]);
  });
});
