import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { mint, testRelay } from "../testing/relay.ts";

eachEngine("the list of agents", (open) => {
  async function fleet() {
    const it = await testRelay(await open());
    await it.host("host-a");
    await it.host("host-b", { labels: ["gpu"] });
    const admin = await it.as();
    const spawn = async (more: Partial<Parameters<typeof admin.agents.spawn>[0]>) => {
      it.advance(1);
      return (await admin.agents.spawn({ provider: "shell", prompt: "true", orchestratorId: "host-a", ...more }))
        .agentId;
    };
    const list = async (filter: Parameters<typeof admin.agents.list>[0]) =>
      (await admin.agents.list({ status: "all", ...filter })).items.map(({ id }) => id);
    return { it, admin, spawn, list };
  }

  test("[CON-18] narrowed by host, policy, provider, profile and text; filters add up", async () => {
    const { admin, spawn, list } = await fleet();
    await admin.profiles.put({ name: "tester" });
    const plain = await spawn({});
    const policed = await spawn({ policyName: "nightly", label: "Night Shift" });
    const elsewhere = await spawn({ orchestratorId: "host-b", policyName: "nightly", profile: "tester" });
    expect(await list({ orchestratorId: "host-a" })).toEqual([policed, plain]);
    expect(await list({ policyName: "nightly" })).toEqual([elsewhere, policed]);
    expect(await list({ policyName: "nightly", orchestratorId: "host-a" })).toEqual([policed]);
    expect(await list({ profile: "tester" })).toEqual([elsewhere]);
    expect(await list({ provider: "shell" })).toHaveLength(3);
    expect(await list({ provider: "claude" })).toEqual([]);
    expect(await list({ text: "night" })).toEqual([policed]);
    expect(await list({ text: plain.slice(-4) })).toEqual([plain]);
  });

  test("[CON-18] a tag or capability is matched whole, not as a part of another", async () => {
    const { spawn, list } = await fleet();
    const docs = await spawn({ tags: ["docs", "a_b"], capabilities: ["review"] });
    const more = await spawn({ tags: ["docs-old", "axb", "Docs"], capabilities: ["docs"] });
    const odd = await spawn({ tags: ['say "docs"', "50%", "back\\slash", "x,y"] });
    expect(await list({ tag: "docs" })).toEqual([docs]);
    expect(await list({ tag: "Docs" })).toEqual([more]);
    expect(await list({ tag: "a_b" })).toEqual([docs]);
    expect(await list({ tag: "5%" })).toEqual([]);
    expect(await list({ tag: "," })).toEqual([]);
    for (const tag of ['say "docs"', "50%", "back\\slash", "x,y"]) expect(await list({ tag })).toEqual([odd]);
    expect(await list({ capability: "docs" })).toEqual([more]);
    expect(await list({ capability: "review", tag: "docs" })).toEqual([docs]);
    expect(await list({ capability: "review", tag: "docs-old" })).toEqual([]);
  });

  test("[CON-18] a page is full and the next one begins where it ended, also when many rows do not match", async () => {
    const { admin, spawn, list } = await fleet();
    const wanted: string[] = [];
    for (let each = 0; each < 5; each += 1) {
      wanted.unshift(await spawn({ tags: ["Mark"] }));
      await spawn({ tags: ["mark"] });
    }
    const first = await admin.agents.list({ status: "all", tag: "Mark", limit: 2 });
    const second = await admin.agents.list({ status: "all", tag: "Mark", limit: 2, cursor: first.nextCursor ?? "" });
    const third = await admin.agents.list({ status: "all", tag: "Mark", limit: 2, cursor: second.nextCursor ?? "" });
    expect([first, second, third].map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(wanted);
    expect(third.nextCursor).toBeNull();
    expect(await list({ tag: "Mark" })).toEqual(wanted);
  });

  /** An agent of profile `lead` on a host of its own. */
  async function lead() {
    const { it, admin } = await fleet();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 2, extraScopes: ["logs:read"] });
    const host = await it.host("host-c");
    const wanted = { provider: "shell", prompt: "true", orchestratorId: host.id, profile: "lead" } as const;
    const { agentId, command } = await admin.agents.spawn(wanted);
    return { it, admin, agentId, commandId: command.id, host };
  }

  test("[CON-18] children are found by their parent", async () => {
    const { it, admin, agentId, commandId, host } = await lead();
    const runner = it.callWith((await mint(host, commandId)).token);
    const child = await runner.agents.spawn({ provider: "shell", prompt: "true" });
    const { items } = await admin.agents.list({ status: "all", spawnedBy: agentId });
    expect(items.map(({ id }) => id)).toEqual([child.agentId]);
  });

  test("[CON-20] an agent shows what its live token lets it do, and nothing without one", async () => {
    const { admin, agentId, commandId, host } = await lead();
    expect(await admin.agents.get({ agentId })).toMatchObject({ grant: null, profileVersion: 1, createdBy: "admin" });
    const { tokenId } = await mint(host, commandId);
    const { grant } = await admin.agents.get({ agentId });
    expect(grant).toMatchObject({
      tokenId,
      scopes: expect.arrayContaining(["agent:read", "logs:read", "command:spawn"]),
      maxSpawnedAgents: 2,
      constraints: { agents: [agentId], orchestrators: ["host-c"], cwdPrefixes: ["/base"] },
    });
    await admin.tokens.revoke({ tokenId });
    expect(await admin.agents.get({ agentId })).toMatchObject({ grant: null });
  });
});
