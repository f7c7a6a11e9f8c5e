import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Scope } from "../contracts/index.ts";
import { mint, type TestHost, type TestRelay, testRelay } from "../testing/relay.ts";

const shell = { provider: "shell" as const, prompt: "true" };

/** What the token of a freshly started agent may do. */
async function grantOf(it: TestRelay, host: TestHost, commandId: string) {
  const { token } = await mint(host, commandId);
  const { scopes, constraints } = await it.callWith(token).auth.whoami({});
  return { scopes: new Set<Scope>(scopes), quota: constraints.maxSpawnedAgents, token };
}

eachEngine("agent profiles", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    return { it, host: await it.host("host-a", { maxSessions: 50 }), admin: await it.as({ name: "ada" }) };
  };

  test("[SPN-31] [SPN-32] [SPN-33] a profile holds its fields and no other, and no credential", async () => {
    const { admin } = await given();
    const put = (fields: object) => admin.profiles.put({ name: "p", ...fields } as never);
    await expect(put({ color: "red" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(put({ extraScopes: ["token:write"] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(put({ maxSpawnedAgents: 101 })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(put({ env: { KEY: "sk-live" } })).rejects.toThrow(/env.KEY looks like a credential.*host/);
    await expect(admin.profiles.get({ name: "p" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("[SPN-34] each change raises the version, and one who missed a change is told", async () => {
    const { admin } = await given();
    await admin.profiles.put({ name: "p", description: "one" });
    const second = await admin.profiles.put({ name: "p", description: "two", ifVersion: 1 });
    expect(second.profile).toMatchObject({ version: 2, description: "two" });
    await expect(admin.profiles.put({ name: "p", ifVersion: 1 })).rejects.toThrow(/is at version 2, not at 1/);
    const racing = await Promise.allSettled(
      ["a", "b", "c", "d"].map((description) => admin.profiles.put({ name: "p", description, ifVersion: 2 })),
    );
    expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await admin.profiles.remove({ name: "p" });
    expect((await admin.profiles.list({})).items).toEqual([]);
  });

  test("[SPN-29] [SPN-30] an unknown profile is NotFound; a known one travels expanded, and the call's values win", async () => {
    const { admin } = await given();
    await expect(admin.agents.spawn({ ...shell, profile: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await admin.profiles.put({ name: "worker", workspaceMode: "isolated", instructions: "Be brief." });
    const { command, agent } = await admin.agents.spawn({ ...shell, profile: "worker" });
    expect(command.params).toMatchObject({ workspaceMode: "isolated", agentProfile: { name: "worker", version: 1 } });
    expect(agent.meta.profile).toBe("worker");
    const other = await admin.agents.spawn({ ...shell, profile: "worker", workspaceMode: "shared" });
    expect(other.command.params).toMatchObject({ workspaceMode: "shared" });
  });

  test("[SPN-34] [CON-61] a profile tells how many live agents were started with it", async () => {
    const { admin, it } = await given();
    await admin.profiles.put({ name: "idle" });
    await admin.profiles.put({ name: "worker" });
    const { agentId } = await admin.agents.spawn({ ...shell, profile: "worker" });
    await admin.agents.spawn({ ...shell, profile: "worker" });
    const counts = async () => (await admin.profiles.list({})).items.map(({ name, liveAgents }) => [name, liveAgents]);
    expect(await counts()).toEqual([
      ["idle", 0],
      ["worker", 2],
    ]);
    await it.services.db.client.agent.update({ where: { id: agentId }, data: { state: "exited" } });
    expect(await admin.profiles.get({ name: "worker" })).toMatchObject({ liveAgents: 1 });
    expect(await admin.profiles.remove({ name: "worker" })).toMatchObject({ liveAgents: 1 });
  });

  test("[HST-54] what a provider does not take of a profile is left out, and the activity says so", async () => {
    const { it, admin } = await given();
    await admin.profiles.put({ name: "worker", instructions: "Be brief." });
    const { command } = await admin.agents.spawn({ ...shell, profile: "worker" });
    const record = await it.services.db.client.activity.findFirstOrThrow({
      where: { clientId: `shell:spawn:${command.id}` },
    });
    expect(JSON.parse(record.metadata)).toMatchObject({ notes: ["The instructions of profile worker were left out"] });
  });

  test("[IDN-44] [IDN-45] [IDN-47] the mint takes the profile as it is then; live agents keep their grant", async () => {
    const { it, host, admin } = await given();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 2, extraScopes: ["logs:read"] });
    const first = await admin.agents.spawn({ ...shell, profile: "lead" });
    const before = await grantOf(it, host, first.command.id);
    expect([before.quota, before.scopes.has("command:spawn"), before.scopes.has("logs:read")]).toEqual([2, true, true]);
    const late = await admin.agents.spawn({ ...shell, profile: "lead" });
    const put = await admin.profiles.put({ name: "lead", maxSpawnedAgents: 0, spawnTopLevel: true });
    expect(put).toMatchObject({ liveWithOlderGrant: 2, profile: { grants: { person: { maxSpawnedAgents: 0 } } } });
    const after = await grantOf(it, host, late.command.id);
    expect([after.quota, after.scopes.has("command:spawn"), after.scopes.has("command:spawn-top-level")]).toEqual([
      undefined,
      false,
      true,
    ]);
    expect((await it.callWith(before.token).auth.whoami({})).scopes).toContain("command:spawn");
  });

  test("[IDN-45] [SPN-40] what an agent starts gets no spawn right, child or top level, whatever its profile", async () => {
    const { it, host, admin } = await given();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 3, spawnTopLevel: true, extraScopes: ["logs:read"] });
    await admin.profiles.put({ name: "greedy", maxSpawnedAgents: 9, extraScopes: ["logs:read", "command:read"] });
    const lead = await admin.agents.spawn({ ...shell, profile: "lead" });
    const { token } = await grantOf(it, host, lead.command.id);
    const agent = it.callWith(token);
    for (const topLevel of [false, true]) {
      const started = await agent.agents.spawn({ ...shell, profile: "greedy", topLevel });
      expect(started.agent).toMatchObject({ spawnedBy: topLevel ? null : lead.agentId, onBehalfOf: "ada" });
      const grant = await grantOf(it, host, started.command.id);
      expect([grant.quota, grant.scopes.has("command:spawn"), grant.scopes.has("command:read")]).toEqual([
        undefined,
        false,
        false,
      ]);
      expect(grant.scopes.has("logs:read")).toBe(true);
    }
  });

  test("[SPN-38] [SPN-39] with a profile's quota, of 50 parallel spawns exactly as many succeed as there is room", async () => {
    const { it, host, admin } = await given();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 4 });
    const lead = await admin.agents.spawn({ ...shell, profile: "lead" });
    const agent = it.callWith((await grantOf(it, host, lead.command.id)).token);
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => agent.agents.spawn(shell)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    expect(await it.services.db.client.agent.count({ where: { spawnedBy: lead.agentId } })).toBe(4);
  });

  test("[SPN-40] an agent may have so many live top-level agents", async () => {
    const { it, host, admin } = await given();
    await admin.settings.put({ key: "agents.topLevelPerAgent", value: 2 });
    await admin.profiles.put({ name: "lead", spawnTopLevel: true });
    const lead = await admin.agents.spawn({ ...shell, profile: "lead" });
    const agent = it.callWith((await grantOf(it, host, lead.command.id)).token);
    await expect(agent.agents.spawn(shell)).rejects.toThrow(/needs command:spawn/);
    const spawn = () => agent.agents.spawn({ ...shell, topLevel: true });
    await spawn();
    await spawn();
    await expect(spawn()).rejects.toThrow(/2\/2 live top-level agents/);
  });

  test("[SPN-28] an agent may not give providerArgs", async () => {
    const { it, host, admin } = await given();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 1 });
    const lead = await admin.agents.spawn({ ...shell, profile: "lead" });
    const agent = it.callWith((await grantOf(it, host, lead.command.id)).token);
    await expect(agent.agents.spawn({ ...shell, providerArgs: ["-x"] })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
