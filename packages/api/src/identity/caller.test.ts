import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { z } from "zod";
import { flushDenials } from "../activity/denials.ts";
import { toolCallRecorder } from "../activity/tool-calls.ts";
import type { Scope } from "../contracts/index.ts";
import { appRouter } from "../root.ts";
import { mint, startAgent, type TestHost, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, report, workspaceReport } from "../testing/workspaces.ts";
import { authenticate } from "./authenticate.ts";

const shell = { provider: "shell" as const, prompt: "true" };
const mine: Scope[] = ["agent:read", "agent:write", "command:spawn", "command:shutdown"];

/** The scopes that the runner of a spawned agent gets. */
async function scopesOf(host: TestHost, commandId: string, whoami: (text: string) => Promise<{ scopes: Scope[] }>) {
  await host.call.commands.report({ ...host.proof, report: { commandId, state: "running" } });
  return (await whoami((await host.call.tokens.issueRunner({ ...host.proof, commandId })).token)).scopes;
}

/** The names of all fields of a schema, at every depth. */
const fieldsOf = (schema: unknown): string[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const named = "properties" in schema ? Object.keys(schema.properties as object) : [];
  return [...named, ...Object.values(schema).flatMap(fieldsOf)];
};

test("[IDN-27] no input of any procedure can say who acts", () => {
  // A query's are filters: they say of whom something is told, not who did it.
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: string; inputs: z.ZodType[] } }>,
  ).filter(([, { _def }]) => _def.type !== "query");
  const inputs = procedures.flatMap(([path, { _def }]) => _def.inputs.map((input) => [path, input] as const));
  expect(inputs.length).toBeGreaterThan(20);
  for (const [path, input] of inputs) {
    const fields = fieldsOf(z.toJSONSchema(input, { io: "input", unrepresentable: "any" }));
    const forged = ["actor", "createdBy", "requestedBy", "onBehalfOf", "updatedBy", "askedByAgent"];
    expect(
      fields.filter((field) => forged.includes(field)),
      path,
    ).toEqual([]);
  }
});

