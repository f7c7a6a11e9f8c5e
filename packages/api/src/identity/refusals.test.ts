import { eachEngine } from "@signalbox/db/testing";
import { callTRPCProcedure } from "@trpc/server";
import { expect, test } from "vitest";
import { toProblem } from "../errors.ts";
import { appRouter } from "../root.ts";
import { mint, startAgent, testRelay } from "../testing/relay.ts";
import { tokenText } from "./token-text.ts";

const shell = { provider: "shell" as const, prompt: "true" };

eachEngine("refusals of identity", (open) => {
  const relay = async () => testRelay(await open());

  test("[IDN-01] no procedure but the three open ones answers without a credential", async () => {
    const it = await relay();
    const procedures = Object.entries(
      appRouter._def.procedures as unknown as Record<string, { _def: { type: "query" } }>,
    );
    const answered: string[] = [];
    for (const [path, { _def }] of procedures) {
      const call = { router: appRouter, path, type: _def.type, ctx: it.context(null), getRawInput: async () => ({}) };
      const refused = await callTRPCProcedure({ ...call, signal: undefined, batchIndex: 0 }).then(
        () => null,
        (error: unknown) => toProblem(error, "r").code,
      );
      if (refused !== "Unauthenticated") answered.push(path);
    }
    expect(answered.sort()).toEqual(["auth.signIn", "auth.signOut", "auth.whoami"]);
  });

  test("[IDN-06] only who has the right secret is told that a token was revoked or expired", async () => {
    const it = await relay();
    const text = (wrong: string) =>
      it
        .callWith(wrong)
        .auth.whoami({})
        .catch((error: Error) => error.message);
    const revoked = await it.token({ profile: "viewer" });
    await (await it.as()).tokens.revoke({ tokenId: revoked.id });
    const expired = await it.token({ constraints: { expiresAt: "2026-01-01T00:00:01.000Z" } });
    it.advance(1000);
    expect(await text(revoked.text)).toMatch(/was revoked/);
    expect(await text(expired.text)).toMatch(/expired at 2026-01-01T00:00:01/);
    const nobody = await text(tokenText(it.services.newId("tok")));
    expect([await text(tokenText(revoked.id)), await text(tokenText(expired.id))]).toEqual([nobody, nobody]);
  });

  test("[IDN-07] an expired token is refused by open procedures and by signing in, too", async () => {
    const it = await relay();
    const { text } = await it.token({ constraints: { expiresAt: "2026-01-01T00:00:01.000Z" } });
    const session = it.callAs(await it.signIn({ token: text }));
    await session.auth.whoami({});
    it.advance(1000);
    await expect(it.callWith(text).auth.whoami({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(it.signIn({ token: text })).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(session.auth.whoami({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test.each<[string, unknown]>([
    ["constraints", null],
    ["constraints", ["agents"]],
    ["constraints.agents", { agents: "a" }],
    ["constraints.agents", { agents: null }],
    ["constraints.agents.0", { agents: [""] }],
    ["constraints.targets.0", { targets: ["x".repeat(501)] }],
    ["constraints.policies", { policies: Array.from({ length: 101 }, () => "p") }],
    ["constraints.maxSpawnedAgents", { maxSpawnedAgents: -1 }],
    ["constraints.maxSpawnedAgents", { maxSpawnedAgents: 1.5 }],
    ["constraints.terminalAttach", { terminalAttach: "no" }],
    ["constraints.expiresAt", { expiresAt: "tomorrow" }],
    ["constraints.expiresAt", { expiresAt: "2025-12-31T23:59:59.000Z" }],
    ["constraints.expiresAt", { expiresAt: "2026-01-01T00:00:00.000Z" }],
  ])("[IDN-18] %s is Invalid in %j", async (field, constraints) => {
    const it = await relay();
    const create = (await it.as()).tokens.create as (input: object) => Promise<unknown>;
    const made = create({ name: "n", profile: "operator", constraints });
    expect(await made.catch((error: unknown) => toProblem(error, "r"))).toMatchObject({ code: "Invalid", field });
    expect(await it.services.db.client.token.count()).toBe(1);
  });

  test("[IDN-26] whoami says these things of every kind of caller", async () => {
    const it = await relay();
    const fields = ["actor", "agent", "agentId", "constraints", "kind", "profile", "scopes", "tokenId"];
    const kinds = { admin: "person", operator: "person", viewer: "person", orchestrator: "orchestrator" } as const;
    for (const [profile, kind] of Object.entries({ ...kinds, integration: "integration" } as const)) {
      const who = await (await it.as({ profile: profile as "admin", name: "n" })).auth.whoami({});
      expect(Object.keys(who).sort()).toEqual(fields);
      expect(who).toMatchObject({ kind, actor: "n", profile, agentId: null, agent: null });
    }
    const { agentId, runner } = await startAgent(it, await it.host());
    const agent = await runner.auth.whoami({});
    expect(Object.keys(agent).sort()).toEqual(fields);
    expect(agent).toMatchObject({ kind: "agent", actor: agentId, agentId, agent: { id: agentId, status: "online" } });
    const ghost = await it.as({ profile: "interactive", constraints: { agents: ["shell-ghost2"] } });
    expect(await ghost.auth.whoami({})).toMatchObject({ kind: "agent", agentId: "shell-ghost2", agent: null });
  });

  test("[IDN-33] who holds every scope but * cannot give *", async () => {
    const it = await relay();
    const maker = await it.as({ profile: "operator", scopes: ["token:write"] });
    const make = (input: object) => maker.tokens.create({ name: "n", profile: "admin", ...input });
    await expect(make({})).rejects.toThrow(/Only a holder of \*/);
    await expect(make({ profile: "viewer", scopes: ["*"] })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect((await it.as()).tokens.create({ name: "n", profile: "admin" })).resolves.toBeDefined();
  });

  test("[IDN-35] tokens come newest first, page by page, with these fields", async () => {
    const it = await relay();
    const admin = await it.as();
    for (const name of ["one", "two"]) await admin.tokens.create({ name, profile: "viewer" });
    const first = await admin.tokens.list({ limit: 2 });
    const second = await admin.tokens.list({ limit: 2, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(["two", "one", "admin"]);
    expect([first.nextCursor === null, second.nextCursor]).toEqual([false, null]);
    const shown = ["id", "name", "profile", "scopes", "constraints", "subject", "createdBy", "createdAt"];
    const fields = [...shown, "expiresAt", "revokedAt", "lastUsedAt", "uses"].sort();
    for (const item of first.items) expect(Object.keys(item).sort()).toEqual(fields);
  });

  test("[IDN-39] [IDN-40] [IDN-44] the mint takes a command that starts an agent and is under way, and nothing else", async () => {
    const it = await relay();
    const host = await it.host();
    const admin = await it.as();
    const { agentId, commandId } = await startAgent(it, host);
    const issue = (input: object) => host.call.tokens.issueRunner({ ...host.proof, ...input } as never);
    await expect(issue({ commandId: "cmd_nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(issue({ commandId })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("succeeded"),
    });
    const { command } = await admin.agents.shutdown({ agentId });
    await expect(issue({ commandId: command?.id })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const next = await admin.agents.spawn(shell);
    const running = { commandId: next.command.id, state: "running" as const };
    await host.call.commands.report({ ...host.proof, report: running });
    for (const more of [
      { scopes: ["*"] },
      { maxSpawnedAgents: 9 },
      { grant: { scopes: ["*"] } },
      { profile: "admin" },
    ]) {
      await expect(issue({ commandId: next.command.id, ...more })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    expect(await it.services.db.client.token.count({ where: { name: next.agentId } })).toBe(0);
  });

  test("[IDN-43] a child's token names its parent, and a quota that was not granted is not in it", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const constraints = { agents: [agentId], maxSpawnedAgents: 1 };
    const parent = await it.as({ profile: "interactive", scopes: ["command:spawn"], constraints });
    const child = await parent.agents.spawn({ ...shell, cwd: "sub" });
    const { token } = await mint(host, child.command.id);
    expect((await it.callWith(token).auth.whoami({})).constraints).toEqual({
      agents: [child.agentId],
      orchestrators: ["host-a"],
      cwdPrefixes: ["/base/sub"],
      spawnRequestIds: [child.spawnRequestId],
      spawnedBy: agentId,
    });
  });

  test("[IDN-53] a session has its token's scopes and constraints, and ends with it", async () => {
    const it = await relay();
    const constraints = { orchestrators: ["host-b"] };
    const { id, text } = await it.token({ profile: "operator", scopes: ["agent:read"], constraints });
    const session = it.callAs(await it.signIn({ token: text }));
    expect(await session.auth.whoami({})).toMatchObject({ tokenId: id, scopes: ["agent:read"], constraints });
    await expect(session.orchestrators.directories({ orchestratorId: "host-b" })).rejects.toThrow(
      /needs orchestrator:read/,
    );
    await (await it.as()).tokens.revoke({ tokenId: id });
    await expect(session.agents.list({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });
});
