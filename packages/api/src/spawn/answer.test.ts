import { eachEngine } from "@signalbox/db/testing";
import { describe, expect, test, vi } from "vitest";
import type { Scope } from "../contracts/index.ts";
import { toProblem } from "../errors.ts";
import { mint, startAgent, testRelay } from "../testing/relay.ts";
import { SpawnAgent } from "./schema.ts";

const shell = { provider: "shell" as const, prompt: "true" };
const end = { exitCode: 0, signal: null, lastLines: [] };

describe("[SPN-01] the limits of a spawn's fields", () => {
  const list = (length: number, of: string) => Array.from({ length }, () => of);
  const most: Record<string, [at: unknown, over: unknown]> = {
    orchestratorId: ["x".repeat(200), "x".repeat(201)],
    labels: [list(20, "x".repeat(80)), list(21, "x")],
    cwd: ["x".repeat(500), "x".repeat(501)],
    model: ["x".repeat(120), "x".repeat(121)],
    effort: ["x".repeat(40), "x".repeat(41)],
    label: ["x".repeat(120), "x".repeat(121)],
    profile: ["x".repeat(120), "x".repeat(121)],
    policyName: ["x".repeat(120), "x".repeat(121)],
    rig: ["x".repeat(120), "x".repeat(121)],
    prompt: ["x".repeat(16_000), "x".repeat(16_001)],
    systemPromptAppend: ["x".repeat(64_000), "x".repeat(64_001)],
    tags: [list(50, "x".repeat(80)), list(51, "x")],
    capabilities: [list(50, "x".repeat(80)), list(50, "x".repeat(81))],
    providerArgs: [list(50, "x".repeat(80)), list(51, "x")],
    spawnRequestId: ["x".repeat(160), "x".repeat(161)],
    topLevel: [true, "yes"],
    queue: [true, 1],
    wait: [true, "true"],
    timeoutSeconds: [120, 121],
  };

  test("every field but the provider and the modes has one", () => {
    const others = ["provider", "approvalMode", "workspaceMode"];
    expect(Object.keys(SpawnAgent.shape).sort()).toEqual([...Object.keys(most), ...others].sort());
  });

  test.each(Object.entries(most))("%s", (field, [at, over]) => {
    expect(SpawnAgent.safeParse({ ...shell, [field]: at }).success).toBe(true);
    const refused = SpawnAgent.safeParse({ ...shell, [field]: over });
    expect(refused.error?.issues[0]?.path[0]).toBe(field);
  });

  test("what is left out has the table's default", () => {
    expect(SpawnAgent.parse(shell)).toEqual({
      ...shell,
      tags: [],
      capabilities: [],
      providerArgs: [],
      topLevel: false,
      queue: false,
      wait: false,
      timeoutSeconds: 90,
    });
  });
});

