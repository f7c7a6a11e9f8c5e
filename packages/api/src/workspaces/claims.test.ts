import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering, land, landed, until, worktree } from "../testing/workspaces.ts";
import { startLandings } from "./landing.ts";

eachEngine("claims", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const agent = await agentWithWorkspace(it, host);
    return { it, host, admin: await it.as(), agent, of: { workspaceId: agent.workspaceId } };
  };
  const minutes = (n: number) => n * 60_000;

  test("[WSP-27] [WSP-30] a claim holds for its time, is renewed by its holder, and refuses another's", async () => {
    const { it, admin, agent, of } = await given();
    const first = await agent.runner.workspaces.claim({ purpose: "resolve", detail: "two files" });
    const since = it.services.clock.now().getTime();
    expect(first.claim).toEqual({
      holder: agent.agentId,
      purpose: "resolve",
      since: new Date(since).toISOString(),
      expiresAt: new Date(since + minutes(15)).toISOString(),
    });
    expect(first.workspace.claim).toEqual(first.claim);
    expect(first.command).toBeUndefined();
    it.advance(minutes(10));
    await expect(admin.workspaces.claim(of)).rejects.toThrow(
      `Workspace ${agent.workspaceId} is claimed by ${agent.agentId} until ${first.claim?.expiresAt}`,
    );
    const renewed = await agent.runner.workspaces.claim({ ttlMinutes: 60 });
    expect(renewed.claim).toMatchObject({ purpose: "resolve", since: first.claim?.since });
    expect(Date.parse(renewed.claim?.expiresAt ?? "")).toBe(since + minutes(70));
    const said = await it.services.db.client.activity.findMany({ where: { clientId: { startsWith: "claim:" } } });
    expect(said.map(({ actor, body, metadata }) => [actor, body, JSON.parse(metadata)])).toContainEqual([
      agent.agentId,
      "two files",
      { workspaceId: agent.workspaceId, purpose: "resolve", mcp: false },
    ]);
  });

  test("[WSP-28] a claim is over by itself", async () => {
    const { it, admin, agent, of } = await given();
    await agent.runner.workspaces.claim({ ttlMinutes: 1 });
    it.advance(minutes(1));
    expect((await admin.workspaces.get(of)).workspace.claim).toBeNull();
    expect((await admin.workspaces.claim(of)).claim?.holder).not.toBe(agent.agentId);
  });

  test("[WSP-29] a release by the holder or an administrator ends it, by the owner alone it does not", async () => {
    const { it, admin, agent, of } = await given();
    await admin.workspaces.claim(of);
    await expect(agent.runner.workspaces.release({})).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await admin.workspaces.release(of)).claim).toBeNull();
    await agent.runner.workspaces.claim({});
    expect((await admin.workspaces.release(of)).claim).toBeNull();
    await agent.runner.workspaces.claim({});
    expect((await agent.runner.workspaces.release({})).workspace.claim).toBeNull();
    expect((await agent.runner.workspaces.release({})).claim).toBeNull();
    expect(await it.services.db.client.activity.count({ where: { clientId: { startsWith: "release:" } } })).toBe(3);
  });

  test("[WSP-12] [WSP-16] a stranger's claim is forbidden, and a claim has limits", async () => {
    const { it, host, agent, of } = await given();
    const stranger = await agentWithWorkspace(it, host);
    await expect(stranger.runner.workspaces.claim(of)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(stranger.runner.workspaces.release(of)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(agent.runner.workspaces.claim({ ttlMinutes: 61 })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(agent.runner.workspaces.claim({ purpose: "x".repeat(121) })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  test("[WSP-28] [WSP-24] landing passes over a claimed workspace, which keeps its place and lands after the release", async () => {
    const { it, host, admin, agent, of } = await given();
    const other = await agentWithWorkspace(it, host);
    const answers = answering(host, () => worktree);
    await agent.runner.workspaces.ready({});
    it.advance(1000);
    await other.runner.workspaces.ready({});
    await admin.workspaces.claim(of);
    await expect(agent.runner.workspaces.ready({})).rejects.toThrow(/is claimed by/);
    await startLandings(it.services);
    const first = await until(() => answers.commands.find(({ type }) => type === "workspace.land"));
    expect(first.workspaceId).toBe(other.workspaceId);
    const { queues } = await admin.workspaces.queue({});
    expect(queues[0]?.entries[0]).toMatchObject({ workspaceId: agent.workspaceId, place: 1 });
    await land(host, answers.commands, landed);
    await startLandings(it.services);
    expect((await admin.workspaces.get(of)).workspace.status).toBe("ready");
    await admin.workspaces.release(of);
    await startLandings(it.services);
    expect((await admin.workspaces.get(of)).workspace.status).toBe("landing");
    await expect(agent.runner.workspaces.claim({})).rejects.toThrow(/is landing/);
    await answers.stop();
  });
});
