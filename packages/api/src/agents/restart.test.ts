import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Command, RestartParams } from "../contracts/index.ts";
import { carryOut, startAgent, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, report, workspaceReport } from "../testing/workspaces.ts";

const end = { exitCode: 0, signal: null, lastLines: ["last"] };
const claude = { provider: "claude" as const, available: true, reason: null, version: "2" };
const models = [
  { alias: "big", model: "claude-big-1", efforts: ["high"], default: true },
  { alias: "small", model: "claude-small-1", efforts: [], default: false },
];
const offering = (catalogue = models) => ({
  providers: [{ ...claude, approvalModes: ["plan" as const, "guarded" as const], models: catalogue }],
});

eachEngine("restart", (open) => {
  const relay = async () => testRelay(await open());

  test("[SPN-56] [SPN-57] [SPN-58] [IDN-48] a restart is one command with everything of the agent and a new request; the old token ends", async () => {
    const it = await relay();
    const host = await it.host("host-a", offering());
    const [admin, operator] = [await it.as(), await it.as({ profile: "operator", name: "Operator" })];
    await admin.profiles.put({ name: "lead", instructions: "Lead.", maxSpawnedAgents: 2 });
    const spawned = await admin.agents.spawn({
      provider: "claude",
      prompt: "Do it.",
      systemPromptAppend: "Be brief.",
      profile: "lead",
      model: "small",
      label: "Ada",
      tags: ["team:a"],
      capabilities: ["review"],
      providerArgs: ["--verbose"],
      cwd: "sub",
      approvalMode: "plan",
      workspaceMode: "shared",
      policyName: "nightly",
      spawnRequestId: "first",
    });
    const { agentId } = spawned;
    const first = await carryOut(it, host, spawned.command.id);
    await admin.profiles.put({ name: "lead", instructions: "Lead well.", maxSpawnedAgents: 5 });

    const answer = await operator.agents.restart({ agentId, reason: "new rules", resume: false });
    expect(answer).toMatchObject({ ok: true, action: "restart", agentId, orchestratorId: "host-a" });
    expect(answer.command).toMatchObject({ type: "agent.restart", correlationId: "first", requestedBy: "Operator" });
    const params = answer.command?.params as unknown as RestartParams;
    expect(params).toMatchObject({
      action: "restart",
      sessionName: first.sessionName,
      spawnRequestId: "first",
      graceful: true,
      timeoutMs: 10_000,
      resume: false,
      reason: "new rules",
      policyName: "nightly",
      workspace: null,
    });
    expect(params.restartSpawn).toMatchObject({
      agentId,
      headless: true,
      provider: "claude",
      prompt: "Do it.",
      systemPromptAppend: "Lead well.\n\nBe brief.",
      agentProfile: { name: "lead", version: 2 },
      modelAlias: "small",
      model: "claude-small-1",
      label: "Ada",
      tags: ["team:a"],
      capabilities: ["review"],
      providerArgs: ["--verbose"],
      cwd: "/base/sub",
      approvalMode: "plan",
      permissionMode: "plan",
      workspaceMode: "shared",
      policyName: "nightly",
    });
    expect(params.restartSpawn.spawnRequestId).toMatch(/^sp_/);
    await expect(first.runner.agents.get({ agentId })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "spawning",
      spawnedBy: null,
      onBehalfOf: "admin",
      meta: { spawnRequestId: params.restartSpawn.spawnRequestId },
    });

    const second = await carryOut(it, host, answer.command?.id ?? "");
    const me = await second.runner.auth.whoami({});
    expect(me).toMatchObject({
      agentId,
      constraints: { maxSpawnedAgents: 5, spawnRequestIds: [params.restartSpawn.spawnRequestId] },
    });
    expect(me.scopes).toContain("command:spawn");
    const tokens = await it.services.db.client.token.count({ where: { name: agentId, revokedAt: null } });
    expect([await admin.agents.get({ agentId }), tokens]).toMatchObject([{ status: "online", epoch: 2 }, 1]);
    const { items } = await admin.activity.list({ agentId });
    expect(items.map(({ title }) => title)).toContain("Restart Ada");
    // The restart is the operator's doing; what the agent does is still on behalf of whoever is at its root.
    const roots = new Set(items.map(({ actor, onBehalfOf }) => `${actor} for ${onBehalfOf}`));
    expect([...roots].sort()).toEqual(["Operator for Operator", "admin for admin", `${agentId} for admin`].sort());
  });

  test("[SPN-11] an old spawnRequestId still answers with its agent, and is still nobody else's", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const spawned = await admin.agents.spawn({ provider: "shell", prompt: "true", spawnRequestId: "mine" });
    await carryOut(it, host, spawned.command.id);
    await admin.agents.restart({ spawnRequestId: "mine" });
    const again = await admin.agents.spawn({ provider: "shell", prompt: "true", spawnRequestId: "mine" });
    expect(again).toMatchObject({ agentId: spawned.agentId, repeated: true, agent: { status: "spawning" } });
    const other = await it.as({ profile: "operator" });
    await expect(
      other.agents.spawn({ provider: "shell", prompt: "true", spawnRequestId: "mine" }),
    ).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await it.services.db.client.agent.count()).toBe(1);
  });

  test("[SPN-25] [SPN-29] a restart is lenient: a model that is not offered goes as it was given, a removed profile is left out, and both are said", async () => {
    const it = await relay();
    const host = await it.host("host-a", offering());
    const admin = await it.as();
    await admin.profiles.put({ name: "gone", instructions: "Old." });
    const input = { provider: "claude" as const, prompt: "Do it.", profile: "gone", model: "big", effort: "high" };
    const { agentId, command } = await admin.agents.spawn(input);
    await carryOut(it, host, command.id);
    await admin.profiles.remove({ name: "gone" });
    const renamed = [{ alias: "large", model: "claude-large-2", efforts: [], default: true }];
    await it.services.db.client.orchestrator.update({
      where: { id: "host-a" },
      data: { providers: JSON.stringify(offering(renamed).providers) },
    });
    const { command: row } = await admin.agents.restart({ agentId });
    const { restartSpawn } = (row as Command).params as unknown as RestartParams;
    // What the catalogue of then made of "big" is never sent.
    expect(restartSpawn).toMatchObject({ model: "big", effort: "high" });
    expect(restartSpawn.modelAlias).toBeUndefined();
    expect(restartSpawn.agentProfile).toBeUndefined();
    expect(restartSpawn.systemPromptAppend).toBeUndefined();
    const { items } = await admin.activity.list({ agentId, kind: "command" });
    expect(items.find(({ title }) => title.startsWith("Restart "))?.metadata.notes).toEqual([
      "Profile gone does not exist any more and was left out",
      "Model and effort were sent as given: model big is not known there; it has large",
    ]);
  });

  test("[SPN-58] [SPN-52] an ended agent lives again in the workspace it owns; a second restart meanwhile is Conflict", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const { agentId, runner, workspaceId, commandId, sessionName } = await agentWithWorkspace(it, host);
    const changed = { ...workspaceReport(workspaceId), headSha: "c1", ahead: 1, dirtyFiles: 2 };
    await report(host, { agentId, commandId, sessionName }, changed);
    await runner.agents.reportExit({ end });
    const { command } = await admin.agents.restart({ agentId });
    expect(command?.params).toMatchObject({
      restartSpawn: { workspaceId },
      workspace: { id: workspaceId, branch: "signalbox/x-1", ahead: 1, dirtyFiles: 2 },
    });
    await expect(admin.agents.restart({ agentId })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining(command?.id ?? "?"),
    });
    await carryOut(it, host, command?.id ?? "");
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "online", endedAt: null, workspaceId });
  });

  test("[SPN-58] a workspace that is over is not gone on in", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, runner, workspaceId } = await agentWithWorkspace(it, host);
    await runner.agents.reportExit({ end });
    await it.services.db.client.workspace.update({ where: { id: workspaceId }, data: { status: "landed" } });
    const { command } = await (await it.as()).agents.restart({ agentId });
    const params = command?.params as unknown as RestartParams;
    expect(params.workspace).toBeNull();
    expect(params.restartSpawn.workspaceId).not.toBe(workspaceId);
  });

  test("[HST-19] [SPN-52] what is reported of the session before a restart alters nothing of the one after it", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const before = await startAgent(it, host, it.as());
    const { agentId } = before;
    await admin.agents.shutdown({ agentId });
    const { command } = await admin.agents.restart({ agentId });
    const old = { agentId, commandId: before.commandId, sessionName: before.sessionName };
    const startedAt = "2026-01-01T00:00:00.000Z";
    const tell = (more: object) =>
      host.call.orchestrators.reportAgents({
        ...host.proof,
        complete: true,
        agents: [{ ...old, startedAt, end: null, workspace: null, ...more }],
      });
    // While the restart is under way, its own command ends the old session.
    expect(await tell({})).toEqual({ ended: [] });
    await host.call.agents.reportExit({ agentId, commandId: before.commandId, end });
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "spawning" });
    const { runner } = await carryOut(it, host, command?.id ?? "");
    expect(await tell({ end })).toEqual({ ended: [before.sessionName] });
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "online" });
    // The shutdown that was asked of the earlier life does not explain the end of this one.
    await runner.agents.reportExit({ end });
    expect(await admin.agents.get({ agentId })).toMatchObject({ statusReason: { kind: "completed" } });
  });

  test.each(["cancelled by a shutdown", "failed on its host"])(
    "[SPN-60] [SPN-47] a restart that is %s ends the agent, and the host is told to end what ran before",
    async (how) => {
      const it = await relay();
      const host = await it.host();
      const admin = await it.as();
      const { agentId, sessionName } = await startAgent(it, host, it.as());
      const { command } = await admin.agents.restart({ agentId });
      const commandId = command?.id ?? "";
      if (how.startsWith("cancelled")) {
        const answer = await admin.agents.shutdown({ agentId });
        expect(answer).toMatchObject({ alreadyEnded: false, command: { id: commandId, state: "cancelled" } });
      } else {
        const error = { reason: "workspace_failed", message: "The worktree is gone" };
        await host.call.commands.report({ ...host.proof, report: { commandId, state: "running" } });
        await host.call.commands.report({ ...host.proof, report: { commandId, state: "failed", error } });
      }
      expect(await admin.agents.get({ agentId })).toMatchObject(
        how.startsWith("cancelled")
          ? { status: "exited", statusReason: { kind: "cancelled" } }
          : { status: "failed", statusReason: { kind: "workspace_failed" } },
      );
      const [newest] = (await admin.commands.list({ agentId })).items;
      expect(newest).toMatchObject({ type: "agent.shutdown", params: { agentId, sessionName }, state: "pending" });
    },
  );

  test("[SPN-38] [SPN-17] an ended child that lives again counts in its parent's quota and in its host's room", async () => {
    const it = await relay();
    const host = await it.host("host-a", { maxSessions: 2 });
    const admin = await it.as();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 1 });
    const parent = await admin.agents.spawn({ provider: "shell", prompt: "true", profile: "lead" });
    const { runner } = await carryOut(it, host, parent.command.id);
    const child = async () => {
      const { agentId, command } = await runner.agents.spawn({ provider: "shell", prompt: "true" });
      return { agentId, ...(await carryOut(it, host, command.id)) };
    };
    const first = await child();
    await first.runner.agents.reportExit({ end });
    const second = await child();
    const restart = () => runner.agents.restart({ agentId: first.agentId });
    await expect(restart()).rejects.toMatchObject({
      code: "TOO_MANY_REQUESTS",
      message: expect.stringContaining("1/1"),
    });
    await expect(admin.agents.restart({ agentId: first.agentId })).rejects.toThrow(/Host host-a is full: 2 of 2/);
    await second.runner.agents.reportExit({ end });
    expect(await restart()).toMatchObject({ ok: true });
    const [row] = await it.services.db.client.agent.findMany({ where: { id: first.agentId } });
    expect(row).toMatchObject({ spawnedBy: parent.agentId, askedByAgent: true, onBehalfOf: "admin" });
  });

  test("[SPN-60] restart, compact, interrupt and shutdown on a host that is away are Unavailable, since when, and write nothing", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const { agentId } = await startAgent(it, host, it.as());
    host.connection.drop();
    const { client } = it.services.db;
    const before = await client.command.count();
    for (const act of ["restart", "interrupt", "shutdown"] as const) {
      await expect(admin.agents[act]({ agentId })).rejects.toMatchObject({
        code: "SERVICE_UNAVAILABLE",
        message: expect.stringMatching(/since 2026-01-01/),
      });
    }
    expect([await client.command.count(), await admin.agents.get({ agentId })]).toMatchObject([
      before,
      { status: "online" },
    ]);
  });
});
