import crypto, { createHash } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { eachEngine } from "@signalbox/db/testing";
import { expect, onTestFinished, test } from "vitest";
import { startAgent, type TestRelay, testRelay } from "../testing/relay.ts";
import { flushLastUse } from "./last-use.ts";
import { tokenCache } from "./token-cache.ts";
import { tokenText } from "./token-text.ts";

/** Lengths of what is compared in constant time from now until the end of the test; the comparison itself is the real one. */
function watchComparisons(): number[] {
  const lengths: number[] = [];
  const real = crypto.timingSafeEqual;
  const restore = () => {
    crypto.timingSafeEqual = real;
    syncBuiltinESMExports();
  };
  crypto.timingSafeEqual = (a, b) => {
    lengths.push(a.byteLength);
    return real(a, b);
  };
  syncBuiltinESMExports();
  onTestFinished(restore);
  return lengths;
}

const rowsOf = async ({ services }: TestRelay) => {
  const { client } = services.db;
  return JSON.stringify(
    await Promise.all([client.token.findMany(), client.session.findMany(), client.activity.count()]),
  );
};

test("[IDN-08] the cache holds at most 1000 tokens, and none for longer than five seconds", () => {
  const cache = tokenCache();
  const stored = { name: "n", profile: "admin", scopes: "[]", constraints: "{}", hash: "", expiresAt: null };
  for (let n = 0; n <= 1000; n += 1) cache.put(`key-${n}`, { ...stored, id: `tok_${n}`, revokedAt: null }, 0);
  const kept = Array.from({ length: 1001 }, (_, n) => cache.get(`key-${n}`, 4_999)).filter(Boolean);
  expect(kept).toHaveLength(1000);
  expect([cache.get("key-1", 4_999)?.id, cache.get("key-1", 5_000)]).toEqual(["tok_1", null]);
});

