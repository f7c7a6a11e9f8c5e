import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { authenticate } from "../identity/authenticate.ts";
import { startAgent, testRelay } from "../testing/relay.ts";
import {
  agentWithWorkspace,
  answering,
  land,
  landed,
  report,
  workspaceReport,
  worktree,
} from "../testing/workspaces.ts";
import { workspaceInstructions } from "./instructions.ts";
import { startLandings } from "./landing.ts";

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

  test("[MCP-05] the owner of a live isolated workspace is told how to work, and nobody else", async () => {
    const { it, host, agent } = await given();
    const told = async (text: string) => {
      const ctx = it.context({ type: "bearer", text });
      return workspaceInstructions(ctx, await authenticate(ctx, { type: "bearer", text }));
    };
    expect(await told(agent.token)).toMatch(/branch signalbox\/x-1.*relay_workspace_ready.*Never merge/);
    expect((await told(agent.token))?.length).toBeLessThan(1200);
    expect(await told((await startAgent(it, host)).token)).toBeUndefined();
    expect(await told((await it.token()).text)).toBeUndefined();
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
