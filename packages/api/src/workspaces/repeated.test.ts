import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { testRelay } from "../testing/relay.ts";
import {
  agentWithWorkspace,
  answering,
  land,
  landed,
  report,
  workspaceReport,
  worktree,
} from "../testing/workspaces.ts";
import { startLandings } from "./landing.ts";

const fresh = { ...worktree, branch: "signalbox/x-2", headSha: "n1", ahead: 0 };

eachEngine("a call whose answer was lost", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const agent = await agentWithWorkspace(it, host);
    const landings = () => it.services.db.client.landing.count();
    const status = async () =>
      (await it.services.db.client.workspace.findUniqueOrThrow({ where: { id: agent.workspaceId } })).status;
    return { it, host, agent, landings, status };
  };

  test("[WSP-25] ready, called again while the change lands, asks nothing of the worktree that moves", async () => {
    const { it, host, agent } = await given();
    let seen: object = worktree;
    const answers = answering(host, () => seen);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    seen = fresh;
    expect((await agent.runner.workspaces.ready({})).workspace).toMatchObject({ status: "landing", readySha: "c1" });
    await answers.stop();
  });

  test("[WSP-25, WSP-20] ready, called again after the change has landed, lands nothing twice and leaves the outcome to status", async () => {
    const { it, host, agent, landings } = await given();
    let seen: object = worktree;
    const answers = answering(host, () => seen);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    seen = fresh;
    expect((await agent.runner.workspaces.ready({})).workspace).toMatchObject({ status: "active", readySha: null });
    const told = { transitioned: true, fromStatus: "ready", landed: { commit: "n1" } };
    expect(await agent.runner.workspaces.status({ wait: true })).toMatchObject(told);
    await expect(agent.runner.workspaces.ready({})).rejects.toThrow(/nothing to land/);
    expect(await landings()).toBe(1);
    await answers.stop();
  });

  test("[WSP-25] ready that looked at the worktree before the landing, and came to write after it, looks again", async () => {
    const { it, host, agent, landings, status } = await given();
    let looks = 0;
    const answers = answering(host, async () => {
      looks += 1;
      if (looks === 1) return worktree;
      if (looks === 2) {
        await startLandings(it.services);
        const { id } = await it.services.db.client.command.findFirstOrThrow({ where: { type: "workspace.land" } });
        const result = { changes: [{ ...landed, workspaceId: agent.workspaceId }], runs: 0, durationMs: 5 };
        const report = { commandId: id, state: "succeeded" as const, result };
        await host.call.commands.report({ ...host.proof, report });
        return worktree;
      }
      return fresh;
    });
    await agent.runner.workspaces.ready({});
    await agent.runner.workspaces.ready({});
    expect([looks, await status(), await landings()]).toEqual([3, "active", 1]);
    await answers.stop();
  });

  test("[WSP-20] a wait that is repeated because its answer was lost is answered again", async () => {
    const { it, host, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    const told = await agent.runner.workspaces.status({ wait: true });
    const again = it.callWith(agent.token, { repeated: true });
    expect(await again.workspaces.status({ wait: true })).toEqual(told);
    await answers.stop();
  });

  test("[WSP-20] a repeated wait of an owner that never handed over goes on waiting", async () => {
    const { it, host, agent } = await given();
    const answers = answering(host, () => worktree);
    const waiting = it.callWith(agent.token, { repeated: true }).workspaces.status({ wait: true });
    await agent.runner.workspaces.ready({});
    expect(await waiting).toMatchObject({ transitioned: true, fromStatus: "active", workspace: { status: "ready" } });
    await answers.stop();
  });

  test("[MCP-44] a wait that is cut off says so, and not that nothing changed in time", async () => {
    const { it, agent } = await given();
    const stop = new AbortController();
    const waiting = it.callWith(agent.token, {}, stop.signal).workspaces.status({ wait: true });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ reason: "Unavailable" });
  });

  test("[WSP-07] a report that saw the branch of before a landing changes nothing", async () => {
    const { it, host, agent } = await given();
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    await startLandings(it.services);
    await land(host, answers.commands, landed);
    await report(host, agent, { ...workspaceReport(agent.workspaceId), ahead: 1, headSha: "c1" });
    const { workspace } = await agent.runner.workspaces.status({});
    expect(workspace).toMatchObject({ branch: "signalbox/x-2", baseSha: "n1", headSha: "n1", ahead: 0 });
    await answers.stop();
  });
});
