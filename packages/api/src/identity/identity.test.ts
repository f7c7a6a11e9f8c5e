import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { flushDenials } from "../activity/denials.ts";
import { mint, startAgent, testRelay } from "../testing/relay.ts";

eachEngine("identity", (open) => {
  const relay = async () => testRelay(await open());

  test("[IDN-01] without a credential a scoped procedure is refused, naming the ways to give one", async () => {
    const { callWith } = await relay();
    await expect(callWith(null).agents.list({})).rejects.toMatchObject({
      code: "UNAUTHORIZED",
      details: { next: expect.stringContaining("Authorization: Bearer") },
    });
  });

  test("[IDN-04] a token with one wrong character is refused, without asking the database", async () => {
    const { token, callWith, services } = await relay();
    const { text } = await token();
    const wrong = text.slice(0, -1) + (text.endsWith("a") ? "b" : "a");
    await services.db.close();
    await expect(callWith(wrong).agents.list({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("[IDN-06] unknown id and wrong secret give the same text", async () => {
    const { token, callWith, services } = await relay();
    const { id, text } = await token();
    const refusedText = (text: string) =>
      callWith(text)
        .agents.list({})
        .catch((error: Error) => error.message);
    await services.db.client.token.update({ where: { id }, data: { hash: "0".repeat(64) } });
    const wrongSecret = await refusedText(text);
    await services.db.client.token.delete({ where: { id } });
    expect(await refusedText(text)).toBe(wrongSecret);
  });

  test("[IDN-07] a token is refused from the instant it expires, also from the cache", async () => {
    const { as, advance } = await relay();
    const call = await as({ constraints: { expiresAt: "2026-01-01T00:00:01.000Z" } });
    await expect(call.agents.list({})).resolves.toMatchObject({ items: [] });
    advance(1000);
    await expect(call.agents.list({})).rejects.toThrow(/expired at 2026-01-01T00:00:01/);
  });

  test("[IDN-08] a revoked token is refused at once", async () => {
    const { as, token, callWith } = await relay();
    const admin = await as();
    const { id, text } = await token({ profile: "viewer" });
    await callWith(text).agents.list({});
    await admin.tokens.revoke({ tokenId: id });
    await expect(callWith(text).agents.list({})).rejects.toThrow(/revoked/);
  });

  test("[IDN-10] when the database cannot be reached the answer is Unavailable", async () => {
    const { token, callWith, services } = await relay();
    const { text } = await token();
    await services.db.close();
    await expect(callWith(text).agents.list({})).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  test("[IDN-14] a missing scope is Forbidden, naming the procedure and the scope", async () => {
    const { as } = await relay();
    const viewer = await as({ profile: "viewer" });
    await expect(viewer.tokens.list({})).rejects.toThrow("tokens.list needs token:read");
  });

  test("[IDN-26] whoami: anonymous without a credential, the person with one, Unauthenticated with a bad one", async () => {
    const { as, callWith } = await relay();
    await expect(callWith(null).auth.whoami({})).resolves.toMatchObject({ kind: "anonymous", tokenId: null });
    await expect((await as({ profile: "operator" })).auth.whoami({})).resolves.toMatchObject({
      kind: "person",
      agentId: null,
    });
    await expect(callWith("sbx_nonsense").auth.whoami({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("[IDN-32] nobody gives more than they hold", async () => {
    const { as } = await relay();
    const maker = await as({ scopes: ["token:write", "agent:read"], constraints: { orchestrators: ["a"] } });
    const make = (input: object) => maker.tokens.create({ name: "n", profile: "viewer", ...input });
    await expect(make({ scopes: ["agent:write"], constraints: { orchestrators: ["a"] } })).rejects.toThrow(
      /agent:write/,
    );
    await expect(make({ scopes: ["agent:read"] })).rejects.toThrow(/orchestrators/);
    await expect(make({ scopes: ["agent:read"], constraints: { orchestrators: ["a"] } })).resolves.toMatchObject({
      token: { scopes: ["agent:read"] },
    });
  });

  test("[IDN-36] the last usable administrator cannot be revoked", async () => {
    const { token, callWith } = await relay();
    const { id, text } = await token();
    await expect(callWith(text).tokens.revoke({ tokenId: id })).rejects.toThrow(/last usable token/);
  });

  test("[IDN-39] [IDN-43] [IDN-60] the runner's token comes from the mint alone and is in no command", async () => {
    const it = await relay();
    const { token, agentId, commandId } = await startAgent(it, await it.host());
    const stored = await it.services.db.client.token.findFirstOrThrow({
      where: { subject: { startsWith: "runner:" } },
    });
    const { spawnRequestId } = await it.services.db.client.agent.findUniqueOrThrow({ where: { id: agentId } });
    expect(JSON.parse(stored.constraints)).toEqual({
      agents: [agentId],
      orchestrators: ["host-a"],
      cwdPrefixes: ["/base"],
      spawnRequestIds: [spawnRequestId],
    });
    const secret = token.slice(-49, -6);
    for (const model of ["command", "agent", "activity", "token", "orchestrator"] as const) {
      const rows = await (it.services.db.client[model] as unknown as { findMany(): Promise<unknown[]> }).findMany();
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
    expect(commandId).toMatch(/^cmd_/);
  });

  test("[IDN-40] another host cannot have the runner's token, and nobody for a finished command", async () => {
    const it = await relay();
    const [a, b] = [await it.host("host-a"), await it.host("host-b")];
    const admin = await it.as();
    const { command } = await admin.agents.spawn({ provider: "shell", prompt: "true", orchestratorId: "host-a" });
    const commandId = command.id;
    await expect(a.call.tokens.issueRunner({ ...a.proof, commandId })).rejects.toThrow(/is pending/);
    await a.call.commands.report({ ...a.proof, report: { commandId, state: "running" } });
    await expect(b.call.tokens.issueRunner({ ...b.proof, commandId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(admin.tokens.issueRunner({ ...a.proof, commandId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(a.call.tokens.issueRunner({ ...a.proof, commandId })).resolves.toMatchObject({
      tokenId: expect.any(String),
    });
  });

  test("[IDN-41] a second token for the same command ends the first", async () => {
    const it = await relay();
    const host = await it.host();
    const { command } = await (await it.as()).agents.spawn({ provider: "shell", prompt: "true" });
    const first = await mint(host, command.id);
    const second = await host.call.tokens.issueRunner({ ...host.proof, commandId: command.id });
    await expect(it.callWith(first.token).auth.whoami({})).rejects.toThrow(/revoked/);
    await expect(it.callWith(second.token).auth.whoami({})).resolves.toMatchObject({ kind: "agent" });
  });

  test("[IDN-48] the runner's token is revoked when its agent ends", async () => {
    const it = await relay();
    const { runner, epoch } = await startAgent(it, await it.host());
    await runner.agents.reportExit({ epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    await expect(runner.auth.whoami({})).rejects.toThrow(/revoked/);
  });

  test("[IDN-13] [IDN-18] scopes are stored in the singular; an unknown scope or constraint lists the known ones", async () => {
    const { as } = await relay();
    const admin = await as();
    const made = await admin.tokens.create({
      name: "n",
      profile: "operator",
      scopes: ["agents:read", "messages:write"],
    });
    expect(made.token.scopes).toEqual(["agent:read", "message:send"]);
    const bad = admin.tokens.create({ name: "n", profile: "operator", scopes: ["agent:delete"] });
    await expect(bad).rejects.toThrow(/agent:delete is not a scope; the scopes are \*, agent:read/);
    const { toProblem } = await import("../errors.ts");
    const unknown = admin.tokens.create({ name: "n", profile: "operator", constraints: { color: "red" } as never });
    expect(toProblem(await unknown.catch((error: unknown) => error), "r")).toMatchObject({
      code: "Invalid",
      field: "constraints.color",
      message: expect.stringContaining("the known constraints are agents, orchestrators"),
    });
  });

  test("[IDN-24] a token bound to an agent that does not exist is refused, never taken for a person", async () => {
    const it = await relay();
    await it.host();
    const scopes = ["command:spawn", "command:shutdown", "agent:write"] as const;
    const several = await it.as({ scopes: [...scopes], constraints: { agents: ["a", "b"] } });
    const ghost = await it.as({ scopes: [...scopes], constraints: { agents: ["shell-ghost2"], maxSpawnedAgents: 5 } });
    for (const call of [several, ghost]) {
      await expect(call.agents.spawn({ provider: "shell", prompt: "true" })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
      await expect(call.agents.shutdown({ agentId: "shell-x" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    await expect(several.workspaces.ready({})).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await it.services.db.client.command.count()).toBe(0);
  });

  test("[IDN-29] [IDN-30] [IDN-34] an interactive token makes its agent by registering, with the token's parent", async () => {
    const it = await relay();
    const { agentId: parent } = await startAgent(it, await it.host());
    const admin = await it.as({ name: "ada" });
    const fresh = await admin.tokens.create({ name: "by hand", profile: "interactive" });
    expect(fresh.token.constraints.agents).toEqual([expect.stringMatching(/^claude-[a-z2-9]{6}$/)]);
    const constraints = { agents: ["codex-abc234"], parentAgents: [parent] };
    const made = await admin.tokens.create({ name: "by hand", profile: "interactive", constraints });
    await it.callWith(made.text).agents.register({ runnerId: "r", sessionName: "none" });
    expect(await admin.agents.get({ agentId: "codex-abc234" })).toMatchObject({
      kind: "interactive",
      provider: "codex",
      spawnedBy: parent,
      orchestratorId: null,
      status: "online",
    });
    const two = { ...constraints, agents: ["a", "b"] };
    await expect(admin.tokens.create({ name: "n", profile: "interactive", constraints: two })).rejects.toThrow(
      /exactly one/,
    );
  });

  test("[IDN-33] a runner's token cannot be made by hand", async () => {
    const { as } = await relay();
    const make = (await as()).tokens.create({ name: "n", profile: "provider-agent" });
    await expect(make).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  test("[IDN-35] tokens are listed by profile and state, never with a secret", async () => {
    const it = await relay();
    const admin = await it.as();
    const { id } = await it.token({ profile: "viewer" });
    await it.token({ profile: "viewer", constraints: { expiresAt: "2026-01-01T00:00:01.000Z" } });
    await admin.tokens.revoke({ tokenId: id });
    it.advance(2000);
    const count = async (filter: object) => (await admin.tokens.list(filter)).items.length;
    expect(await count({})).toBe(3);
    expect(await count({ profile: "viewer" })).toBe(2);
    expect(await count({ state: "active" })).toBe(1);
    expect(await count({ state: "expired" })).toBe(1);
    expect(await count({ state: "revoked" })).toBe(1);
    expect(JSON.stringify(await admin.tokens.list({}))).not.toMatch(/hash|sbx_/);
  });

  test("[IDN-35] a token tells which host and how many open sessions use it now", async () => {
    const it = await relay();
    const admin = await it.as();
    const viewer = await it.token({ profile: "viewer" });
    const host = await it.host("host-a");
    const first = await it.signIn({ token: viewer.text });
    await it.signIn({ token: viewer.text });
    const uses = async (id: string) => (await admin.tokens.list({})).items.find((token) => token.id === id)?.uses;
    expect(await uses(viewer.id)).toEqual({ hosts: [], sessions: 2 });
    expect(await uses(host.tokenId)).toEqual({ hosts: ["host-a"], sessions: 0 });
    await it.callAs(first).auth.signOut({});
    expect(await uses(viewer.id)).toEqual({ hosts: [], sessions: 1 });
    it.advance(13 * 3600_000);
    expect(await uses(viewer.id)).toEqual({ hosts: [], sessions: 0 });
    expect(await admin.tokens.revoke({ tokenId: host.tokenId })).toMatchObject({ uses: { hosts: [] } });
  });

  test("[IDN-38] an integration may make so many calls a minute, then is told how long to wait", async () => {
    const it = await relay();
    await (await it.as()).settings.put({ key: "tokens.integrationPerMinute", value: 3 });
    const integration = await it.as({ profile: "integration" });
    for (let call = 0; call < 3; call += 1) await integration.agents.list({});
    await expect(integration.agents.list({})).rejects.toMatchObject({
      code: "TOO_MANY_REQUESTS",
      details: { retryAfterSeconds: expect.any(Number) },
    });
  });

  test("[IDN-55] from the eleventh failed attempt on an address waits; a valid credential from it works", async () => {
    const it = await relay();
    const from = { address: "192.0.2.7" };
    const attempt = (more = from) =>
      it
        .callWith("sbx_wrong", more)
        .agents.list({})
        .catch((error: { code: string }) => error.code);
    for (let call = 0; call < 10; call += 1) expect(await attempt()).toBe("UNAUTHORIZED");
    expect(await attempt()).toBe("TOO_MANY_REQUESTS");
    expect(await attempt({ address: "192.0.2.8" })).toBe("UNAUTHORIZED");
    const { text } = await it.token();
    await expect(it.callWith(text, from).agents.list({})).resolves.toMatchObject({ items: [] });
  });

  test("[IDN-56] a refusal is recorded, its repeats within a minute as a count", async () => {
    const it = await relay();
    const viewer = await it.as({ profile: "viewer", name: "eve" });
    for (let call = 0; call < 5; call += 1) await viewer.tokens.list({}).catch(() => undefined);
    await flushDenials(it.services);
    const denied = await it.services.db.client.activity.findMany({ where: { kind: "denied" } });
    expect(denied).toHaveLength(1);
    expect(denied[0]).toMatchObject({ actor: "eve", title: "eve was refused tokens.list" });
    expect(JSON.parse(denied[0]?.metadata ?? "")).toMatchObject({ count: 5, procedure: "tokens.list" });
    it.advance(60_000);
    await viewer.tokens.list({}).catch(() => undefined);
    expect(await it.services.db.client.activity.count({ where: { kind: "denied" } })).toBe(2);
  });
});
