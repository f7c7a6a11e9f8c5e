import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { carryOut, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering, land, landed, until, worktree } from "../testing/workspaces.ts";
import { startLandings } from "./landing.ts";

eachEngine("the landing queue", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    return { it, host, admin: await it.as(), agent: await agentWithWorkspace(it, host) };
  };

  test("[WSP-31] [WSP-39] [WSP-41] a landing leaves evidence once, and the workspace goes on on a fresh branch", async () => {
    const { it, host, admin, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await startLandings(it.services);
    const command = await land(host, answers.commands, landed);
    expect(command.params).toMatchObject({
      baseBranch: "main",
      checks: [],
      changes: [{ commit: "c1", recycle: true }],
    });
    expect(await it.services.db.client.command.count({ where: { type: "workspace.land" } })).toBe(1);
    const detail = await admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect(detail.workspace).toMatchObject({ status: "active", branch: "signalbox/x-2", ahead: 0, readySha: null });
    expect(detail.landings).toMatchObject([
      { oldTip: "b0", newTip: "n1", readySha: "c1", agentId: agent.agentId, checks: [] },
    ]);
    const result = { changes: [{ ...landed, workspaceId: agent.workspaceId }], runs: 0, durationMs: 5 };
    const again = { commandId: command.id, state: "succeeded" as const, result };
    await host.call.commands.report({ ...host.proof, report: again });
    expect(await it.services.db.client.landing.count()).toBe(1);
    await answers.stop();
  });

  test("[WSP-39] the evidence holds what the agent's token could do, also of a policy's agent and after a restart", async () => {
    const { it, host, admin, agent } = await given();
    await it.services.db.client.agent.update({ where: { id: agent.agentId }, data: { policyName: "nightly" } });
    const { command } = await admin.agents.restart({ agentId: agent.agentId });
    const { runner } = await carryOut(it, host, command?.id ?? "");
    const { tokenId } = await runner.auth.whoami({});
    const answers = answering(host, () => worktree);
    await runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    const row = await it.services.db.client.landing.findFirstOrThrow();
    expect(JSON.parse(row.grant)).toEqual({ tokenId, scopes: expect.arrayContaining(["mcp:use", "agent:write"]) });
    await answers.stop();
  });

  test("[WSP-31] one landing per queue at a time, in order of ready", async () => {
    const { it, host, admin, agent } = await given();
    const other = await agentWithWorkspace(it, host);
    const answers = answering(host, () => worktree);
    await admin.repositories.put({ repository: "host-a:/base/repo", batchSize: 1 });
    await agent.runner.workspaces.ready({});
    it.advance(1000);
    await other.runner.workspaces.ready({});
    await startLandings(it.services);
    const { queues } = await admin.workspaces.queue({});
    expect(queues[0]).toMatchObject({
      running: { changes: [{ workspaceId: agent.workspaceId, agentId: agent.agentId }], now: null },
      entries: [
        { workspaceId: agent.workspaceId, place: 1 },
        { workspaceId: other.workspaceId, place: 2, status: "ready" },
      ],
    });
    await land(host, answers.commands, landed);
    await startLandings(it.services);
    const next = await until(() => answers.commands.find(({ type }) => type === "workspace.land"));
    expect(next.workspaceId).toBe(other.workspaceId);
    await answers.stop();
  });

  test("[WSP-41] the workspace of an agent that ended is landed, and over", async () => {
    const { it, host, admin, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await agent.runner.agents.reportExit({ epoch: agent.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    await startLandings(it.services);
    const command = await land(host, answers.commands, { ...landed, recycled: null });
    expect(command.params).toMatchObject({ changes: [{ recycle: false }] });
    const { workspace, guidance } = await admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect([workspace.status, guidance.phase]).toEqual(["landed", "over"]);
    await answers.stop();
  });

  test("[WSP-34] [WSP-35] a dirty checkout of base keeps the workspace ready, with the reason, and is tried again", async () => {
    const { it, host, admin, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, { outcome: "base_checkout_dirty", checkout: "/base/repo", files: ["a.txt"] });
    const get = () => admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect(await get()).toMatchObject({ workspace: { status: "ready" }, guidance: { reason: "base_checkout_dirty" } });
    await startLandings(it.services);
    expect((await get()).workspace.status).toBe("ready");
    it.advance(30_000);
    await startLandings(it.services);
    expect((await get()).workspace.status).toBe("landing");
    await answers.stop();
  });

  test("[WSP-37] a conflict names its files; the workspace is ready again after the owner resolved it", async () => {
    const { it, host, admin, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, { outcome: "conflict", files: ["a.txt"] });
    const get = () => admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect(await get()).toMatchObject({
      workspace: { status: "conflict" },
      guidance: { meaning: expect.stringContaining("a.txt") },
    });
    expect((await agent.runner.workspaces.ready({})).workspace.status).toBe("ready");
    await answers.stop();
  });

  test("[WSP-40] a landing that failed is tried again three times, then a person is asked", async () => {
    const { it, host, admin, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    const get = async () => (await admin.workspaces.get({ workspaceId: agent.workspaceId })).workspace;
    for (const pause of [10_000, 60_000, 300_000, 0]) {
      await startLandings(it.services);
      const command = await until(() => answers.commands.findLast(({ type }) => type === "workspace.land"));
      answers.commands.length = 0;
      const error = { reason: "error", message: "disk" };
      await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "failed", error } });
      expect((await get()).status).toBe(pause ? "ready" : "review_requested");
      it.advance(pause);
    }
    expect((await get()).metadata).toMatchObject({ landError: "disk" });
    await answers.stop();
  });
});
