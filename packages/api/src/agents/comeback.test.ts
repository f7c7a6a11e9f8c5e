import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { watchPresence } from "../orchestrators/watch.ts";
import { startAgent, type TestRelay, testConnection, testRelay } from "../testing/relay.ts";

/** Keeps an agent's row, and on SQLite every write, waiting until the answer is called. */
async function holdUp({ services }: TestRelay, id: string): Promise<() => Promise<void>> {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let held = () => {};
  const holding = new Promise<void>((resolve) => {
    held = resolve;
  });
  const writing = services.db.write(async (tx) => {
    await tx.agent.updateMany({ where: { id }, data: { id } });
    held();
    await gate;
  });
  await holding;
  return async () => {
    letGo();
    await writing;
  };
}

eachEngine("agents that come back", (open) => {
  async function fleet(count: number) {
    const it = await testRelay(await open());
    const host = await it.host();
    const agents = [];
    for (let n = 0; n < count; n += 1) agents.push(await startAgent(it, host));
    const admin = await it.as();
    const statusOf = async (agentId: string) => (await admin.agents.get({ agentId })).status;
    return { it, host, agents, admin, statusOf };
  }

  test("[MSG-06] [SPN-49] of many at once each gets an epoch of its own, also of two runners of one agent", async () => {
    const { it, agents, statusOf } = await fleet(4);
    const told: string[] = [];
    it.services.bells.onEvent((event) => event.type === "agent" && told.push(event.id));
    for (const { connection } of agents) connection.drop();
    it.advance(15_000);
    await watchPresence(it.services);
    expect(await Promise.all(agents.map(({ agentId }) => statusOf(agentId)))).toEqual(agents.map(() => "stale"));
    expect(told.sort()).toEqual(agents.map(({ agentId }) => agentId).sort());
    const [first] = agents;
    const back = await Promise.all(
      [...agents, first as (typeof agents)[number]].map(({ token, sessionName }, n) => {
        const connection = testConnection(`again-${n}`);
        return it.callWith(token, { connection }).agents.register({ runnerId: `runner-${n}`, sessionName });
      }),
    );
    const epochs = (id: string | undefined) => back.filter(({ agentId }) => agentId === id).map(({ epoch }) => epoch);
    expect(epochs(first?.agentId).sort()).toEqual([2, 3]);
    for (const { agentId } of agents.slice(1)) expect(epochs(agentId)).toEqual([2]);
    for (const { agentId } of agents) expect(await statusOf(agentId)).toBe("online");
  });

  test("[HST-11] an agent that registers while its absence is about to be said is not called stale", async () => {
    const { it, agents, statusOf } = await fleet(1);
    const { agentId, token, sessionName, connection } = agents[0] as (typeof agents)[number];
    connection.drop();
    it.advance(15_000);
    const letGo = await holdUp(it, agentId);
    const again = { connection: testConnection("again") };
    const registering = it.callWith(token, again).agents.register({ runnerId: "runner-1", sessionName });
    await expect.poll(() => it.services.presence.isComing(`agent:${agentId}`)).toBe(true);
    const watching = watchPresence(it.services);
    await letGo();
    await Promise.all([registering, watching]);
    expect(await statusOf(agentId)).toBe("online");
    again.connection.drop();
    it.advance(15_000);
    await watchPresence(it.services);
    expect(await statusOf(agentId)).toBe("stale");
  });

  test("[SPN-51] of what an agent says at once the last counts, whatever others say with it", async () => {
    const { agents, statusOf, admin } = await fleet(2);
    const [one, other] = agents as [(typeof agents)[number], (typeof agents)[number]];
    const blocked = { kind: "question", text: "Which?" } as const;
    const { epoch } = one;
    await Promise.all([
      one.runner.agents.setStatus({ epoch, status: "busy" }),
      one.runner.agents.setStatus({ epoch, status: "idle" }),
      other.runner.agents.setStatus({ epoch: other.epoch, status: "busy" }),
      one.runner.agents.setStatus({ epoch, status: "blocked", blocked }),
    ]);
    expect(await admin.agents.get({ agentId: one.agentId })).toMatchObject({
      status: "blocked",
      statusReason: blocked,
    });
    expect(await statusOf(other.agentId)).toBe("busy");
    await one.runner.agents.setStatus({ epoch, status: "busy" });
    expect(await admin.agents.get({ agentId: one.agentId })).toMatchObject({ status: "busy", statusReason: null });
  });

  test("[HST-18] a report of sessions that the relay knows already alters nothing of them", async () => {
    const { it, host, agents } = await fleet(2);
    const reports = agents.map(({ agentId, commandId, sessionName }) => ({
      ...{ agentId, commandId, sessionName, startedAt: it.services.clock.now().toISOString(), end: null },
      workspace: {
        ...{ id: `ws_${agentId}`, repoRoot: "/r", worktreePath: `/w/${agentId}`, branch: "b", baseBranch: "main" },
        ...{ baseSha: "0", headSha: "1", mode: "isolated" as const, requestedMode: "isolated" as const },
      },
    }));
    const report = () => host.call.orchestrators.reportAgents({ ...host.proof, complete: true, agents: reports });
    const rows = async () => [
      await it.services.db.client.agent.findMany({ orderBy: { id: "asc" } }),
      await it.services.db.client.workspace.findMany({ orderBy: { id: "asc" } }),
    ];
    expect(await report()).toEqual({ ended: [] });
    const known = await rows();
    expect(known[1]).toHaveLength(2);
    it.advance(60_000);
    const told: unknown[] = [];
    it.services.bells.onEvent((event) => told.push(event));
    expect(await report()).toEqual({ ended: [] });
    expect(await rows()).toEqual(known);
    expect(told).toEqual([]);
    const [first] = reports;
    if (first) first.workspace.headSha = "2";
    await report();
    expect((await rows())[1]?.filter((row) => "headSha" in row && row.headSha === "2")).toHaveLength(1);
  });
});
