import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Command, HostRequest, LandResult, WorkspaceReport } from "../contracts/index.ts";
import { startAgent, type TestHost, type TestRelay, testRelay } from "../testing/relay.ts";
import { startLandings } from "./landing.ts";

const worktree = {
  exists: true,
  branch: "signalbox/x-1",
  headSha: "c1",
  ahead: 1,
  behind: 0,
  dirty: [] as string[],
  dirtyCount: 0,
  inProgress: null as string | null,
};

const workspaceReport = (id: string): WorkspaceReport => ({
  id,
  repoRoot: "/base/repo",
  worktreePath: `/worktrees/${id}`,
  branch: "signalbox/x-1",
  baseBranch: "main",
  baseSha: "b0",
  headSha: "b0",
  ahead: 0,
  behind: 0,
  dirtyFiles: 0,
  mode: "isolated",
  requestedMode: "isolated",
});

async function report(
  host: TestHost,
  agent: { agentId: string; commandId: string; sessionName: string },
  workspace: WorkspaceReport,
) {
  const startedAt = "2026-01-01T00:00:00.000Z";
  await host.call.orchestrators.reportAgents({
    ...host.proof,
    complete: false,
    agents: [{ ...agent, startedAt, end: null, workspace }],
  });
}

/** An agent with an isolated workspace, on a host whose worktree is in the given state. */
async function agentWithWorkspace(it: TestRelay, host: TestHost) {
  const { agentId, commandId, sessionName, runner, epoch } = await startAgent(it, host);
  const spawned = await it.services.db.client.command.findUniqueOrThrow({ where: { id: commandId } });
  const workspaceId = (JSON.parse(spawned.params) as { workspaceId: string }).workspaceId;
  const of = { agentId, commandId, sessionName };
  await report(host, of, workspaceReport(workspaceId));
  return { ...of, runner, epoch, workspaceId };
}

/** Answers the host's requests as its worktrees are, until stopped. */
function answering(host: TestHost, answer: (request: HostRequest) => unknown) {
  const stop = new AbortController();
  const commands: Command[] = [];
  const running = (async () => {
    for await (const item of await host.subscribe(stop.signal)) {
      if (Array.isArray(item)) commands.push((item[1] as { command: Command }).command);
      else if (item.kind === "request") {
        await host.call.commands.answer({
          ...host.proof,
          requestId: item.requestId,
          answer: answer(item.request),
          done: true,
        });
      }
    }
  })();
  return { commands, stop: () => (stop.abort(), running) };
}

async function land(host: TestHost, commands: Command[], result: LandResult) {
  const command = await until(() => commands.findLast(({ type }) => type === "workspace.land"));
  await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "succeeded", result } });
  commands.length = 0;
  return command;
}

async function until<T>(look: () => T | undefined): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const landed: LandResult = {
  outcome: "landed",
  oldTip: "b0",
  newTip: "n1",
  durationMs: 5,
  recycled: { branch: "signalbox/x-2", baseSha: "n1", headSha: "n1" },
  recycleBlocked: null,
};

