import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Command, FoundWorktree } from "../contracts/index.ts";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering, report, until, workspaceReport } from "../testing/workspaces.ts";
import { retainWorkspaces } from "./retention.ts";
import { compareWorktrees } from "./worktrees.ts";

const day = 86_400_000;
const work = { ahead: 2, staged: 1, unstaged: 0, untracked: 3 };
const kept = { keptSha: "k1", work, vanished: false, notKept: [] };

eachEngine("what is kept", (open) => {
  const given = async (worktrees: () => FoundWorktree[] = () => []) => {
    const it = await testRelay(await open());
    const host = await it.host();
    const agent = await agentWithWorkspace(it, host);
    const answers = answering(host, () => ({ worktrees: worktrees() }));
    const of = { workspaceId: agent.workspaceId };
    const admin = await it.as();
    const get = async () => (await admin.workspaces.get(of)).workspace;
    /** The next order of this type, carried out as told. */
    const carriedOut = async (type: Command["type"], outcome: object) => {
      const command = await until(() => answers.commands.find((one) => one.type === type));
      answers.commands.length = 0;
      await host.call.commands.report({ ...host.proof, report: { commandId: command.id, ...outcome } as never });
      return command;
    };
    const succeeded = (type: Command["type"], result: object) => carriedOut(type, { state: "succeeded", result });
    const ends = () =>
      agent.runner.agents.reportExit({ epoch: agent.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    const activity = async () =>
      (await it.services.db.client.activity.findMany({ where: { clientId: { startsWith: "kept:" } } })).map(
        ({ title, body }) => `${title}${body ? ` | ${body}` : ""}`,
      );
    return { it, host, agent, answers, of, admin, get, carriedOut, succeeded, ends, activity };
  };

  test("[WSP-64] [WSP-30] abandon keeps the work, and a repeat changes nothing; a landing cannot be abandoned", async () => {
    const { it, agent, answers, get, of, admin, succeeded, activity } = await given();
    const { db } = it.services;
    await db.client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "landing" } });
    await expect(agent.runner.workspaces.abandon({})).rejects.toMatchObject({ code: "CONFLICT" });
    await db.client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "active" } });
    const done = await agent.runner.workspaces.abandon({ detail: "not needed" });
    expect(done).toMatchObject({
      workspace: { status: "abandoned" },
      claim: null,
      command: { type: "workspace.keep" },
    });
    expect(await admin.workspaces.abandon(of)).toMatchObject({ workspace: { status: "abandoned" } });
    const command = await succeeded("workspace.keep", kept);
    expect(command.params).toMatchObject({ repoRoot: "/base/repo", worktreePath: `/worktrees/${agent.workspaceId}` });
    expect(await get()).toMatchObject({
      status: "abandoned",
      keptSha: "k1",
      metadata: { keptWork: { words: "2 commits, 1 staged file, 3 untracked files" } },
    });
    expect(await activity()).toEqual(["signalbox/x-1 is kept | 2 commits, 1 staged file, 3 untracked files"]);
    expect(await db.client.command.count({ where: { type: "workspace.keep" } })).toBe(1);
    await answers.stop();
  });

  test("[WSP-12] a stranger neither abandons nor restores", async () => {
    const { it, host, of, answers } = await given();
    const stranger = await agentWithWorkspace(it, host);
    await expect(stranger.runner.workspaces.abandon(of)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(stranger.runner.workspaces.restore(of)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await answers.stop();
  });

  test("[WSP-65] [WSP-11] a keeping that failed removes nothing, and a person is told why", async () => {
    const { agent, get, carriedOut, answers, activity } = await given();
    await agent.runner.workspaces.abandon({});
    const error = { reason: "not_kept", message: "no space left on device" };
    await carriedOut("workspace.keep", { state: "failed", error });
    expect(await get()).toMatchObject({
      status: "abandoned",
      keptSha: null,
      metadata: { keepError: { what: "kept", message: "no space left on device" } },
    });
    expect(await activity()).toEqual([
      "signalbox/x-1 could not be kept: nothing was removed | no space left on device",
    ]);
    await answers.stop();
  });

  test("[WSP-64] [WSP-66] what an ended agent left is given up after a week, removed after another, and forgotten after 30 days", async () => {
    const { it, host, agent, ends, get, succeeded, answers, admin, of } = await given();
    await report(host, agent, { ...workspaceReport(agent.workspaceId), ahead: 1, headSha: "c1" });
    await retainWorkspaces(it.services);
    expect((await get()).status).toBe("active");
    await ends();
    it.advance(7 * day - 1);
    await retainWorkspaces(it.services);
    expect((await get()).status).toBe("active");
    it.advance(1);
    await retainWorkspaces(it.services);
    await retainWorkspaces(it.services);
    expect((await get()).status).toBe("abandoned");
    await succeeded("workspace.keep", kept);
    it.advance(7 * day);
    await retainWorkspaces(it.services);
    await retainWorkspaces(it.services);
    const removal = await succeeded("workspace.remove", { kept: { ...kept, keptSha: "k2" } });
    expect(removal.params).toMatchObject({ what: "worktree" });
    expect(await it.services.db.client.command.count({ where: { type: "workspace.remove" } })).toBe(1);
    expect(await get()).toMatchObject({ status: "removed", keptSha: "k2" });
    it.advance(30 * day);
    await retainWorkspaces(it.services);
    const forgotten = await succeeded("workspace.remove", { kept: null });
    expect(forgotten.params).toMatchObject({ what: "kept_ref" });
    expect(await get()).toMatchObject({ status: "removed", keptSha: null });
    await expect(admin.workspaces.restore(of)).rejects.toThrow(/Nothing .* is kept; it was removed at 20/);
    await answers.stop();
  });

  test("[WSP-64] work that an ended agent left, and what could not be kept, are listed as needing a person", async () => {
    const { host, agent, ends, admin, carriedOut, answers } = await given();
    const needy = async () =>
      (await admin.workspaces.list({ all: true, needy: true })).workspaces.map(({ leftBehind, status }) => [
        status,
        leftBehind,
      ]);
    await report(host, agent, { ...workspaceReport(agent.workspaceId), ahead: 1, headSha: "c1" });
    expect(await needy()).toEqual([]);
    await ends();
    expect(await needy()).toEqual([["active", true]]);
    await admin.workspaces.abandon({ workspaceId: agent.workspaceId });
    expect(await needy()).toEqual([]);
    await carriedOut("workspace.keep", { state: "failed", error: { reason: "not_kept", message: "disk" } });
    expect(await needy()).toEqual([["abandoned", false]]);
    await answers.stop();
  });

  test("[WSP-66] nothing is ordered of a host that is away", async () => {
    const { it, host, ends, agent, answers } = await given();
    await agent.runner.workspaces.abandon({});
    await ends();
    await answers.stop();
    host.connection.drop();
    it.advance(8 * day);
    await retainWorkspaces(it.services);
    expect(await it.services.db.client.command.count({ where: { type: "workspace.remove" } })).toBe(0);
  });

  test("[WSP-68] restore brings back the same id as active; names that were taken are told", async () => {
    const { it, agent, get, succeeded, answers, admin, of, activity } = await given();
    await expect(admin.workspaces.restore(of)).rejects.toThrow(/is active: there is nothing to restore/);
    await it.services.db.client.workspace.update({
      where: { id: agent.workspaceId },
      data: { status: "removed", keptSha: "k1" },
    });
    const asked = await admin.workspaces.restore(of);
    expect(asked).toMatchObject({ workspace: { status: "removed" }, command: { type: "workspace.restore" } });
    expect((await admin.workspaces.restore(of)).command?.id).toBe(asked.command?.id);
    const renamed = { branch: "signalbox/x-1", worktreePath: null };
    const facts = { worktreePath: `/worktrees/${agent.workspaceId}`, branch: "signalbox/x-9" };
    await succeeded("workspace.restore", { ...facts, baseSha: "b0", headSha: "c7", renamed });
    expect(await get()).toMatchObject({
      id: agent.workspaceId,
      status: "active",
      branch: "signalbox/x-9",
      headSha: "c7",
      metadata: { renamed: ["signalbox/x-1 was taken: the branch is signalbox/x-9 now"] },
    });
    expect(await activity()).toEqual([
      "signalbox/x-9 is restored | signalbox/x-1 was taken: the branch is signalbox/x-9 now",
    ]);
    await answers.stop();
  });

  test("[WSP-68] without anything kept, and while it is being removed, it is refused", async () => {
    const { it, agent, ends, answers, admin, of } = await given();
    const { client } = it.services.db;
    await client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "removed" } });
    await expect(admin.workspaces.restore(of)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "abandoned" } });
    await ends();
    it.advance(8 * day);
    await retainWorkspaces(it.services);
    await expect(admin.workspaces.restore(of)).rejects.toThrow(/is being removed/);
    await answers.stop();
  });

  test("[WSP-66] one that became active again before its removal was reported stays active", async () => {
    const { it, agent, ends, get, succeeded, answers } = await given();
    await agent.runner.workspaces.abandon({});
    await succeeded("workspace.keep", kept);
    await ends();
    it.advance(7 * day);
    await retainWorkspaces(it.services);
    await it.services.db.client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "active" } });
    await succeeded("workspace.remove", { kept });
    expect((await get()).status).toBe("active");
    await answers.stop();
  });

  test("[WSP-70] a worktree that vanished has its commits kept, then the workspace is failed with the reason", async () => {
    const { it, get, succeeded, answers, activity } = await given();
    await compareWorktrees(it.services);
    await compareWorktrees(it.services);
    expect((await get()).status).toBe("active");
    await succeeded("workspace.keep", { ...kept, work: null, vanished: true });
    expect(await it.services.db.client.command.count({ where: { type: "workspace.keep" } })).toBe(1);
    expect(await get()).toMatchObject({
      status: "failed",
      keptSha: "k1",
      metadata: { failure: expect.stringMatching(/vanished/) },
    });
    expect(await activity()).toEqual([expect.stringMatching(/failed: its worktree vanished/)]);
    await answers.stop();
  });

  test("[WSP-70] one that is there after all goes on, and is not looked into each minute", async () => {
    const { it, get, succeeded, answers } = await given();
    await compareWorktrees(it.services);
    await succeeded("workspace.keep", kept);
    await compareWorktrees(it.services);
    expect((await get()).status).toBe("active");
    expect(await it.services.db.client.command.count({ where: { type: "workspace.keep" } })).toBe(1);
    await answers.stop();
  });

  test("[WSP-70] a worktree that no record knows is kept and told of once, and nothing is removed", async () => {
    const found: FoundWorktree[] = [];
    const { it, agent, succeeded, answers, activity } = await given(() => found);
    const known = { repoRoot: "/base/repo", branch: "signalbox/x-1", baseBranch: "main" };
    found.push({ ...known, path: `/worktrees/${agent.workspaceId}`, workspaceId: agent.workspaceId, settled: true });
    found.push({ ...known, path: "/worktrees/ws_new", workspaceId: "ws_new", settled: false });
    found.push({ ...known, path: "/worktrees/ws_lost", workspaceId: "ws_lost", settled: true });
    await compareWorktrees(it.services);
    const command = await succeeded("workspace.keep", kept);
    expect(command.params).toMatchObject({ workspaceId: "ws_lost", worktreePath: "/worktrees/ws_lost" });
    it.advance(day);
    await compareWorktrees(it.services);
    await retainWorkspaces(it.services);
    expect(await it.services.db.client.command.count({ where: { type: { startsWith: "workspace." } } })).toBe(1);
    expect(await activity()).toEqual([
      "/worktrees/ws_lost is known to no record: its work is kept, and it stays | refs/signalbox/kept/ws_lost",
    ]);
    await answers.stop();
  });
});
