import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { AnswerTo, HostRequest } from "../contracts/index.ts";
import { tokenText } from "../identity/token-text.ts";
import { carryOut, startAgent, type TestHost, testRelay } from "../testing/relay.ts";

type Asked = Extract<HostRequest, { type: "log.read" }>;
type Answer = AnswerTo<"log.read">;

const found = (more: Partial<Answer> = {}): Answer => ({
  exists: true,
  lines: [],
  partial: null,
  cursor: "1.0.0",
  earlier: null,
  skipped: false,
  more: false,
  ...more,
});

/** A host that answers reads of logs as it is told, and remembers what it was asked. */
function logHost(host: TestHost, answer: (asked: Asked, nth: number) => Answer) {
  const stop = new AbortController();
  const asked: Asked[] = [];
  const running = (async () => {
    for await (const item of await host.subscribe(stop.signal)) {
      if (Array.isArray(item) || item.kind !== "request" || item.request.type !== "log.read") continue;
      asked.push(item.request);
      const { requestId, request } = item;
      await host.call.commands.answer({ ...host.proof, requestId, answer: answer(request, asked.length) });
    }
  })();
  return {
    asked,
    [Symbol.asyncDispose]() {
      stop.abort();
      return running;
    },
  };
}

eachEngine("logs", (open) => {
  test("[HST-48] an agent's log and a host's are read from the host, with a cursor for what follows and for what was before", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, commandId } = await startAgent(it, host);
    await using served = logHost(host, () =>
      found({ lines: ["a", "b"], cursor: "2.7.3", partial: "c", earlier: "1.5.0" }),
    );
    const admin = await it.as();
    const page = await admin.logs.read({ agentId, tail: 2, search: "A" });
    expect(page).toEqual({
      lines: ["a", "b"],
      partial: "c",
      skipped: false,
      more: false,
      cursor: `${commandId}.2.7.3`,
      earlier: `${commandId}.1.5.0`,
      commandId,
      ended: false,
    });
    await admin.logs.read({ agentId, before: page.earlier ?? "" });
    const own = await admin.logs.read({ orchestratorId: host.id });
    expect(own).toMatchObject({ cursor: "host-a.2.7.3", commandId: null });
    await admin.logs.read({ orchestratorId: host.id, cursor: own.cursor });
    const usual = { type: "log.read", commandId, cursor: null, before: null, tail: 200, search: null, waitMs: 0 };
    expect(served.asked).toEqual([
      { ...usual, tail: 2, search: "A" },
      { ...usual, before: "1.5.0" },
      { ...usual, commandId: null },
      { ...usual, commandId: null, cursor: "2.7.3" },
    ]);
  });

  test("[HST-48] [HST-41] waiting asks the host again from where it has come to, and ends with a line or the time", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, commandId } = await startAgent(it, host);
    await using served = logHost(host, (_, nth) => found({ cursor: `1.${nth}.0`, lines: nth === 4 ? ["late"] : [] }));
    const admin = await it.as();
    const cursor = `${commandId}.1.0.0`;
    expect((await admin.logs.read({ agentId, cursor, waitSeconds: 25 })).lines).toEqual(["late"]);
    expect(served.asked.map((one) => one.cursor)).toEqual(["1.0.0", "1.1.0", "1.2.0", "1.3.0"]);
    expect(served.asked.every(({ waitMs }) => waitMs === 5000)).toBe(true);
    expect((await admin.logs.read({ agentId, cursor })).lines).toEqual([]);
  });

  test("[HST-48] [IDN-09] waiting ends when the token does", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, commandId } = await startAgent(it, host);
    const { id: tokenId, text } = await it.token({ profile: "operator" });
    const admin = await it.as();
    let revoked: Promise<unknown> | null = null;
    await using served = logHost(host, () => {
      revoked ??= admin.tokens.revoke({ tokenId });
      return found();
    });
    const reading = it.callWith(text).logs.read({ agentId, cursor: `${commandId}.1.0.0`, waitSeconds: 25 });
    await expect(reading).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await revoked;
    expect(served.asked.length).toBeGreaterThan(0);
  });

  test("[HST-50] what looks like a token is masked in the answer, even when the host has not done it", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId } = await startAgent(it, host);
    const token = tokenText(it.services.newId("tok"));
    await using _ = logHost(host, () => found({ lines: [`RELAY_TOKEN=${token}`, "plain"], partial: `x ${token}` }));
    const page = await (await it.as()).logs.read({ agentId });
    expect(page).toMatchObject({ lines: ["RELAY_TOKEN=sbx_[masked]", "plain"], partial: "x sbx_[masked]" });
    expect(JSON.stringify(page)).not.toContain(token.slice(-20));
  });

  test("[HST-48] following goes on over a restart: first the rest of the session before, then the next", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, commandId } = await startAgent(it, host);
    const admin = await it.as();
    const { command } = await admin.agents.restart({ agentId });
    const next = command?.id ?? "";
    await using served = logHost(host, (asked) => {
      if (asked.commandId === next) return found({ lines: ["new session"], cursor: "1.12.0" });
      return asked.cursor === "1.0.0"
        ? found({ lines: ["old session"], cursor: "1.12.0" })
        : found({ partial: "unfinished", cursor: "1.12.10" });
    });
    const pages = [];
    for (let cursor = `${commandId}.1.0.0`; pages.length < 3; ) {
      const page = await admin.logs.read({ agentId, cursor, waitSeconds: 5 });
      pages.push([page.commandId, page.lines]);
      cursor = page.cursor;
    }
    expect(pages).toEqual([
      [commandId, ["old session"]],
      [commandId, ["unfinished"]],
      [next, ["new session"]],
    ]);
    expect(served.asked[0]?.waitMs).toBe(0);
    expect((await admin.logs.read({ agentId })).lines).toEqual(["new session"]);
  });

  test("[HST-50] a token with logsRead: false reads none; an agent reads its own and its children's, and a stranger's does not exist", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as();
    await admin.profiles.put({ name: "lead", maxSpawnedAgents: 1, extraScopes: ["logs:read"] });
    const lead = await admin.agents.spawn({ provider: "shell", prompt: "true", profile: "lead" });
    const { runner } = await carryOut(it, host, lead.command.id);
    const child = await runner.agents.spawn({ provider: "shell", prompt: "true", workspaceMode: "inherit" });
    const stranger = await startAgent(it, host);
    await using _ = logHost(host, () => found({ lines: ["read"] }));
    for (const agentId of [lead.agentId, child.agentId]) {
      expect((await runner.logs.read({ agentId })).lines).toEqual(["read"]);
    }
    const missing = { code: "NOT_FOUND" };
    await expect(runner.logs.read({ agentId: stranger.agentId })).rejects.toMatchObject({
      ...missing,
      message: `There is no agent ${stranger.agentId}`,
    });
    await expect(runner.logs.read({ orchestratorId: host.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    // The runner of an agent without the scope, as every agent is by itself.
    await expect(stranger.runner.logs.read({ agentId: stranger.agentId })).rejects.toThrow(/logs:read/);
    const blind = await it.as({ profile: "viewer", constraints: { logsRead: false } });
    for (const what of [{ agentId: lead.agentId }, { orchestratorId: host.id }, { agentId: "nobody" }]) {
      await expect(blind.logs.read(what)).rejects.toThrow(/logsRead is false/);
    }
    const elsewhere = await it.as({ profile: "operator", constraints: { orchestrators: ["host-b"] } });
    await expect(elsewhere.logs.read({ agentId: lead.agentId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(elsewhere.logs.read({ orchestratorId: host.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(admin.logs.read({ agentId: "nobody" })).rejects.toMatchObject(missing);
    await expect(admin.logs.read({ orchestratorId: "nobody" })).rejects.toMatchObject(missing);
  });

  test("[HST-48] bad input is refused by name", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const [one, other] = [await startAgent(it, host), await startAgent(it, host)];
    const admin = await it.as();
    const { agentId } = one;
    const wrong: [string, Parameters<typeof admin.logs.read>[0]][] = [
      ["agentId", {}],
      ["agentId", { agentId, orchestratorId: host.id }],
      ["before", { agentId, cursor: `${one.commandId}.1.0.0`, before: `${one.commandId}.1.0.0` }],
      ["cursor", { agentId, cursor: "cmd.1" }],
      ["cursor", { agentId, cursor: `${other.commandId}.1.0.0` }],
      ["cursor", { agentId, cursor: `${host.id}.1.0.0` }],
      ["cursor", { orchestratorId: host.id, cursor: `${one.commandId}.1.0.0` }],
      ["before", { agentId, before: "../../etc.1.0.0" }],
    ];
    for (const [field, input] of wrong) {
      await expect(admin.logs.read(input), JSON.stringify(input)).rejects.toMatchObject({ details: { field } });
    }
    for (const input of [
      { tail: 0 },
      { tail: 5001 },
      { waitSeconds: 26 },
      { waitSeconds: -1 },
      { search: "x".repeat(201) },
    ]) {
      await expect(admin.logs.read({ agentId, ...input })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
  });

  test("[HST-41] [HST-47] a host that is away is Unavailable since when; an ended agent's log is read, until it is gone", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, commandId, runner } = await startAgent(it, host);
    const admin = await it.as();
    let exists = true;
    {
      await using _ = logHost(host, () => found({ exists, lines: exists ? ["last"] : [] }));
      await runner.agents.reportExit({ end: { exitCode: 0, signal: null, lastLines: [] } });
      await expect(admin.terminals.input({ agentId, data: "x" })).rejects.toMatchObject({
        code: "CONFLICT",
        details: { next: expect.stringContaining("logs.read") },
      });
      const page = await admin.logs.read({ agentId, cursor: `${commandId}.1.0.0`, waitSeconds: 25 });
      expect(page).toMatchObject({ lines: ["last"], ended: true });
      exists = false;
      await expect(admin.logs.read({ agentId })).rejects.toThrow(/keeps no log of agent/);
    }
    host.connection.drop();
    await expect(admin.logs.read({ agentId })).rejects.toThrow(/host-a is not connected since 2026-01-01/);
    await expect(admin.logs.read({ orchestratorId: "host-a" })).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });

  test("[HST-01] [HST-49] a host learns when it registers how long logs are kept", async () => {
    const it = await testRelay(await open());
    const admin = await it.as();
    await admin.settings.put({ key: "logs.retentionDays", value: 30 });
    await expect(admin.settings.put({ key: "logs.retentionDays", value: 366 })).rejects.toThrow(/1 to 365 days/);
    const { call, proof } = await it.host();
    const answer = await call.orchestrators.register({
      id: proof.orchestratorId,
      instanceId: proof.instanceId,
      bootId: "boot-1",
      hostname: "host-a.local",
      platform: "linux",
      version: "0.1.0",
      protocolVersion: 1,
      baseDir: "/base",
      providers: [],
    });
    expect(answer.settings).toEqual({ logRetentionDays: 30 });
  });
});