eachEngine("tokens", (open) => {
  const relay = async () => testRelay(await open());

  test("[IDN-05] only the SHA-256 of a token is stored; an unknown id costs the comparison that a wrong secret costs", async () => {
    const it = await relay();
    const { token, text } = await (await it.as()).tokens.create({ name: "n", profile: "viewer" });
    const row = await it.services.db.client.token.findUniqueOrThrow({ where: { id: token.id } });
    expect(row.hash).toBe(createHash("sha256").update(text).digest("hex"));
    const secret = text.slice(`sbx_${token.id}_`.length);
    expect(JSON.stringify(row)).not.toContain(secret.slice(0, 12));

    const compared = watchComparisons();
    const attempt = (wrong: string) =>
      it
        .callWith(wrong)
        .auth.whoami({})
        .catch((error: Error) => error.message);
    const known = await attempt(tokenText(token.id));
    const afterKnown = compared.splice(0);
    const unknown = await attempt(tokenText(it.services.newId("tok")));
    expect(known).toBe(unknown);
    expect(afterKnown.length).toBeGreaterThan(0);
    expect(compared).toEqual(afterKnown);
    await expect(it.callWith(text).auth.whoami({})).resolves.toMatchObject({ tokenId: token.id });
  });

  test("[IDN-11] being authenticated writes no row; the last use is kept to the minute, in one go", async () => {
    const it = await relay();
    const { id, text } = await it.token({ profile: "operator" });
    const session = it.callAs(await it.signIn({ token: text }));
    const before = await rowsOf(it);
    it.advance(90_500);
    for (let call = 0; call < 3; call += 1) {
      await it.callWith(text).auth.whoami({});
      await session.agents.list({});
      it.advance(61_000);
    }
    expect(await rowsOf(it)).toBe(before);
    await flushLastUse(it.services);
    const used = await it.services.db.client.token.findUniqueOrThrow({ where: { id } });
    // 90.5 s, 151.5 s, 212.5 s after midnight: the last one counts, to the minute.
    expect(used.lastUsedAt?.toISOString()).toBe("2026-01-01T00:03:00.000Z");
    const flushed = await rowsOf(it);
    await flushLastUse(it.services);
    expect(await rowsOf(it)).toBe(flushed);
  });

  test("[IDN-53] the end of a session counts from its last use, on an instance that has not written it yet too", async () => {
    const db = await open();
    const it = await testRelay(db);
    const { text } = await it.token({ profile: "operator" });
    const cookie = await it.signIn({ token: text });
    it.advance(11 * 3600_000);
    await it.callAs(cookie).auth.whoami({});
    await flushLastUse(it.services);
    const restarted = await testRelay(db);
    restarted.advance(22 * 3600_000);
    await expect(restarted.callAs(cookie).auth.whoami({})).resolves.toMatchObject({ kind: "person" });
    restarted.advance(12 * 3600_000 + 1);
    await expect(restarted.callAs(cookie).auth.whoami({})).rejects.toThrow(/session has ended/);
  });

  test("[IDN-08] an instance that missed a revocation refuses the token five seconds later", async () => {
    const db = await open();
    const [here, there] = [await testRelay(db), await testRelay(db)];
    const { id, text } = await here.token({ profile: "viewer" });
    await there.callWith(text).agents.list({});
    await (await here.as()).tokens.revoke({ tokenId: id });
    await expect(here.callWith(text).agents.list({})).rejects.toThrow(/revoked/);
    there.advance(5_000);
    await expect(there.callWith(text).agents.list({})).rejects.toThrow(/revoked/);
  });

  test("[IDN-36] revoking is final and repeatable, and of two administrators that revoke each other one stays", async () => {
    const it = await relay();
    const [a, b] = [await it.token({ name: "a" }), await it.token({ name: "b" })];
    const [asA, asB] = [it.callWith(a.text), it.callWith(b.text)];
    const { id } = await it.token({ profile: "viewer" });
    const first = await asA.tokens.revoke({ tokenId: id });
    it.advance(1000);
    expect(await asB.tokens.revoke({ tokenId: id })).toEqual(first);
    await expect(asA.tokens.revoke({ tokenId: "tok_nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const results = await Promise.allSettled([
      asA.tokens.revoke({ tokenId: b.id }),
      asB.tokens.revoke({ tokenId: a.id }),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const left = await it.services.db.client.token.findMany({ where: { scopes: '["*"]', revokedAt: null } });
    expect(left).toHaveLength(1);
    const last = left[0]?.id === a.id ? asA : asB;
    await expect(last.tokens.revoke({ tokenId: left[0]?.id ?? "" })).rejects.toMatchObject({
      code: "CONFLICT",
      details: { next: "Make another administrator first." },
    });
  });

  test("[IDN-42] a runner's token is named for its policy or its request, and made by who asked for the spawn", async () => {
    const it = await relay();
    const host = await it.host();
    const ada = await it.as({ name: "ada" });
    const minted = async (more: object) => {
      const { command, agentId } = await ada.agents.spawn({ provider: "shell", prompt: "true", ...more });
      const running = { commandId: command.id, state: "running" as const };
      await host.call.commands.report({ ...host.proof, report: running });
      const issue = () => host.call.tokens.issueRunner({ ...host.proof, commandId: command.id });
      return { agentId, issue, row: await rowOf((await issue()).tokenId) };
    };
    const rowOf = (id: string) => it.services.db.client.token.findUniqueOrThrow({ where: { id } });
    const plain = await minted({ spawnRequestId: "sp_mine" });
    expect(plain.row).toMatchObject({ profile: "provider-agent", subject: "runner:sp_mine", createdBy: "ada" });
    const [one, two] = [await minted({ policyName: "keeper" }), await minted({ policyName: "keeper" })];
    expect([one.row.subject, two.row.subject]).toEqual(["runner:policy:keeper", "runner:policy:keeper"]);
    expect(JSON.parse(one.row.constraints)).toMatchObject({ policies: ["keeper"], agents: [one.agentId] });

    // The name is shared; each agent's token still ends alone, with its successor or its agent.
    await one.issue();
    expect((await rowOf(one.row.id)).revokedAt).not.toBeNull();
    expect((await rowOf(two.row.id)).revokedAt).toBeNull();
    const end = { exitCode: 0, signal: null, lastLines: [] };
    await host.call.agents.reportExit({ agentId: two.agentId, end });
    expect((await rowOf(two.row.id)).revokedAt).not.toBeNull();
    const living = await it.services.db.client.token.findMany({ where: { name: one.agentId, revokedAt: null } });
    expect(living).toHaveLength(1);
  });

  test("[IDN-42] an agent that nobody is known to have asked for gets its token from runtime", async () => {
    const it = await relay();
    const host = await it.host();
    const { command, agentId } = await (await it.as()).agents.spawn({ provider: "shell", prompt: "true" });
    await it.services.db.client.agent.update({ where: { id: agentId }, data: { createdBy: "" } });
    const report = { commandId: command.id, state: "running" as const };
    await host.call.commands.report({ ...host.proof, report });
    const { tokenId } = await host.call.tokens.issueRunner({ ...host.proof, commandId: command.id });
    const row = await it.services.db.client.token.findUniqueOrThrow({ where: { id: tokenId } });
    expect(row.createdBy).toBe("runtime");
  });

  test("[IDN-41] [IDN-48] at every moment at most one token of an agent is valid; being stale ends none", async () => {
    const it = await relay();
    const host = await it.host();
    const { agentId, runner, connection } = await startAgent(it, host);
    const living = () =>
      it.services.db.client.token.count({ where: { name: agentId, revokedAt: null, expiresAt: null } });
    expect(await living()).toBe(1);
    connection.drop();
    await expect(runner.auth.whoami({})).resolves.toMatchObject({ agentId });
    expect(await living()).toBe(1);
  });
});
