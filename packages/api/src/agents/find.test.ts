import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { carryOut, testRelay } from "../testing/relay.ts";

eachEngine("finding agents", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host("host-a", { maxSessions: 50 });
    const admin = await it.as({ name: "jo" });
    const spawn = async (label: string, more: object = {}) => {
      it.advance(1_000);
      const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true", label, ...more });
      return { id: agentId, ...(await carryOut(it, host, command.id)) };
    };
    const one = await spawn("Writer", { tags: ["red"], capabilities: ["docs"] });
    const two = await spawn("Reviewer", { tags: ["red", "blue"], capabilities: ["review"] });
    const three = await spawn("Tester", { tags: ["blue"] });
    const find = async (filter: object) => (await admin.agents.find(filter)).agents.map(({ id }) => id);
    return { it, host, admin, spawn, one, two, three, find };
  };

  test("[MSG-14] values of a field are alternatives, fields must all match, label is a part whatever its case", async () => {
    const { one, two, three, find } = await given();
    expect(await find({ tag: ["red", "blue"], sortBy: "created", order: "asc" })).toEqual([one.id, two.id, three.id]);
    expect(await find({ tag: "red", label: "REV" })).toEqual([two.id]);
    expect(await find({ tag: "re" })).toEqual([]);
    expect(await find({ capability: ["docs", "review"], tag: "blue" })).toEqual([two.id]);
    expect(await find({ machine: "host-a.local", provider: ["shell", "claude"] })).toHaveLength(3);
    expect(await find({ machine: "elsewhere" })).toEqual([]);
    expect(await find({ kind: "interactive" })).toEqual([]);
    expect(await find({ kind: ["interactive", "managed"] })).toHaveLength(3);
  });

  test("[MSG-03] [MSG-15] running ones unless a state, several or all are asked for; another word lists them", async () => {
    const { it, one, two, admin, find } = await given();
    await it.services.db.client.agent.update({ where: { id: one.id }, data: { state: "exited" } });
    await it.services.db.client.agent.update({ where: { id: two.id }, data: { state: "stale" } });
    expect(await find({})).toHaveLength(1);
    expect(await find({ status: "running" })).toHaveLength(1);
    expect(await find({ status: ["exited", "stale"] })).toHaveLength(2);
    expect(await find({ status: "all" })).toHaveLength(3);
    const failed = admin.agents.find({ status: "asleep" });
    await expect(failed).rejects.toMatchObject({ reason: "Invalid", details: { field: "status" } });
    await expect(failed).rejects.toThrow(/spawning.*failed, running, all/);
  });

  test("[MSG-13] [MSG-17] empty, long or too many values and unknown orders are Invalid, naming the field", async () => {
    const { admin } = await given();
    for (const [field, value] of [
      ["label", ""],
      ["label", "x".repeat(201)],
      ["tag", []],
      ["tag", Array.from({ length: 51 }, String)],
      ["sortBy", "size"],
      ["limit", 201],
      ["limit", 0],
      ["order", "up"],
    ] as const)
      await expect(admin.agents.find({ [field]: value } as object)).rejects.toThrow(field);
    await expect(admin.agents.find({ provider: "gpt" })).rejects.toMatchObject({ details: { field: "provider" } });
    await expect(admin.agents.find({ kind: "robot" })).rejects.toMatchObject({ details: { field: "kind" } });
  });

  test("[MSG-16] spawnedBy me is the caller's children; of somebody who is no agent it matches nothing", async () => {
    const { it, one, two, admin } = await given();
    await it.services.db.client.agent.update({ where: { id: two.id }, data: { spawnedBy: one.id } });
    expect((await one.runner.agents.find({ spawnedBy: "me" })).agents.map(({ id }) => id)).toEqual([two.id]);
    expect(await admin.agents.find({ spawnedBy: "me" })).toEqual({ agents: [], count: 0, nextCursor: null });
    expect((await admin.agents.find({ spawnedBy: one.id })).count).toBe(1);
  });

  test("[MSG-17] [MSG-18] last active first unless sorted otherwise; pages go on where they ended", async () => {
    const { one, two, three, admin, find } = await given();
    expect(await find({})).toEqual([three.id, two.id, one.id]);
    expect(await find({ sortBy: "label", order: "asc" })).toEqual([two.id, three.id, one.id]);
    const first = await admin.agents.find({ limit: 2 });
    expect(first).toMatchObject({ count: 2, nextCursor: two.id });
    const second = await admin.agents.find({ limit: 2, cursor: first.nextCursor as string });
    expect(second).toMatchObject({ count: 1, nextCursor: null, agents: [{ id: one.id }] });
  });

  test("[MSG-11] the overview is of one agent, managed agent or host, never of two; unknown ones are named", async () => {
    const { it, one, two, admin } = await given();
    await it.services.db.client.agent.update({ where: { id: two.id }, data: { policyName: "nightly" } });
    await expect(admin.agents.overview({ agentId: one.id, orchestratorId: "host-a" })).rejects.toMatchObject({
      reason: "Invalid",
    });
    expect(await admin.agents.overview({ agentId: one.id })).toMatchObject({ agents: [{ id: one.id }], hosts: [] });
    expect(await admin.agents.overview({ policyName: "nightly" })).toMatchObject({ agents: [{ id: two.id }] });
    expect(await admin.agents.overview({ orchestratorId: "host-a" })).toMatchObject({
      agents: [],
      hosts: [{ id: "host-a", state: "online", providers: ["shell"], sessions: 3, maxSessions: 50 }],
    });
    for (const wrong of [{ agentId: "shell-zzzzzz" }, { policyName: "none" }, { orchestratorId: "host-z" }])
      await expect(admin.agents.overview(wrong)).rejects.toMatchObject({
        reason: "NotFound",
        message: expect.stringContaining(Object.values(wrong)[0] as string),
      });
  });

  test("[MSG-12] without a selector it is all that runs, with the hosts; absent and ended ones when asked", async () => {
    const { it, one } = await given();
    await it.services.db.client.agent.update({ where: { id: one.id }, data: { state: "exited" } });
    const reader = await it.as({ profile: "admin", scopes: ["agent:read"] });
    const now = await reader.agents.overview({});
    expect(now).toMatchObject({ hosts: [{ id: "host-a" }], policies: [], more: false });
    expect(now.agents).toHaveLength(2);
    expect((await reader.agents.overview({ includeOffline: true })).agents).toHaveLength(3);
  });

  test("[MSG-01] [MSG-02] one card everywhere, with no token and no environment in it", async () => {
    const { one, admin } = await given();
    const [found] = (await admin.agents.find({ label: "Writer" })).agents;
    const [listed] = (await admin.agents.list({ text: "Writer" })).items;
    const whole = await admin.agents.get({ agentId: one.id });
    expect(found).toEqual(listed);
    expect(whole).toMatchObject(found as object);
    expect(Object.keys(found ?? {}).toSorted()).toEqual(
      "capabilities createdAt epoch id kind label lastActiveAt machine meta name onBehalfOf orchestratorId provider ready shutdownFailure spawnedBy status statusReason statusSince tags workspaceId".split(
        " ",
      ),
    );
    expect(Object.keys(found?.meta ?? {}).toSorted()).toEqual(
      "approvalMode cwd effort model policyName profile providerArgs spawnRequestId workspaceMode".split(" "),
    );
    expect(JSON.stringify(found)).not.toMatch(/sbx_|env/);
  });

  test("[MSG-04] [MSG-07] [MSG-08] [MSG-09] [MSG-10] an agent is itself from its first call; blocked says why and since when; it is ready once it is idle", async () => {
    const { it, host, admin } = await given();
    const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true" });
    await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "running" } });
    const { token } = await host.call.tokens.issueRunner({ ...host.proof, commandId: command.id });
    const runner = it.callWith(token);
    expect(await runner.auth.whoami({})).toMatchObject({
      kind: "agent",
      agentId,
      agent: { id: agentId, status: "spawning", ready: false },
    });
    expect(await admin.auth.whoami({})).toMatchObject({ kind: "person", agentId: null, agent: null });
    const { epoch } = await runner.agents.register({ runnerId: "r", sessionName: `sb-${command.id}` });
    const card = async () => (await admin.agents.overview({ agentId })).agents[0];
    expect(await card()).toMatchObject({ status: "online", ready: false });
    it.advance(5_000);
    await runner.agents.setStatus({ epoch, status: "blocked", blocked: { kind: "permission", text: "run rm?" } });
    expect(await card()).toMatchObject({
      status: "blocked",
      statusReason: { kind: "permission", text: "run rm?" },
      statusSince: it.services.clock.now().toISOString(),
    });
    await runner.agents.setStatus({ epoch, status: "idle" });
    expect(await card()).toMatchObject({ status: "idle", statusReason: null, ready: true });
    const again = await runner.agents.register({ runnerId: "r2", sessionName: `sb-${command.id}` });
    expect(again.epoch).toBe(epoch + 1);
    expect(await card()).toMatchObject({ ready: false, epoch: epoch + 1 });
  });
});
