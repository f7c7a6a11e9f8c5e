import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Constraints } from "../contracts/index.ts";
import { startAgent, type TestRelay, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering, worktree } from "../testing/workspaces.ts";

const shell = { provider: "shell" as const, prompt: "true" };

/** How many rows a spawn would have made. */
const written = async ({ services }: TestRelay) => {
  const { client } = services.db;
  const started = client.activity.count({ where: { kind: "state" } });
  return Promise.all([client.agent.count(), client.command.count(), started]);
};

eachEngine("constraints", (open) => {
  test("[IDN-20] constraints hide nothing, and limit what is done, with terminals", async () => {
    const it = await testRelay(await open());
    const [a] = [await it.host("host-a"), await it.host("host-b")];
    const { agentId } = await startAgent(it, a);
    const elsewhere = await it.as({
      profile: "operator",
      constraints: { orchestrators: ["host-b"], cwd: "/nowhere", policies: [], targets: [] },
    });
    expect((await elsewhere.agents.list({ status: "all" })).items.map(({ id }) => id)).toEqual([agentId]);
    await expect(elsewhere.agents.get({ agentId })).resolves.toMatchObject({ id: agentId, orchestratorId: "host-a" });
    await expect(elsewhere.agents.timeline({ agentId })).resolves.toMatchObject({ items: expect.any(Array) });
    const hosts = await elsewhere.orchestrators.list({});
    expect(hosts.items.map(({ id }) => id)).toEqual(["host-a", "host-b"]);
    await expect(elsewhere.orchestrators.get({ id: "host-a" })).resolves.toMatchObject({ id: "host-a" });

    const before = await written(it);
    const refused = { code: "FORBIDDEN", message: expect.stringMatching(/orchestrators.*host-a.*host-b/) };
    await expect(elsewhere.agents.shutdown({ agentId })).rejects.toMatchObject(refused);
    await expect(elsewhere.agents.spawn({ ...shell, orchestratorId: "host-a" })).rejects.toMatchObject(refused);
    await expect(elsewhere.terminals.input({ agentId, data: "x" })).rejects.toMatchObject(refused);
    const looking = (async () => {
      for await (const _ of await elsewhere.terminals.attach({ agentId })) break;
    })();
    await expect(looking).rejects.toMatchObject(refused);
    expect(await written(it)).toEqual(before);
  });

  test.each<[string, Constraints, object, RegExp]>([
    ["orchestrators", { orchestrators: ["host-b", "host-c"] }, { orchestratorId: "host-a" }, /host-a.*host-b, host-c/],
    ["policies", { policies: ["night"] }, { policyName: "day" }, /day.*night/],
    ["spawnRequestIds", { spawnRequestIds: ["one", "two"] }, { spawnRequestId: "three" }, /three.*one, two/],
    ["cwd", { cwd: "/base/mine" }, { cwd: "/base/mine/../other" }, /\/base\/other.*\/base\/mine/],
    ["cwd", { cwd: "/base/mine" }, {}, /\/base;.*\/base\/mine/],
    ["cwdPrefixes", { cwdPrefixes: ["/base/a", "/base/b"] }, { cwd: "/base/ab" }, /\/base\/ab;.*\/base\/a, \/base\/b/],
    ["cwdPrefixes", { cwdPrefixes: [] }, {}, /\/base;.*nothing/],
  ])(
    "[IDN-21] [SPN-06] %s %j refuses a spawn of %j, naming value and allowed",
    async (key, constraints, input, text) => {
      const it = await testRelay(await open());
      await it.host();
      const limited = await it.as({ profile: "operator", constraints });
      const refusal = limited.agents.spawn({ ...shell, ...input });
      const message = expect.stringMatching(text);
      await expect(refusal).rejects.toMatchObject({ code: "FORBIDDEN", message });
      await expect(refusal).rejects.toThrow(`This token's ${key} does not allow`);
      expect(await written(it)).toEqual([0, 0, 0]);
    },
  );

  test("[SPN-06] what the constraints allow goes, by the directory as it is in the end", async () => {
    const it = await testRelay(await open());
    await it.host();
    const constraints = {
      orchestrators: ["host-a"],
      cwd: "/base/mine",
      cwdPrefixes: ["/base/mine/deep"],
      policies: ["night"],
      spawnRequestIds: ["one"],
    };
    const limited = await it.as({ profile: "operator", constraints });
    const spawned = await limited.agents.spawn({
      ...shell,
      cwd: "mine//x/../deep/",
      policyName: "night",
      spawnRequestId: "one",
    });
    expect(spawned.command.params).toMatchObject({ cwd: "/base/mine/deep" });
  });

  test("[SPN-05] [SPN-06] the constraints come last: after directory, profile, quota and room", async () => {
    const it = await testRelay(await open());
    const host = await it.host("host-a", { maxSessions: 2 });
    const { agentId } = await startAgent(it, host);
    const nowhere = { orchestrators: ["host-b"], cwd: "/nowhere" };
    const named = { ...shell, orchestratorId: "host-a" };
    const limited = await it.as({ profile: "operator", constraints: nowhere });
    await expect(limited.agents.spawn({ ...named, cwd: "/etc" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(limited.agents.spawn({ ...named, profile: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const agent = await it.as({
      profile: "operator",
      scopes: ["command:spawn"],
      constraints: { ...nowhere, agents: [agentId], maxSpawnedAgents: 0 },
    });
    await expect(agent.agents.spawn(named)).rejects.toThrow(/0\/0 live children/);
    await expect(limited.agents.spawn(named)).rejects.toThrow(/orchestrators does not allow/);
    await (await it.as()).agents.spawn(named);
    const room = { code: "TOO_MANY_REQUESTS", message: expect.stringContaining("is full") };
    await expect(limited.agents.spawn(named)).rejects.toMatchObject(room);
  });

  test("[IDN-19] an agent's own worktree counts as one of its directories", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, workspaceId } = await agentWithWorkspace(it, host);
    const constraints = { agents: [agentId], cwdPrefixes: ["/base/elsewhere"], maxSpawnedAgents: 5 };
    const agent = await it.as({ profile: "interactive", scopes: ["command:spawn"], constraints });
    const spawned = await agent.agents.spawn({ ...shell, cwd: `/worktrees/${workspaceId}/src` });
    expect(spawned.command.params).toMatchObject({ cwd: `/worktrees/${workspaceId}/src` });
    await expect(agent.agents.spawn({ ...shell, cwd: "/base" })).rejects.toThrow(/cwdPrefixes does not allow/);
  });

  test("[IDN-28] * without a workspace of one's own administers every workspace, and nothing else does", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { workspaceId } = await agentWithWorkspace(it, host);
    const worktrees = answering(host, () => worktree);
    const admin = await it.as();
    const everything = await it.as({ profile: "operator" });
    const integration = await it.as({ profile: "integration", scopes: ["agent:write"] });
    const wide = await it.as({ profile: "orchestrator" });
    for (const other of [everything, integration, wide]) {
      await expect(other.workspaces.ready({ workspaceId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    await expect(admin.workspaces.ready({ workspaceId })).resolves.toBeDefined();
    await worktrees.stop();
  });
});