eachEngine("callers", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    return { it, host: await it.host("host-a", { maxSessions: 50 }), ada: await it.as({ name: "ada" }) };
  };

  test("[IDN-22] [IDN-23] whoami, spawn, shutdown and workspaces take a caller for the same agent", async () => {
    const { it, host, ada } = await given();
    const { agentId, workspaceId, sessionName, commandId } = await agentWithWorkspace(it, host);
    await report(host, { agentId, commandId, sessionName }, workspaceReport(workspaceId));
    const { spawnRequestId } = await it.services.db.client.agent.findUniqueOrThrow({ where: { id: agentId } });
    await it.services.db.client.agent.update({ where: { id: agentId }, data: { policyName: "keeper" } });
    const named = { agents: [agentId], maxSpawnedAgents: 9 };
    const asked = { spawnRequestIds: [spawnRequestId, "another"], policies: ["keeper"], maxSpawnedAgents: 9 };
    const byRequest = { spawnRequestIds: [spawnRequestId], maxSpawnedAgents: 9 };
    for (const constraints of [named, byRequest, asked]) {
      const agent = await it.as({ profile: "interactive", scopes: mine, constraints });
      await expect(agent.auth.whoami({})).resolves.toMatchObject({
        kind: "agent",
        actor: agentId,
        agentId,
        agent: { id: agentId },
      });
      const child = await agent.agents.spawn(shell);
      expect(child.agent).toMatchObject({ spawnedBy: agentId });
      expect(child.command).toMatchObject({ requestedBy: agentId });
      await expect(agent.agents.shutdown({ agentId: child.agentId })).resolves.toMatchObject({ ok: true });
      await expect(agent.workspaces.status({})).resolves.toMatchObject({ workspace: { id: workspaceId } });
      await expect(agent.agents.reportResult({ text: "done", captured: false })).resolves.toMatchObject({ agentId });
    }
    expect((await ada.agents.get({ agentId })).children).toHaveLength(3);
  });

  test("[IDN-27] the actor is the agent's id or the token's name, everywhere, whatever the input says", async () => {
    const { it, host, ada } = await given();
    const { agentId } = await startAgent(it, host, Promise.resolve(ada));
    const { token } = await ada.tokens.create({
      name: "by hand",
      profile: "interactive",
      scopes: [...mine, "token:write"],
      constraints: { agents: [agentId], maxSpawnedAgents: 5 },
    });
    expect(token.createdBy).toBe("ada");
    const agent = await it.as({
      profile: "interactive",
      scopes: [...mine, "token:write"],
      constraints: { agents: [agentId], maxSpawnedAgents: 5 },
      name: "another name",
    });
    const child = await agent.agents.spawn(shell);
    const { client } = it.services.db;
    const rows = await client.agent.findMany({ orderBy: { createdAt: "asc" }, select: { id: true, createdBy: true } });
    expect(new Map(rows.map(({ id, createdBy }) => [id, createdBy]))).toEqual(
      new Map([
        [agentId, "ada"],
        [child.agentId, agentId],
      ]),
    );
    expect(child.command.requestedBy).toBe(agentId);
    expect(child.command.params).toMatchObject({ requestedBy: agentId });
    const spawned = await client.activity.findMany({ where: { clientId: { startsWith: "shell:spawn:" } } });
    expect(spawned.map(({ actor }) => actor).sort()).toEqual(["ada", agentId].sort());
    for (const forged of ["createdBy", "requestedBy", "actor", "onBehalfOf"]) {
      const attempt = ada.agents.spawn({ ...shell, [forged]: "eve" });
      await expect(attempt).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
  });

  test("[IDN-58] who is at the root is fixed at the spawn, and is named in all that comes of it", async () => {
    const { it, host, ada } = await given();
    await ada.profiles.put({ name: "lead", maxSpawnedAgents: 3, spawnTopLevel: true });
    const lead = await ada.agents.spawn({ ...shell, profile: "lead" });
    const { token } = await mint(host, lead.command.id);
    const agent = it.callWith(token);
    await agent.agents.register({ runnerId: "r", sessionName: "sb" });
    const child = await agent.agents.spawn(shell);
    const top = await agent.agents.spawn({ ...shell, topLevel: true });
    await agent.agents.reportResult({ text: "done", captured: false });
    await agent.tokens.list({}).catch(() => undefined);
    await flushDenials(it.services);
    const ctx = it.context({ type: "bearer", text: token }, { transport: "mcp" });
    const caller = await authenticate(ctx, { type: "bearer", text: token });
    await toolCallRecorder(it.services)(ctx, caller, {
      tool: "relay_whoami",
      outcome: "ok",
      durationMs: 1,
      subject: {},
    });
    for (const { agentId } of [lead, child, top]) expect((await ada.agents.get({ agentId })).onBehalfOf).toBe("ada");
    const did = await it.services.db.client.activity.findMany({ where: { actor: lead.agentId } });
    expect(new Set(did.map(({ kind }) => kind))).toEqual(new Set(["state", "denied", "tool"]));
    expect(did.map(({ title, onBehalfOf }) => [title, onBehalfOf])).toEqual(did.map(({ title }) => [title, "ada"]));
    const end = { exitCode: 0, signal: null, lastLines: [] };
    await host.call.agents.reportExit({ agentId: lead.agentId, end });
    expect((await ada.agents.get({ agentId: child.agentId })).onBehalfOf).toBe("ada");
  });

  test("[IDN-45] [IDN-58] a child of an agent started by hand has its root, and of the extra scopes those it has", async () => {
    const it = await testRelay(await open());
    const claude = { provider: "claude" as const, available: true, reason: null, version: "2" };
    const host = await it.host("host-a", { providers: [{ ...claude, approvalModes: ["guarded"] }] });
    const ada = await it.as({ name: "ada" });
    await ada.profiles.put({ name: "curious", extraScopes: ["profile:read", "logs:read"] });
    const made = await ada.tokens.create({
      name: "by hand",
      profile: "interactive",
      scopes: [...mine, "profile:read"],
      constraints: { agents: ["claude-abc234"], maxSpawnedAgents: 2 },
    });
    const hand = it.callWith(made.text);
    await hand.agents.register({ runnerId: "r", sessionName: "none" });
    const whoami = (text: string) => it.callWith(text).auth.whoami({});
    const child = await hand.agents.spawn({ provider: "claude", profile: "curious" });
    expect(child.agent).toMatchObject({ spawnedBy: "claude-abc234", onBehalfOf: "ada" });
    const scopes = await scopesOf(host, child.command.id, whoami);
    expect([scopes.includes("profile:read"), scopes.includes("logs:read")]).toEqual([true, false]);

    const second = await hand.agents.spawn({ provider: "claude", profile: "curious" });
    await ada.tokens.revoke({ tokenId: made.token.id });
    expect(await scopesOf(host, second.command.id, whoami)).not.toContain("profile:read");
  });

  test("[IDN-58] a token that an agent makes is made for its person", async () => {
    const { it, host, ada } = await given();
    const { agentId } = await startAgent(it, host, Promise.resolve(ada));
    const scopes: Scope[] = ["agent:read", "agent:write", "token:write"];
    const agent = await it.as({ profile: "interactive", scopes, constraints: { agents: [agentId] } });
    const constraints = { agents: [agentId] };
    const { token } = await agent.tokens.create({
      name: "n",
      profile: "operator",
      scopes: ["agent:read"],
      constraints,
    });
    const kept = await it.services.db.client.activity.findFirstOrThrow({
      where: { clientId: `token-created:${token.id}` },
    });
    expect(kept).toMatchObject({ actor: agentId, onBehalfOf: "ada" });
  });
});
