import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { releaseQueued } from "../commands/room.ts";
import { mint, startAgent, takeCommands, testRelay } from "../testing/relay.ts";

const shell = { provider: "shell" as const, prompt: "true" };

eachEngine("spawn", (open) => {
  const relay = async () => testRelay(await open());

  test("[SPN-01] an unknown field and a prompt over its limit are Invalid, naming field and limit", async () => {
    const it = await relay();
    const admin = await it.as();
    await it.host();
    const problem = async (input: object) => {
      const { toProblem } = await import("../errors.ts");
      return admin.agents.spawn({ ...shell, ...input }).catch((error: unknown) => toProblem(error, "r"));
    };
    expect(await problem({ color: "red" })).toMatchObject({ code: "Invalid", field: "color" });
    expect(await problem({ prompt: "x".repeat(16_001) })).toMatchObject({
      code: "Invalid",
      field: "prompt",
      limit: 16_000,
    });
    expect(await problem({ provider: "emacs" })).toMatchObject({
      field: "provider",
      message: expect.stringContaining("claude"),
    });
    expect(await problem({ prompt: undefined })).toMatchObject({ code: "Invalid", field: "prompt" });
  });

  test("[SPN-07] a refused spawn writes no agent, no command and no activity", async () => {
    const it = await relay();
    await it.host();
    const admin = await it.as();
    await expect(admin.agents.spawn({ ...shell, cwd: "/elsewhere" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const { client } = it.services.db;
    expect([await client.agent.count(), await client.command.count(), await client.activity.count()]).toEqual([
      0, 0, 0,
    ]);
  });

  test("[SPN-12] [SPN-13] a host whose connection is gone is no candidate, and named it is Conflict, since when", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    host.connection.drop();
    await expect(admin.agents.spawn(shell)).rejects.toThrow(/no host is online/);
    await expect(admin.agents.spawn({ ...shell, orchestratorId: "host-a" })).rejects.toThrow(
      /is stale; it was last seen at 2026/,
    );
    expect(await it.services.db.client.agent.count()).toBe(0);
  });

  test("[SPN-08] [SPN-09] the same request from the same caller repeats the answer; from another it is Conflict", async () => {
    const it = await relay();
    await it.host();
    const admin = await it.as();
    const first = await admin.agents.spawn({ ...shell, spawnRequestId: "once" });
    const again = await admin.agents.spawn({ ...shell, spawnRequestId: "once", label: "other" });
    expect(again).toMatchObject({ agentId: first.agentId, repeated: true, command: { id: first.command.id } });
    const other = await it.as({ profile: "operator" });
    await expect(other.agents.spawn({ ...shell, spawnRequestId: "once" })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await it.services.db.client.agent.count()).toBe(1);
  });

  test("[SPN-10] equal requests in parallel make one agent and one command", async () => {
    const it = await relay();
    await it.host();
    const admin = await it.as();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => admin.agents.spawn({ ...shell, spawnRequestId: "race" })),
    );
    expect(new Set(answers.map(({ agentId }) => agentId)).size).toBe(1);
    expect(await it.services.db.client.command.count()).toBe(1);
  });

  test("[SPN-10] [SPN-38] equal requests in parallel are one also where there is room for one only", async () => {
    const it = await relay();
    const host = await it.host("host-a", { maxSessions: 2 });
    const admin = await it.as();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 1 });
    const { agentId: lead, command } = await admin.agents.spawn({ ...shell, profile: "lead" });
    const { token } = await mint(host, command.id);
    const runner = it.callWith(token);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => runner.agents.spawn({ ...shell, spawnRequestId: "race" })),
    );
    expect(new Set(answers.map(({ agentId }) => agentId)).size).toBe(1);
    expect(await it.services.db.client.agent.count({ where: { spawnedBy: lead } })).toBe(1);
  });

  test("[SPN-17] of parallel spawns on one host exactly as many succeed as there is room", async () => {
    const it = await relay();
    await it.host("host-a", { maxSessions: 5 });
    const admin = await it.as();
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => admin.agents.spawn(shell)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    const refused = results.find((one) => one.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });

  test("[SPN-18] with queue a full host is taken, and its command waits until there is room", async () => {
    const it = await relay();
    const host = await it.host("host-a", { maxSessions: 1 });
    const admin = await it.as();
    const first = await startAgent(it, host);
    await expect(admin.agents.spawn(shell)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
    const queued = await admin.agents.spawn({ ...shell, queue: true });
    expect(queued).toMatchObject({ agent: { status: "spawning" }, command: { state: "pending" } });
    const deadline = Date.parse(queued.command.deadlineAt) - Date.parse(queued.command.createdAt);
    expect(deadline).toBe(30 * 60_000);
    await releaseQueued(it.services);
    const held = await it.services.db.client.command.findUniqueOrThrow({ where: { id: queued.command.id } });
    expect(held.queued).toBe(true);
    const taking = takeCommands(host, 1) as Promise<[[string, { command: { id: string } }]]>;
    await first.runner.agents.reportExit({ epoch: first.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    await releaseQueued(it.services);
    expect((await taking)[0][1].command.id).toBe(queued.command.id);
  });

  test("[SPN-36] [SPN-37] [SPN-39] an agent spawns within its quota, under parallel calls too; its child not at all", async () => {
    const it = await relay();
    const host = await it.host("host-a", { maxSessions: 50 });
    const { agentId, runner } = await startAgent(it, host);
    await expect(runner.agents.spawn(shell)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const given = { profile: "interactive" as const, scopes: ["command:spawn" as const, "agent:write" as const] };
    const constraints = { agents: [agentId], maxSpawnedAgents: 3 };
    const parent = await it.as({ ...given, constraints });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => parent.agents.spawn(shell)));
    const started = results.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(started).toHaveLength(3);
    expect(started[0]?.agent).toMatchObject({ spawnedBy: agentId });
    const child = await it.as({
      ...given,
      constraints: { agents: [started[0]?.agentId as string], maxSpawnedAgents: 3 },
    });
    await expect(child.agents.spawn(shell)).rejects.toThrow(/Children do not spawn/);
  });

  test("[SPN-41] [SPN-42] [SPN-44] an accepted spawn writes agent, command and one record; nothing secret is in it", async () => {
    const it = await relay();
    await it.host();
    const answer = await (await it.as({ name: "ada" })).agents.spawn({ ...shell, label: "tidy" });
    expect(answer).toMatchObject({
      ok: true,
      repeated: false,
      agentId: expect.stringMatching(/^shell-[a-z2-9]{6}$/),
      agent: { status: "spawning", label: "tidy", onBehalfOf: "ada", meta: { approvalMode: "open", cwd: "/base" } },
      command: {
        type: "agent.spawn",
        source: "system",
        target: "host-a",
        correlationId: answer.spawnRequestId,
        params: { agentId: answer.agentId, approvalMode: "open", permissionMode: "open", requestedBy: "ada" },
      },
    });
    const records = await it.services.db.client.activity.findMany();
    expect(records).toMatchObject([{ kind: "state", view: "agents", body: "/base", meta: "host-a" }]);
    expect(records[0]?.clientId).toBe(`shell:spawn:${answer.command.id}`);
  });

  test("[SPN-45] the agent is online when its runner registered, and this settles a running command", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, command } = await (await it.as()).agents.spawn(shell);
    const { token } = await mint(host, command.id);
    await it.callWith(token).agents.register({ runnerId: "r", sessionName: "sb-x" });
    const admin = await it.as();
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "online",
      epoch: 1,
      command: { state: "succeeded" },
    });
  });

  test("[SPN-46] a runner that does not register in time makes the agent failed and ends its session and token", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, command } = await (await it.as()).agents.spawn(shell);
    const { token } = await mint(host, command.id);
    const result = { sessionName: "sb-x", workspace: null, adopted: false };
    await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "succeeded", result } });
    const { failUnregistered } = await import("../agents/service.ts");
    it.advance(59_000);
    await failUnregistered(it.services);
    expect(await (await it.as()).agents.get({ agentId })).toMatchObject({ status: "spawning" });
    it.advance(2_000);
    await failUnregistered(it.services);
    const admin = await it.as();
    expect(await admin.agents.get({ agentId })).toMatchObject({
      status: "failed",
      statusReason: { kind: "not_registered" },
    });
    await expect(it.callWith(token).auth.whoami({})).rejects.toThrow(/revoked/);
    const [item] = (await takeCommands(host, 1)) as [{ data?: { command: { type: string } } }];
    expect(JSON.stringify(item)).toContain("agent.shutdown");
  });

  test("[SPN-47] a failed command makes the agent failed with the typed reason, text and lines", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, command } = await (await it.as()).agents.spawn(shell);
    const error = { reason: "workspace_failed", message: "/base/x does not exist", lastLines: ["one", "two"] };
    await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "failed", error } });
    expect(await (await it.as()).agents.get({ agentId })).toMatchObject({
      status: "failed",
      statusReason: { kind: "workspace_failed", text: "/base/x does not exist" },
      lastLines: ["one", "two"],
    });
  });

  test("[SPN-48] with wait the answer comes with the failure, or as it stands when the time is over", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const waiting = admin.agents.spawn({ ...shell, wait: true, spawnRequestId: "w" });
    const command = await until(() => it.services.db.client.command.findFirst({ where: { correlationId: "w" } }));
    const error = { reason: "provider_missing", message: "no bash" };
    await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "failed", error } });
    expect(await waiting).toMatchObject({ ok: false, failure: { reason: "provider_missing", text: "no bash" } });
  });

  test("[SPN-55] [SPN-60] shutdown: ended already is ok, a pending spawn is cancelled, an absent host is Unavailable", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const pending = await admin.agents.spawn(shell);
    await admin.agents.shutdown({ agentId: pending.agentId });
    expect(await admin.agents.get({ agentId: pending.agentId })).toMatchObject({
      status: "exited",
      statusReason: { kind: "cancelled" },
      command: { state: "cancelled" },
    });
    expect(await admin.agents.shutdown({ agentId: pending.agentId })).toMatchObject({
      alreadyEnded: true,
      command: null,
    });
    const { agentId } = await startAgent(it, host);
    host.connection.drop();
    await expect(admin.agents.shutdown({ agentId })).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  test("[SPN-53] an agent shuts down its own children only; every other id has one and the same refusal", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const stranger = await startAgent(it, host);
    const scopes = ["command:shutdown" as const];
    const agent = await it.as({ profile: "interactive", scopes, constraints: { agents: [agentId] } });
    const refusals = await Promise.all(
      [stranger.agentId, agentId, "shell-nobody"].map((id) =>
        agent.agents.shutdown({ agentId: id }).catch((error: Error) => error.message),
      ),
    );
    expect(new Set(refusals).size).toBe(1);
    expect(refusals[0]).toMatch(/only its own children/);
  });
});

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
