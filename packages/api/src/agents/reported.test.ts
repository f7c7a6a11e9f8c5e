import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { startAgent, testRelay } from "../testing/relay.ts";
import { workspaceReport } from "../testing/workspaces.ts";

const startedAt = "2026-01-01T00:00:00.000Z";

eachEngine("what a host reports of its sessions", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as();
    const agent = await startAgent(it, host);
    const { agentId, commandId, sessionName } = agent;
    const session = { agentId, commandId, sessionName, startedAt, end: null, workspace: null };
    const tell = (agents: object[], complete = false, to = host) =>
      to.call.orchestrators.reportAgents({ ...to.proof, complete, agents: agents as (typeof session)[] });
    return { it, host, admin, agent, session, tell };
  };

  test("[HST-22] exit and workspace reach the agent, and a session that is over for the relay is named", async () => {
    const { admin, agent, session, tell } = await given();
    const { agentId } = agent;
    const workspace = { ...workspaceReport("ws_told"), ahead: 2, headSha: "h2" };
    expect(await tell([{ ...session, workspace }])).toEqual({ ended: [] });
    expect((await admin.workspaces.get({ workspaceId: "ws_told" })).workspace).toMatchObject({
      repoRoot: "/base/repo",
      worktreePath: "/worktrees/ws_told",
      branch: "signalbox/x-1",
      baseSha: "b0",
      headSha: "h2",
      ahead: 2,
      mode: "isolated",
      requestedMode: "isolated",
      status: "active",
      ownerAgentId: agentId,
    });
    const end = { exitCode: null, signal: "SIGKILL", lastLines: ["one", "two"] };
    expect(await tell([{ ...session, end }])).toEqual({ ended: [session.sessionName] });
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "killed", signal: "SIGKILL" },
      lastLines: ["one", "two"],
    });
    // The host still has a session of it: it is told to end that.
    expect(await tell([session], true)).toEqual({ ended: [session.sessionName] });
    const tooMany = { ...end, lastLines: Array.from({ length: 51 }, () => "x") };
    await expect(tell([{ ...session, end: tooMany }])).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test("[HST-22] an agent that a complete report lacks has ended, one that another report lacks has not", async () => {
    const { admin, agent, session, tell } = await given();
    agent.connection.drop();
    await tell([session], true);
    await tell([], false);
    expect(await admin.agents.get({ agentId: agent.agentId })).toMatchObject({ status: "online" });
    await tell([], true);
    expect(await admin.agents.get({ agentId: agent.agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "crashed" },
    });
  });

  test("[HST-22] [HST-07] what a host says of another host's agent alters nothing of it", async () => {
    const { it, admin, agent, session, tell } = await given();
    const stranger = await it.host("host-b");
    const end = { exitCode: 1, signal: null, lastLines: [] };
    const workspace = workspaceReport("ws_claimed");
    expect(await tell([{ ...session, end, workspace }], true, stranger)).toEqual({ ended: [] });
    expect(await admin.agents.get({ agentId: agent.agentId })).toMatchObject({ status: "online", workspaceId: null });
    await expect(admin.workspaces.get({ workspaceId: "ws_claimed" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { unknownSessions } = await admin.orchestrators.get({ id: "host-b" });
    expect(unknownSessions).toEqual([{ sessionName: session.sessionName, startedAt }]);
  });

  test("[HST-54] [HST-60] what a program could not be given is in the agent's timeline, once for each start", async () => {
    const { admin, agent, session, tell } = await given();
    const notes = ["Its conversation is not on this host: it starts afresh"];
    for (const complete of [false, true]) await tell([{ ...session, notes }], complete);
    const { items } = await admin.agents.timeline({ agentId: agent.agentId });
    const said = items.filter(({ title }) => title.includes("less than was asked for"));
    expect(said).toMatchObject([{ body: notes[0], meta: "host-a", agentId: agent.agentId }]);
  });
});
