import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { mint, takeCommands, testRelay } from "../testing/relay.ts";

const shell = { provider: "shell" as const, prompt: "true" };

eachEngine("what is told of a command", (open) => {
  test("[HST-25] its fields, and the time of each state that it has reached", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as({ name: "jo" });
    const { agentId, command, spawnRequestId } = await admin.agents.spawn(shell);
    const commandId = command.id;
    const at = () => it.services.clock.now().toISOString();
    const none = { deliveredAt: null, startedAt: null, finishedAt: null, result: null, error: null };
    const createdAt = at();
    expect(command).toEqual({
      ...none,
      id: expect.stringMatching(/^cmd_/),
      seq: 1,
      type: "agent.spawn",
      source: "system",
      target: "host-a",
      agentId,
      workspaceId: null,
      correlationId: spawnRequestId,
      params: expect.objectContaining({ agentId, prompt: "true", requestedBy: "jo" }),
      state: "pending",
      requestedBy: "jo",
      createdAt,
      cancelRequestedAt: null,
      cancelRequestedBy: null,
      deadlineAt: "2026-01-01T00:10:00.000Z",
    });
    it.advance(1_000);
    const deliveredAt = at();
    await takeCommands(host, 1);
    expect(await admin.commands.get({ commandId })).toMatchObject({ ...none, state: "delivered", deliveredAt });
    it.advance(1_000);
    const startedAt = at();
    await host.call.commands.report({ ...host.proof, report: { commandId, state: "running" } });
    expect(await admin.commands.get({ commandId })).toMatchObject({ state: "running", deliveredAt, startedAt });
    it.advance(1_000);
    const cancelRequestedAt = at();
    await admin.commands.cancel({ commandId });
    it.advance(1_000);
    const result = { sessionName: "s", workspace: null, adopted: false };
    const said = await host.call.commands.report({ ...host.proof, report: { commandId, state: "succeeded", result } });
    expect(said).toEqual(await admin.commands.get({ commandId }));
    const reached = { createdAt, deliveredAt, startedAt, cancelRequestedAt, finishedAt: at() };
    expect(said).toMatchObject({ ...reached, state: "succeeded", result, error: null });
  });

  test("[HST-36] params are shown as they are and hold nothing secret; an outcome settles its agent first and is returned", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const admin = await it.as();
    const { agentId, command } = await admin.agents.spawn({ ...shell, label: "who" });
    const { token } = await mint(host, command.id);
    const viewer = await it.as({ profile: "viewer" });
    const { items } = await viewer.commands.list({ agentId });
    expect(items).toEqual([await viewer.commands.get({ commandId: command.id })]);
    expect(items[0]?.params).toEqual(command.params);
    expect(JSON.stringify(items)).not.toContain(token.slice(-20));
    const stored = await it.services.db.client.command.findUniqueOrThrow({ where: { id: command.id } });
    expect(JSON.parse(stored.params)).toEqual(items[0]?.params);
    const told: string[] = [];
    const stop = it.services.bells.onEvent((event) => {
      if (event.type === "agent" || event.type === "command") told.push(`${event.type} ${event.id}`);
    });
    const error = { reason: "provider_missing", message: "no bash" };
    const report = { commandId: command.id, state: "failed" as const, error };
    expect(await host.call.commands.report({ ...host.proof, report })).toMatchObject({ state: "failed", error });
    stop();
    // Told only once all of it is stored.
    expect(told).toEqual([`agent ${agentId}`, `command ${command.id}`]);
    const outcome = await it.services.db.client.activity.findUnique({ where: { clientId: `outcome:${command.id}` } });
    expect(outcome).toMatchObject({ title: `Spawn of ${agentId} failed`, body: "no bash", agentId });
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "failed", statusReason: { text: "no bash" } });
  });

  test("[HST-36] a list is newest first, page by page, of one host, agent or workspace", async () => {
    const it = await testRelay(await open());
    await it.host();
    await it.host("host-b");
    const admin = await it.as();
    const ids: string[] = [];
    for (const orchestratorId of ["host-a", "host-b", "host-a"])
      ids.push((await admin.agents.spawn({ ...shell, orchestratorId })).command.id);
    const first = await admin.commands.list({ limit: 2 });
    const second = await admin.commands.list({ limit: 2, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
    const ofHost = await admin.commands.list({ orchestratorId: "host-b" });
    expect(ofHost.items.map(({ id }) => id)).toEqual([ids[1]]);
    await expect(admin.commands.get({ commandId: "cmd_0" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
