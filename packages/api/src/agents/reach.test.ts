import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { carryOut, startAgent, testRelay } from "../testing/relay.ts";

const shell = { provider: "shell" as const, prompt: "true" };
const acts = ["shutdown", "restart", "compact", "interrupt"] as const;

eachEngine("who reaches whom", (open) => {
  const relay = async () => testRelay(await open());

  test("[SPN-53] an agent reaches its own children by agentId alone; itself, its parent, another's child and nobody have one text", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 3 });
    const lead = async () => {
      const { agentId, command } = await admin.agents.spawn({ ...shell, profile: "lead" });
      const { runner } = await carryOut(it, host, command.id);
      const child = await runner.agents.spawn(shell);
      return { agentId, runner, child: child.agentId, childCommand: child.command.id };
    };
    const [mine, other] = [await lead(), await lead()];
    const before = await it.services.db.client.command.count();
    for (const act of acts) {
      const strangers = [other.agentId, other.child, "shell-nobody", ...(act === "compact" ? [] : [mine.agentId])];
      const texts = new Set<string>();
      for (const agentId of strangers) {
        const error = await mine.runner.agents[act]({ agentId }).catch((caught: unknown) => caught);
        expect(error).toMatchObject({ code: "FORBIDDEN" });
        texts.add((error as Error).message);
      }
      expect(texts.size).toBe(1);
      const others = [
        { spawnRequestId: "x" },
        { sessionName: "x" },
        { policyName: "x" },
        { orchestratorId: "host-a" },
        { agentId: mine.child, orchestratorId: "host-a" },
        {},
      ];
      for (const selector of others) {
        await expect(mine.runner.agents[act](selector)).rejects.toMatchObject({ code: "FORBIDDEN" });
      }
    }
    expect(await it.services.db.client.command.count()).toBe(before);
    await expect(mine.runner.agents.compact({ agentId: mine.agentId })).rejects.toThrow(/shell has no compaction/);
    expect(await mine.runner.agents.shutdown({ agentId: mine.child })).toMatchObject({
      command: { id: mine.childCommand, state: "cancelled" },
    });
  });

  test("[SPN-54] a person names an agent by any of its names; all of them must fit", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const named = await admin.agents.spawn({
      ...shell,
      orchestratorId: "host-a",
      policyName: "nightly",
      spawnRequestId: "req",
    });
    const { agentId } = await startAgent(it, host, it.as());
    await it.host("host-b");
    const sessionName = (await it.services.db.client.agent.findUniqueOrThrow({ where: { id: agentId } })).sessionName;
    expect(await admin.agents.shutdown({ sessionName: sessionName ?? "" })).toMatchObject({ agentId });
    await expect(admin.agents.shutdown({ policyName: "nightly", orchestratorId: "host-b" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(admin.agents.shutdown({ agentId, spawnRequestId: "req" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("spawnRequestId req"),
    });
    expect(await admin.agents.shutdown({ policyName: "nightly", spawnRequestId: "req" })).toMatchObject({
      agentId: named.agentId,
      command: { state: "cancelled" },
    });
    expect(await admin.agents.shutdown({ spawnRequestId: "req" })).toMatchObject({ alreadyEnded: true, command: null });
  });

  test("[SPN-54] no name, a host without all, or all with a name is Invalid; a name that fits several live agents is Conflict", async () => {
    const it = await relay();
    await it.host();
    const admin = await it.as();
    const spawned = [1, 2].map(() => admin.agents.spawn({ ...shell, policyName: "twice" }));
    const ids = (await Promise.all(spawned)).map(({ agentId }) => agentId);
    const refused = async (input: object) =>
      admin.agents.shutdown(input as never).catch((caught: { code: string; message: string }) => caught);
    expect(await refused({})).toMatchObject({ code: "BAD_REQUEST", message: expect.stringContaining("agentId") });
    expect(await refused({ orchestratorId: "host-a" })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await refused({ agentId: ids[0], all: true })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await refused({ agentId: "x".repeat(241) })).toMatchObject({ code: "BAD_REQUEST" });
    expect(await refused({ policyName: "twice" })).toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining(ids[0] as string),
    });
    expect(await it.services.db.client.command.count({ where: { state: "pending" } })).toBe(2);
  });

  test("[SPN-54] [SPN-55] [IDN-59] with all, every agent of the host that has not ended, and their commands as a list", async () => {
    const it = await relay();
    const host = await it.host();
    const other = await it.host("host-b");
    const admin = await it.as();
    const running = await startAgent(it, host, it.as());
    const pending = await admin.agents.spawn({ ...shell, orchestratorId: "host-a" });
    const elsewhere = await admin.agents.spawn({ ...shell, orchestratorId: other.id });
    const answer = await admin.agents.shutdown({ orchestratorId: "host-a", all: true });
    expect(answer).toMatchObject({
      ok: true,
      action: "shutdown",
      orchestratorId: "host-a",
      agentId: null,
      command: null,
    });
    expect(answer.commands?.map(({ agentId, type }) => `${agentId} ${type}`).sort()).toEqual(
      [`${running.agentId} agent.shutdown`, `${pending.agentId} agent.spawn`].sort(),
    );
    expect(await admin.agents.get({ agentId: elsewhere.agentId })).toMatchObject({ status: "spawning" });
    const said = (await admin.activity.list({ kind: "command" })).items.filter(({ title }) => title.startsWith("Shut"));
    expect(said.map(({ agentId }) => agentId).sort()).toEqual([running.agentId, pending.agentId].sort());
    await expect(admin.agents.shutdown({ orchestratorId: "host-c", all: true })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("[SPN-53] [IDN-18] a host's own token reaches no agent, and a person's only what its constraints allow", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId } = await startAgent(it, host, it.as());
    for (const act of ["restart", "interrupt"] as const) {
      await expect(host.call.agents[act]({ agentId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    const elsewhere = await it.as({ profile: "operator", constraints: { orchestrators: ["host-b"] } });
    const below = await it.as({ profile: "operator", constraints: { cwdPrefixes: ["/base/other"] } });
    for (const act of acts) {
      await expect(elsewhere.agents[act]({ agentId })).rejects.toThrow(/orchestrators does not allow host-a/);
      await expect(below.agents[act]({ agentId })).rejects.toThrow(/cwdPrefixes does not allow/);
    }
  });

  test("[IDN-30] [SPN-54] an agent that was started by hand is not said to have ended: no host can end it", async () => {
    const it = await relay();
    const own = await it.as({ profile: "interactive", constraints: { agents: ["claude-byhand"] } });
    await own.agents.register({ runnerId: "r", sessionName: "mine" });
    const admin = await it.as();
    for (const act of ["shutdown", "restart", "interrupt"] as const) {
      await expect(admin.agents[act]({ agentId: "claude-byhand" })).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringContaining("started by hand"),
      });
    }
  });

  test("[SPN-59] compaction carries what the tags say is to be read again, and nothing without such tags", async () => {
    const it = await relay();
    const approvalModes = ["guarded" as const];
    const host = await it.host("host-a", {
      providers: [{ provider: "claude", available: true, reason: null, version: "2", approvalModes }],
    });
    const admin = await it.as();
    const started = async (tags: string[]) => {
      const { agentId, command } = await admin.agents.spawn({ provider: "claude", prompt: "Do it.", tags });
      return { agentId, ...(await carryOut(it, host, command.id)) };
    };
    const one = await started(["memory-reload: docs/plan.md ", "memory-reload:", "memory-reload:  ", "team:a"]);
    const { agentId, sessionName } = one;
    // Compact is the one act that an agent may ask for itself.
    const answer = await one.runner.agents.compact({ agentId });
    expect(answer).toMatchObject({ ok: true, action: "compact", command: { type: "agent.compact" } });
    expect(answer.command?.params).toEqual({ agentId, sessionName, memory: { alwaysReload: ["docs/plan.md"] } });
    const plain = await started(["team:a"]);
    const { command } = await admin.agents.compact({ agentId: plain.agentId });
    expect(command?.params).toEqual({ agentId: plain.agentId, sessionName: plain.sessionName });
    const shellAgent = await it.host("host-b").then((other) => startAgent(it, other, it.as()));
    await expect(admin.agents.compact({ agentId: shellAgent.agentId })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test("[SPN-60] interrupting is asked of the host; an idle agent has no turn, an ended one nothing to end", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, runner, epoch, sessionName } = await startAgent(it, host, it.as());
    const admin = await it.as();
    await runner.agents.setStatus({ epoch, status: "busy" });
    const asked = await admin.agents.interrupt({ agentId });
    expect(asked).toMatchObject({
      ok: true,
      interrupted: null,
      command: { type: "agent.interrupt", state: "pending" },
    });
    expect(asked.command?.params).toEqual({ agentId, sessionName });
    await runner.agents.setStatus({ epoch, status: "idle" });
    expect(await admin.agents.interrupt({ agentId })).toMatchObject({ ok: true, interrupted: false, command: null });
    await runner.agents.reportExit({ end: { exitCode: 0, signal: null, lastLines: [] } });
    await expect(admin.agents.interrupt({ agentId })).rejects.toMatchObject({ code: "CONFLICT" });
  });
});