eachEngine("spawn's input and answer", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    return { it, host: await it.host("host-a", { maxSessions: 50 }), admin: await it.as({ name: "ada" }) };
  };

  test.each<[string, unknown, string[]]>([
    ["provider", undefined, ["claude", "codex", "shell"]],
    ["provider", "emacs", ["claude", "codex", "shell"]],
    ["provider", null, ["claude", "codex", "shell"]],
    ["approvalMode", "always", ["guarded", "plan", "auto-edit", "open"]],
    ["workspaceMode", "own", ["inherit", "shared", "isolated"]],
  ])("[SPN-02] %s %j is Invalid, naming the field and what there is", async (field, value, known) => {
    const { it, admin } = await given();
    const spawn = admin.agents.spawn as (input: object) => Promise<unknown>;
    const refused = await spawn({ ...shell, [field]: value }).then(
      () => null,
      (error: unknown) => toProblem(error, "r"),
    );
    expect(refused).toMatchObject({ code: "Invalid", field });
    expect(known.filter((one) => !refused?.message.includes(`"${one}"`))).toEqual([]);
    expect(await it.services.db.client.command.count()).toBe(0);
  });

  test("[SPN-11] an id stays taken after its agent ended, and after a restart of the relay", async () => {
    const db = await open();
    const it = await testRelay(db);
    const host = await it.host();
    const { text } = await it.token();
    const first = await it.callWith(text).agents.spawn({ ...shell, spawnRequestId: "once" });
    const report = { commandId: first.command.id, state: "running" as const };
    await host.call.commands.report({ ...host.proof, report });
    const runner = await host.call.tokens.issueRunner({ ...host.proof, commandId: first.command.id });
    const call = it.callWith(runner.token);
    const { epoch } = await call.agents.register({ runnerId: "r", sessionName: "sb" });
    await call.agents.reportExit({ epoch, end });
    host.connection.drop();
    const restarted = await testRelay(db);
    const again = await restarted.callWith(text).agents.spawn({ ...shell, spawnRequestId: "once", label: "new" });
    expect(again).toMatchObject({
      repeated: true,
      agentId: first.agentId,
      agent: { status: "exited", label: null },
      command: { id: first.command.id, state: "succeeded" },
    });
    const other = restarted.as({ name: "bob" });
    const refused = (await other).agents.spawn({ ...shell, spawnRequestId: "once" });
    await expect(refused).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.not.stringContaining(first.agentId),
    });
    expect(await db.client.agent.count()).toBe(1);
  });

  test("[SPN-35] a caller that is no agent has no quota; its agents have no parent and get the profile's grant", async () => {
    const { it, host, admin } = await given();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 2 });
    const scopes: Scope[] = ["command:spawn"];
    const limited = await it.as({ profile: "operator", scopes, constraints: { maxSpawnedAgents: 1 }, name: "bob" });
    const outside = await it.as({ profile: "integration", scopes, name: "ci" });
    for (const call of [limited, outside]) {
      for (const topLevel of [false, true]) {
        const spawned = await call.agents.spawn({ ...shell, profile: "lead", topLevel });
        expect(spawned.agent.spawnedBy).toBeNull();
        const commandId = spawned.command.id;
        const { token } = await mint(host, commandId);
        const { scopes: got, constraints } = await it.callWith(token).auth.whoami({});
        expect(got).toEqual(expect.arrayContaining(["command:spawn", "command:shutdown"]));
        expect(constraints).toMatchObject({ maxSpawnedAgents: 2 });
      }
    }
    const parent = (await startAgent(it, host)).agentId;
    const ghosts = [
      { agents: ["shell-ghost2"] },
      { agents: ["a", "b"] },
      { spawnedBy: parent },
      { parentAgents: ["x"] },
    ];
    const before = await it.services.db.client.agent.count();
    for (const constraints of ghosts) {
      const ghost = await it.as({ profile: "operator", constraints: { ...constraints, maxSpawnedAgents: 9 } });
      await expect(ghost.agents.spawn(shell)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    expect(await it.services.db.client.agent.count()).toBe(before);
  });

  test("[SPN-43] the answer says agent, host, provider, request, command and card, and whether it was a repeat", async () => {
    const { admin } = await given();
    const fields = ["ok", "agentId", "orchestratorId", "provider", "spawnRequestId", "command", "agent", "repeated"];
    const answer = await admin.agents.spawn(shell);
    expect(
      Object.keys(answer)
        .filter((key) => answer[key as keyof typeof answer] !== undefined)
        .sort(),
    ).toEqual(fields.sort());
    expect(answer).toMatchObject({
      ok: true,
      orchestratorId: "host-a",
      provider: "shell",
      spawnRequestId: expect.stringMatching(/^sp_[0-9a-f-]{36}$/),
      repeated: false,
      agent: { id: answer.agentId, meta: { spawnRequestId: answer.spawnRequestId } },
      command: { agentId: answer.agentId, target: "host-a", state: "pending" },
    });
  });

  test("[SPN-42] [SPN-44] the command holds what was accepted under its own name, and the record says what was started", async () => {
    const it = await testRelay(await open());
    const catalogue = [{ alias: "big", model: "big-1", efforts: ["low", "high"], default: true }];
    const claude = { provider: "claude" as const, available: true, reason: null, version: "2", models: catalogue };
    await it.host("host-a", { providers: [{ ...claude, approvalModes: ["plan"] }] });
    const admin = await it.as({ name: "ada" });
    const kept = {
      provider: "claude" as const,
      prompt: "Tidy up.",
      label: "tidy",
      rig: "blue",
      policyName: "night",
      tags: ["a", "b"],
      capabilities: ["c"],
      providerArgs: ["--verbose"],
      systemPromptAppend: "Be brief.",
      spawnRequestId: "once",
      workspaceMode: "shared" as const,
      approvalMode: "plan" as const,
      effort: "high",
    };
    const answer = await admin.agents.spawn({ ...kept, model: "big", cwd: "sub" });
    expect(answer.command.params).toMatchObject({
      ...kept,
      modelAlias: "big",
      model: "big-1",
      cwd: "/base/sub",
      agentId: answer.agentId,
      permissionMode: "plan",
      requestedBy: "ada",
      requestedAt: Date.parse("2026-01-01T00:00:00.000Z"),
    });
    expect(answer.command.params).not.toHaveProperty("headless");
    const record = await it.services.db.client.activity.findUniqueOrThrow({
      where: { clientId: `claude:spawn:${answer.command.id}` },
    });
    expect(JSON.parse(record.metadata)).toMatchObject({
      provider: "claude",
      host: "host-a",
      approvalMode: "plan",
      workspaceMode: "shared",
      label: "tidy",
      commandId: answer.command.id,
      caller: "ada",
    });
  });

  test("[SPN-41] agent and command are told of when both are there", async () => {
    const { it, admin } = await given();
    const { client } = it.services.db;
    const found: Promise<[string, boolean]>[] = [];
    it.services.bells.onEvent((event) => {
      if (event.type !== "agent" && event.type !== "command") return;
      const both = Promise.all([client.agent.findFirst(), client.command.findFirst()]);
      found.push(both.then((rows) => [event.type, rows.every(Boolean)]));
    });
    await admin.agents.spawn(shell);
    expect(new Map(await Promise.all(found))).toEqual(
      new Map([
        ["agent", true],
        ["command", true],
      ]),
    );
  });

  test("[SPN-48] a wait ends when its time is over or its caller leaves; the spawn goes on", async () => {
    const { it, host } = await given();
    const { text } = await it.token();
    const spawned = async (id: string) => {
      const look = async () => it.services.db.client.agent.findUnique({ where: { spawnRequestId: id } });
      await vi.waitUntil(look, { timeout: 10_000 });
    };
    const leaving = new AbortController();
    const wanted = { ...shell, wait: true, timeoutSeconds: 5 };
    const left = it.callWith(text, {}, leaving.signal).agents.spawn({ ...wanted, spawnRequestId: "left" });
    await spawned("left");
    leaving.abort();
    await left.catch(() => undefined);
    const late = it.callWith(text).agents.spawn({ ...wanted, spawnRequestId: "late" });
    await spawned("late");
    it.advance(5_000);
    expect(await late).toMatchObject({ ok: true, timedOut: true, agent: { status: "spawning" } });
    const states = await it.services.db.client.agent.findMany({ select: { state: true } });
    expect(states.map(({ state }) => state)).toEqual(["spawning", "spawning"]);

    const waiting = it.callWith(text).agents.spawn({ ...wanted, spawnRequestId: "late" });
    const command = await it.services.db.client.command.findFirstOrThrow({ where: { correlationId: "late" } });
    const { token } = await mint(host, command.id);
    await it.callWith(token).agents.register({ runnerId: "r", sessionName: "sb" });
    expect(await waiting).toMatchObject({ ok: true, timedOut: false, agent: { status: "online" } });
  });
});
