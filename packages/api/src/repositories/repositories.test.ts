import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace } from "../testing/workspaces.ts";

const repository = "host-a:/base/repo";
const check = { name: "test", command: "npm test" };

eachEngine("repositories", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    return { it, host, admin: await it.as({ name: "ada" }) };
  };

  test("[WSP-51] settings have defaults until somebody changes them, and each change raises the version", async () => {
    const { it, host, admin } = await given();
    await agentWithWorkspace(it, host);
    const defaults = { baseBranch: null, protected: false, checks: [], checkRetries: 0, batchSize: 8 };
    expect(await admin.repositories.get({ repository })).toMatchObject({ ...defaults, version: 0, openWorkspaces: 1 });
    const put = await admin.repositories.put({ repository, checks: [check], checkRetries: 2, ifVersion: 0 });
    expect(put).toMatchObject({ version: 1, checks: [{ ...check, timeoutSeconds: 600 }], checkRetries: 2 });
    await expect(admin.repositories.put({ repository, ifVersion: 0 })).rejects.toThrow(/at version 1, not at 0/);
    expect(await admin.repositories.put({ repository, ifVersion: 1 })).toMatchObject({ ...defaults, version: 2 });
    const records = await it.services.db.client.activity.findMany({ where: { kind: "setting" } });
    expect(records.map(({ body }) => body).toSorted()).toEqual(["Checks: test", "No checks"]);
  });

  test("[WSP-51] [WSP-53] limits of checks, retries and batch; a name stands once", async () => {
    const { admin } = await given();
    const refused = async (fields: object, why: RegExp) =>
      expect(admin.repositories.put({ repository, ...fields })).rejects.toThrow(why);
    const many = (n: number) => Array.from({ length: n }, (_, i) => ({ ...check, name: `check ${i}` }));
    await refused({ checks: many(21) }, /20/);
    await refused({ checks: [{ ...check, name: "x".repeat(61) }] }, /60/);
    await refused({ checks: [{ ...check, name: " " }] }, /name/);
    await refused({ checks: [{ ...check, command: "x".repeat(2_001) }] }, /2000/);
    await refused({ checks: [{ ...check, timeoutSeconds: 0 }] }, /timeoutSeconds/);
    await refused({ checks: [{ ...check, timeoutSeconds: 7_201 }] }, /7200/);
    await refused({ checks: [check, check] }, /one name twice/);
    await refused({ checkRetries: 4 }, /checkRetries/);
    await refused({ batchSize: 0 }, /batchSize/);
    await refused({ batchSize: 9 }, /batchSize/);
    await refused({ colour: "red" }, /colour/);
    expect((await admin.repositories.put({ repository, checks: many(20) })).checks).toHaveLength(20);
  });

  test("[WSP-17] people with settings:write change them, agents and readers do not; agents read them", async () => {
    const { it, host, admin } = await given();
    const { runner } = await agentWithWorkspace(it, host);
    const bound = await it.as({ scopes: ["settings:write"], constraints: { agents: ["claude-aaaaaa"] } });
    const viewer = await it.as({ profile: "viewer" });
    for (const call of [runner, bound, viewer]) {
      await expect(call.repositories.put({ repository })).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    expect((await admin.repositories.get({ repository })).version).toBe(0);
    for (const call of [runner, viewer]) {
      expect(await call.repositories.get({ repository })).toMatchObject({ repoRoot: "/base/repo", version: 0 });
    }
    const elsewhere = await it.as({ scopes: ["settings:write"], constraints: { orchestrators: ["host-b"] } });
    await expect(elsewhere.repositories.put({ repository })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("[WSP-04] [WSP-51] a start, and a start anew, tell their host the base branches that are set there", async () => {
    const { admin, it, host } = await given();
    await it.host("host-b");
    const { agentId } = await agentWithWorkspace(it, host);
    const spawn = () => admin.agents.spawn({ provider: "shell", prompt: "true", orchestratorId: "host-a" });
    expect((await spawn()).command.params.baseBranches).toBeUndefined();
    await admin.repositories.put({ repository, baseBranch: "next" });
    await admin.repositories.put({ repository: "host-a:/base/plain" });
    await admin.repositories.put({ repository: "host-b:/base/repo", baseBranch: "other" });
    const set = { baseBranches: { "/base/repo": "next" } };
    expect((await spawn()).command.params).toMatchObject(set);
    const again = await admin.agents.restart({ agentId });
    expect(again.command?.params.restartSpawn).toMatchObject(set);
  });

  test("a repository that nobody named is NotFound, and so is its host; a path that is not resolved is Invalid", async () => {
    const { admin } = await given();
    await expect(admin.repositories.get({ repository })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(admin.repositories.put({ repository: "host-z:/base" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    for (const path of ["/base/../etc", "/base/", "/base//repo", "/base/./repo"]) {
      await expect(admin.repositories.put({ repository: `host-a:${path}` })).rejects.toThrow(/not a resolved path/);
    }
    await expect(admin.repositories.put({ repository: "host-a:base" })).rejects.toThrow(/repository/);
  });

  test("the list has what has settings and what agents work in, page by page", async () => {
    const { it, host, admin } = await given();
    await agentWithWorkspace(it, host);
    for (const path of ["/base/b", "/base/Z", "/a"]) await admin.repositories.put({ repository: `host-a:${path}` });
    const paths: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await admin.repositories.list({ limit: 3, ...(cursor ? { cursor } : {}) });
      paths.push(...page.items.map(({ repoRoot }) => repoRoot));
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(paths).toEqual(["/a", "/base/Z", "/base/b", "/base/repo"]);
  });
});