eachEngine("workspaces", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    return { it, host, admin: await it.as(), agent: await agentWithWorkspace(it, host) };
  };

  test("[WSP-07] [WSP-08] a report makes the record and later updates it, but never its status", async () => {
    const { it, host, admin, agent } = await given();
    const get = () => admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect((await get()).workspace).toMatchObject({
      status: "active",
      ownerAgentId: agent.agentId,
      branch: "signalbox/x-1",
    });
    await it.services.db.client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "ready" } });
    await report(host, agent, { ...workspaceReport(agent.workspaceId), ahead: 2, headSha: "c2" });
    expect((await get()).workspace).toMatchObject({ status: "ready", ahead: 2, headSha: "c2" });
  });

  test("[WSP-12] [WSP-13] [WSP-14] own by default, unknown is NotFound, a stranger's is Forbidden", async () => {
    const { it, host, admin, agent } = await given();
    const stranger = await agentWithWorkspace(it, host);
    expect(await agent.runner.workspaces.status({})).toMatchObject({ workspace: { id: agent.workspaceId } });
    await expect(admin.workspaces.status({})).rejects.toThrow(/workspaceId is required/);
    await expect(agent.runner.workspaces.status({ workspaceId: "ws_no" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const theirs = { workspaceId: agent.workspaceId };
    await expect(stranger.runner.workspaces.status(theirs)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(stranger.runner.workspaces.ready(theirs)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("[WSP-15] an agent's list is its own, whatever it asks", async () => {
    const { it, host, admin, agent } = await given();
    await agentWithWorkspace(it, host);
    expect((await admin.workspaces.list({ all: true })).count).toBe(2);
    const own = await agent.runner.workspaces.list({ all: true, ownerAgentId: "somebody" });
    expect(own.workspaces.map(({ id }) => id)).toEqual([agent.workspaceId]);
    await expect((await it.as({ profile: "viewer" })).workspaces.list({})).rejects.toThrow(/all: true/);
  });

  test("[WSP-23] [WSP-24] dirty, empty, half-done and wrongly placed worktrees are refused with what to do", async () => {
    const { host, agent } = await given();
    let seen = { ...worktree };
    const answers = answering(host, () => seen);
    const refused = (state: Partial<typeof worktree>) => {
      seen = { ...worktree, ...state };
      return agent.runner.workspaces.ready({}).then(
        () => "accepted",
        (error: Error) => error.message,
      );
    };
    expect(await refused({ dirty: ["a.txt"], dirtyCount: 3 })).toBe("Uncommitted files: a.txt and 2 more");
    expect(await refused({ ahead: 0 })).toMatch(/nothing to land/);
    expect(await refused({ inProgress: "rebase" })).toMatch(/A rebase is under way/);
    expect(await refused({ branch: "elsewhere" })).toMatch(/is on elsewhere, not on signalbox\/x-1/);
    expect(await refused({ exists: false })).toMatch(/gone/);
    await expect(agent.runner.workspaces.ready({ commit: true })).rejects.toThrow(/commit needs message/);
    await answers.stop();
  });

  test("[WSP-24] a host that is not connected makes ready Unavailable", async () => {
    const { host, agent } = await given();
    host.connection.drop();
    await expect(agent.runner.workspaces.ready({})).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  test("[WSP-25] [WSP-26] ready takes the head, keeps its place on a repeat, and answers the contract", async () => {
    const { it, host, agent } = await given();
    let headSha = "c1";
    const answers = answering(host, () => ({ ...worktree, headSha }));
    const first = await agent.runner.workspaces.ready({});
    expect(first).toMatchObject({ workspace: { status: "ready", readySha: "c1" }, guidance: { phase: "handed_off" } });
    expect(first.contract).toMatch(/onto the tip of main.*fresh branch/);
    const place = () => it.services.db.client.workspace.findUniqueOrThrow({ where: { id: agent.workspaceId } });
    const { readyAt } = await place();
    it.advance(1000);
    headSha = "c2";
    expect((await agent.runner.workspaces.ready({})).workspace.readySha).toBe("c2");
    expect((await place()).readyAt).toEqual(readyAt);
    await answers.stop();
  });

  test("[WSP-31] [WSP-39] [WSP-41] a landing leaves evidence once, and the workspace goes on on a fresh branch", async () => {
    const { it, host, admin, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await startLandings(it.services);
    const command = await land(host, answers.commands, landed);
    expect(command.params).toMatchObject({ commit: "c1", baseBranch: "main", recycle: true });
    expect(await it.services.db.client.command.count({ where: { type: "workspace.land" } })).toBe(1);
    const detail = await admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect(detail.workspace).toMatchObject({ status: "active", branch: "signalbox/x-2", ahead: 0, readySha: null });
    expect(detail.landings).toMatchObject([
      { oldTip: "b0", newTip: "n1", readySha: "c1", agentId: agent.agentId, checks: [] },
    ]);
    const again = { commandId: command.id, state: "succeeded" as const, result: landed };
    await host.call.commands.report({ ...host.proof, report: again });
    expect(await it.services.db.client.landing.count()).toBe(1);
    await answers.stop();
  });

  test("[WSP-31] one landing per queue at a time, in order of ready", async () => {
    const { it, host, admin, agent } = await given();
    const other = await agentWithWorkspace(it, host);
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    it.advance(1000);
    await other.runner.workspaces.ready({});
    await startLandings(it.services);
    const { queues } = await admin.workspaces.queue({});
    expect(queues[0]).toMatchObject({
      running: { workspaceId: agent.workspaceId },
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
    expect(command.params).toMatchObject({ recycle: false });
    const { workspace, guidance } = await admin.workspaces.get({ workspaceId: agent.workspaceId });
    expect([workspace.status, guidance.phase]).toEqual(["landed", "over"]);
    await answers.stop();
  });

  test("[WSP-19] [WSP-20] [WSP-21] a wait ends with the landing, also one that was quicker than the wait", async () => {
    const { it, host, agent } = await given();
    const answers = answering(host, () => worktree);
    expect(await agent.runner.workspaces.status({})).toMatchObject({ transitioned: false, timedOut: false });
    await agent.runner.workspaces.ready({});
    const waiting = agent.runner.workspaces.status({ wait: true });
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    const expected = {
      fromStatus: "ready",
      transitioned: true,
      landed: { commit: "n1", base: "main", branch: "signalbox/x-2" },
    };
    expect(await waiting).toMatchObject(expected);
    await it.services.db.client.workspace.update({
      where: { id: agent.workspaceId },
      data: { branch: "signalbox/x-1" },
    });
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    expect(await agent.runner.workspaces.status({ wait: true })).toMatchObject(expected);
    await answers.stop();
  });

  test("[WSP-20] a wait that nothing ends answers timedOut", async () => {
    const { it, agent } = await given();
    let over = false;
    const waiting = agent.runner.workspaces.status({ wait: true, timeoutSeconds: 1 }).finally(() => {
      over = true;
    });
    while (!over) {
      it.advance(1000);
      it.services.bells.ring(`workspace:${agent.workspaceId}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await waiting).toMatchObject({ transitioned: false, timedOut: true });
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

  test("[WSP-05] [WSP-64] when its agent ends a shared workspace goes, an empty one is abandoned, one with work stays", async () => {
    const { it, host, admin, agent } = await given();
    const worker = await agentWithWorkspace(it, host);
    const shared = await startAgent(it, host);
    const sharedId = "ws_shared";
    await report(host, shared, { ...workspaceReport(sharedId), worktreePath: null, branch: null, mode: "shared" });
    for (const one of [agent, worker, shared]) {
      await one.runner.agents.reportExit({ epoch: one.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    }
    await report(host, agent, workspaceReport(agent.workspaceId));
    await report(host, worker, { ...workspaceReport(worker.workspaceId), ahead: 1, headSha: "c1" });
    const status = async (workspaceId: string) => (await admin.workspaces.get({ workspaceId })).workspace.status;
    expect(await status(agent.workspaceId)).toBe("abandoned");
    expect(await status(worker.workspaceId)).toBe("active");
    expect(await status(sharedId)).toBe("removed");
  });
});
