import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { CheckReport, LandingProgress } from "../contracts/index.ts";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering, land, landed, until, worktree } from "../testing/workspaces.ts";
import { startLandings } from "./landing.ts";
import { freeLapsed } from "./lease.ts";

const repository = "host-a:/base/repo";
const checks = [
  { name: "lint", command: "npm run lint", timeoutSeconds: 60 },
  { name: "test", command: "npm test", timeoutSeconds: 600 },
];
const green = (name: string): CheckReport => ({
  name,
  green: true,
  attempts: [{ green: true, exitCode: 0, reason: "exit", durationMs: 1_000, lastLines: [] }],
});
const lines = Array.from({ length: 200 }, (_, n) => `line ${n}`);
const redTest: CheckReport = {
  name: "test",
  green: false,
  attempts: [
    { green: false, exitCode: null, reason: "timeout", durationMs: 600_000, lastLines: ["slow"] },
    { green: false, exitCode: 3, reason: "exit", durationMs: 2_000, lastLines: lines },
  ],
};
const redOutcome = { outcome: "checks_failed" as const, commit: "t1", base: "b0", checks: [green("lint"), redTest] };

eachEngine("landings with checks", (open) => {
  const given = async (settings: object = {}) => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as({ name: "ada" });
    await admin.repositories.put({ repository, checks, checkRetries: 1, ...settings });
    const agent = await agentWithWorkspace(it, host);
    const answers = answering(host, () => worktree);
    const get = async (workspaceId = agent.workspaceId) => admin.workspaces.get({ workspaceId });
    const queue = async () => (await admin.workspaces.queue({})).queues[0];
    return { it, host, admin, agent, answers, get, queue };
  };
  type Given = Awaited<ReturnType<typeof given>>;
  const started = async ({ it, answers }: Given) => {
    await startLandings(it.services);
    return until(() => answers.commands.findLast(({ type }) => type === "workspace.land"));
  };

  test("[WSP-51] [WSP-11] the host gets the checks of the settings as they are when the landing starts, and the time for them", async () => {
    const all = await given();
    const { it, agent, answers } = all;
    await agent.runner.workspaces.ready({});
    const command = await started(all);
    expect(command.params).toMatchObject({ checks, checkRetries: 1 });
    const limit = new Date(command.deadlineAt).getTime() - it.services.clock.now().getTime();
    // 10 minutes, and three runs of 660 s with one retry each.
    expect(limit).toBe(600_000 + 3 * 2 * 660_000);
    await answers.stop();
  });

  test("[WSP-39] [WSP-52] the evidence has every check with its attempts, the commit that they ran on, and the batch", async () => {
    const { it, host, agent, answers, get } = await given();
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    const mended = { ...green("test"), attempts: [redTest.attempts[1]!, ...green("test").attempts] };
    await land(host, answers.commands, (id) => ({ ...landed, batch: [id], checks: [green("lint"), mended] }));
    const [landing] = (await get()).landings;
    expect(landing).toMatchObject({ newTip: "n1", checkedCommit: "n1", changeTip: "n1", batch: [agent.workspaceId] });
    expect(landing?.checks).toEqual([green("lint"), mended]);
    expect(landing?.grant.scopes).toContain("agent:write");
    await answers.stop();
  });

  test("[WSP-38] [WSP-53] a red check gives the work back, names the check, and the relay sends the owner its end", async () => {
    const { it, host, agent, answers, get, queue } = await given();
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    const command = await land(host, answers.commands, redOutcome);
    const { workspace, guidance, landings } = await get();
    expect(workspace).toMatchObject({ status: "active", readySha: null });
    expect(workspace.metadata.checksFailed).toMatchObject({ check: "test", attempts: 2, commandId: command.id });
    expect(guidance).toMatchObject({ reason: "checks_failed", actionNeeded: true });
    expect(guidance.meaning).toContain('"test" is red on your change (exit code 3)');
    expect(landings).toEqual([]);
    expect((await queue())?.entries ?? []).toEqual([]);
    const { messages } = await agent.runner.messages.inbox({});
    expect(messages).toMatchObject([{ from: { kind: "relay" }, subject: "Not landed: check test is red" }]);
    const message = await agent.runner.messages.get({ messageId: messages[0]?.id ?? 0 });
    for (const part of ["exit code 3 at the last of 2 attempts", "line 0\n", "line 199"])
      expect(message.body).toContain(part);
    await answers.stop();
  });

  test("[WSP-38] [WSP-20] [WSP-21] who waits is told that it is red, not of the landing before; ready again begins anew", async () => {
    const { it, host, agent, answers, get } = await given();
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    expect(await agent.runner.workspaces.status({ wait: true })).toMatchObject({ landed: { commit: "n1" } });
    const next = { ...worktree, branch: "signalbox/x-2", headSha: "c2" };
    await answers.stop();
    const second = answering(host, () => next);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, second.commands, redOutcome);
    const told = await agent.runner.workspaces.status({ wait: true });
    expect(told).toMatchObject({ transitioned: true, fromStatus: "ready", guidance: { reason: "checks_failed" } });
    expect(told.landed).toBeUndefined();
    expect((await agent.runner.workspaces.ready({})).guidance.reason).toBeUndefined();
    expect((await get()).workspace.metadata.checksFailed).toBeUndefined();
    await second.stop();
  });

  test("[WSP-38] without a living owner a red check is for a person", async () => {
    const { it, host, agent, answers, get } = await given();
    await agent.runner.workspaces.ready({});
    await agent.runner.agents.reportExit({ epoch: agent.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    await startLandings(it.services);
    await land(host, answers.commands, redOutcome);
    const { workspace, guidance } = await get();
    expect([workspace.status, guidance.reason]).toEqual(["review_requested", "checks_failed"]);
    expect(await it.services.db.client.message.count()).toBe(0);
    await answers.stop();
  });

  test("[WSP-36] [WSP-37] of a batch each comes out by itself: landed with evidence, red, and again in its place", async () => {
    const all = await given();
    const { it, host, agent, answers, get } = all;
    const others = [await agentWithWorkspace(it, host), await agentWithWorkspace(it, host)];
    const ids = [agent, ...others].map(({ workspaceId }) => workspaceId);
    for (const { runner } of [agent, ...others]) {
      await runner.workspaces.ready({});
      it.advance(1_000);
    }
    const command = await started(all);
    expect((command.params.changes as { workspaceId: string }[]).map((one) => one.workspaceId)).toEqual(ids);
    expect(command.requestedBy).toBe("relay");
    await land(host, answers.commands, (id, n) => {
      if (n === 0) return { ...landed, batch: [id], checks: [green("lint"), green("test")] };
      return n === 1 ? redOutcome : { outcome: "again" };
    });
    const statuses = await Promise.all(ids.map(async (id) => (await get(id)).workspace.status));
    expect(statuses).toEqual(["active", "active", "ready"]);
    expect(await it.services.db.client.landing.count()).toBe(1);
    const next = await started(all);
    expect(next.params.changes).toMatchObject([{ workspaceId: ids[2] }]);
    await answers.stop();
  });

  test("[HST-35] [WSP-12] a landing of several agents' work is cancelled by none of them alone", async () => {
    const all = await given();
    const { it, host, agent, answers, admin, get } = all;
    const other = await agentWithWorkspace(it, host);
    for (const { runner } of [agent, other]) await runner.workspaces.ready({});
    const { id: commandId } = await started(all);
    await expect(agent.runner.commands.cancel({ commandId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await admin.commands.cancel({ commandId });
    await host.call.commands.report({ ...host.proof, report: { commandId, state: "cancelled" } });
    for (const { workspaceId } of [agent, other]) expect((await get(workspaceId)).workspace.status).toBe("active");
    await answers.stop();
  });

  test("[WSP-44] the queue shows the batch, the check that runs and since when, as the host tells it", async () => {
    const all = await given();
    const { it, host, agent, answers, queue } = all;
    await agent.runner.workspaces.ready({});
    const { id: commandId } = await started(all);
    const tell = (progress?: LandingProgress) =>
      host.call.commands.report({ ...host.proof, report: { commandId, state: "running", progress } });
    await tell();
    expect((await queue())?.running).toMatchObject({ commandId, checks: 2, now: null });
    const workspaceIds = [agent.workspaceId];
    const checking = { step: "checking" as const, run: 1, workspaceIds };
    const check = { name: "lint", number: 1, of: 2, attempt: 1 };
    await tell({ ...checking, check });
    const since = it.services.clock.now().toISOString();
    it.advance(30_000);
    await tell({ ...checking, check });
    expect((await queue())?.running?.now).toEqual({ ...checking, check, since });
    await tell({ ...checking, check: { ...check, name: "test", number: 2 } });
    expect((await queue())?.running?.now).toMatchObject({
      check: { name: "test" },
      since: it.services.clock.now().toISOString(),
    });
    await answers.stop();
  });

  test("[WSP-31] [WSP-40] a landing whose host falls silent for 2 minutes frees its queue and uses no try", async () => {
    const all = await given();
    const { it, host, agent, answers, get, queue } = all;
    await agent.runner.workspaces.ready({});
    const { id: commandId } = await started(all);
    const tell = () => {
      const progress = { step: "rebasing" as const, run: 0, workspaceIds: [], check: null };
      return host.call.commands.report({ ...host.proof, report: { commandId, state: "running", progress } });
    };
    await tell();
    for (let n = 0; n < 5; n++) {
      it.advance(100_000);
      await tell();
      expect(await freeLapsed(it.services)).toBe(0);
    }
    expect((await queue())?.running?.leaseUntil).toBe(
      new Date(it.services.clock.now().getTime() + 120_000).toISOString(),
    );
    it.advance(120_001);
    // A relay that has just started was away itself: its hosts get their time to tell.
    expect(await freeLapsed({ ...it.services, startedAt: it.services.clock.now() })).toBe(0);
    expect(await freeLapsed(it.services)).toBe(1);
    expect((await get()).workspace.status).toBe("ready");
    const row = await it.services.db.client.workspace.findUniqueOrThrow({ where: { id: agent.workspaceId } });
    expect([row.landTries, row.retryAt]).toEqual([0, null]);
    await expect(tell()).rejects.toMatchObject({ code: "CONFLICT" });
    answers.commands.length = 0;
    expect((await started(all)).id).not.toBe(commandId);
    await answers.stop();
  });

  test("[WSP-40] an entry of a host that is offline says so, and no more when the host is back", async () => {
    const all = await given();
    const { it, agent, answers, get } = all;
    await agent.runner.workspaces.ready({});
    const { client } = it.services.db;
    const state = (now: string) => client.orchestrator.update({ where: { id: "host-a" }, data: { state: now } });
    await client.workspace.update({ where: { id: agent.workspaceId }, data: { retryAt: new Date("2027-01-01") } });
    await state("offline");
    await startLandings(it.services);
    expect((await get()).guidance.reason).toBe("host_offline");
    await state("online");
    await startLandings(it.services);
    expect((await get()).guidance.reason).toBeUndefined();
    await answers.stop();
  });

  test("[WSP-45] on a protected repository nothing lands by itself: a person is asked", async () => {
    const { it, agent, answers, get } = await given({ protected: true });
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    const { workspace, guidance } = await get();
    expect([workspace.status, guidance.reason]).toEqual(["review_requested", "protected"]);
    expect(await it.services.db.client.command.count({ where: { type: "workspace.land" } })).toBe(0);
    await answers.stop();
  });
});
