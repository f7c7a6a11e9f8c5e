import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import type { Scope } from "../contracts/index.ts";
import { startAgent, type TestRelay, testRelay } from "../testing/relay.ts";
import { transact } from "../unit.ts";
import { record } from "./record.ts";

const shell = { provider: "shell" as const, prompt: "true" };
const end = { exitCode: 0, signal: null, lastLines: [] };

/** Runs something and answers what it left behind, oldest first. */
function leaving({ services }: TestRelay) {
  const seen = new Set<string>();
  const fresh = async () => {
    const rows = await services.db.client.activity.findMany({ orderBy: { id: "asc" } });
    return rows.filter(({ id }) => !seen.has(id) && seen.add(id));
  };
  return async (act: () => Promise<unknown>) => {
    await fresh();
    const result = await act().catch((error: { code: string }) => error.code);
    return { result, kinds: (await fresh()).map(({ kind, clientId }) => `${kind} ${clientId.replace(/:.*/, "")}`) };
  };
}

eachEngine("activity", (open) => {
  test("[IDN-57] a record has these fields, and says of which thing it is", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as({ name: "ada" });
    const { agentId, commandId, runner, epoch } = await startAgent(it, host, Promise.resolve(admin));
    const { token } = await admin.tokens.create({ name: "n", profile: "viewer" });
    await runner.agents.reportExit({ epoch, end });
    const { items } = await admin.activity.list({});
    expect(items.length).toBeGreaterThanOrEqual(5);
    const text = expect.stringMatching(/./);
    const maybe = expect.toSatisfy((value: unknown) => value === null || typeof value === "string");
    for (const item of items) {
      expect(item, item.clientId).toEqual({
        id: expect.stringMatching(/^act_[a-z0-9]{26}$/),
        at: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{3}Z$/),
        clientId: text,
        kind: text,
        title: text,
        view: text,
        actor: text,
        onBehalfOf: text,
        requestId: maybe,
        metadata: expect.any(Object),
        body: maybe,
        meta: maybe,
        icon: maybe,
        agentId: maybe,
      });
      expect(
        [agentId, commandId, token.id].some((id) => item.clientId.includes(id)),
        item.clientId,
      ).toBe(true);
    }
    const made = items.find(({ clientId }) => clientId === `token-created:${token.id}`);
    expect(made).toMatchObject({ actor: "ada", requestId: expect.stringMatching(/^req_/), kind: "identity" });
    expect(new Set(items.map(({ clientId }) => clientId)).size).toBe(items.length);
  });

  test("[IDN-57] the same one written twice is stored once, as it was first, and told once", async () => {
    const it = await testRelay(await open());
    const told: string[] = [];
    it.services.bells.onEvent((event) => event.type === "activity" && told.push(event.id));
    const entry = { clientId: "thing:1", kind: "state", view: "agents", actor: "ada" } as const;
    for (const title of ["first", "second"]) {
      await transact(it.services, (unit) => record(it.services, unit, { ...entry, title }));
    }
    const rows = await it.services.db.client.activity.findMany();
    expect(rows.map(({ title }) => title)).toEqual(["first"]);
    expect(told).toEqual(rows.map(({ id }) => id));
  });

  test("[IDN-59] each act leaves one record, and a refused one only that it was refused", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as({ name: "ada" });
    const left = leaving(it);
    const only = (kind: string) => ({ kinds: [kind] });

    const made = admin.tokens.create({ name: "n", profile: "viewer" });
    expect(await left(() => made)).toMatchObject(only("identity token-created"));
    const { token, text } = await made;
    let cookie = "";
    const signIn = async () => {
      cookie = await it.signIn({ token: text });
    };
    expect(await left(signIn)).toMatchObject(only("identity sign-in"));
    const browser = it.callAs(cookie, { setSession: () => undefined });
    expect(await left(() => browser.auth.signOut({}))).toMatchObject(only("identity sign-out"));
    expect(await left(() => it.callWith(null).auth.signOut({}))).toMatchObject({ kinds: [] });
    const revoke = () => admin.tokens.revoke({ tokenId: token.id });
    expect(await left(revoke)).toMatchObject(only("identity token-revoked"));
    expect(await left(revoke)).toMatchObject({ kinds: [] });

    const spawned = admin.agents.spawn({ ...shell, spawnRequestId: "once" });
    expect(await left(() => spawned)).toMatchObject(only("state shell"));
    expect(await left(() => admin.agents.spawn({ ...shell, spawnRequestId: "once" }))).toMatchObject({ kinds: [] });
    const { agentId, command } = await spawned;
    const report = (commandId: string, more: object) => () =>
      host.call.commands.report({ ...host.proof, report: { commandId, ...more } as never });
    expect(await left(report(command.id, { state: "running" }))).toMatchObject({ kinds: [] });
    const result = { sessionName: "sb-x", workspace: null, adopted: false };
    const succeeded = report(command.id, { state: "succeeded", result });
    expect(await left(succeeded)).toMatchObject(only("command outcome"));
    expect(await left(succeeded)).toMatchObject({ kinds: [] });
    const down = admin.agents.shutdown({ agentId });
    expect(await left(() => down)).toMatchObject(only("command shutdown"));
    const error = { reason: "session_died", message: "no such session" };
    const failed = report((await down).command?.id ?? "", { state: "failed", error });
    expect(await left(failed)).toMatchObject(only("command outcome"));

    const viewer = await it.as({ profile: "viewer", name: "eve" });
    const limited = await it.as({ profile: "operator", name: "bob", constraints: { orchestrators: [] } });
    const refused = { result: "FORBIDDEN", ...only("denied denied") };
    expect(await left(() => viewer.agents.spawn(shell))).toMatchObject(refused);
    expect(await left(() => viewer.tokens.create({ name: "n", profile: "viewer" }))).toMatchObject(refused);
    expect(await left(() => viewer.settings.put({ key: "presence.staleSeconds", value: 20 }))).toMatchObject(refused);
    expect(await left(() => limited.agents.spawn({ ...shell, orchestratorId: "host-a" }))).toMatchObject(refused);
    expect(await left(() => limited.agents.shutdown({ agentId }))).toMatchObject(refused);
    const own: Scope[] = ["command:shutdown"];
    const child = await it.as({ profile: "interactive", scopes: own, constraints: { agents: ["shell-other2"] } });
    expect(await left(() => child.agents.shutdown({ agentId }))).toMatchObject(refused);
  });
});
