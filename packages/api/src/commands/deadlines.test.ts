import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { watchPresence } from "../orchestrators/watch.ts";
import { startAgent, takeCommands, testRelay } from "../testing/relay.ts";
import { failLate } from "./service.ts";

const shell = { provider: "shell" as const, prompt: "true" };
const minute = 60_000;

eachEngine("past the deadline of a command", (open) => {
  const given = async () => {
    const it = await testRelay(await open());
    return { it, host: await it.host(), admin: await it.as() };
  };

  test("[HST-33] a start that nobody took makes its agent failed as expired, one that was taken by a lost host as host_lost", async () => {
    const { it, host, admin } = await given();
    const taken = await admin.agents.spawn(shell);
    await takeCommands(host, 1);
    const untaken = await admin.agents.spawn(shell);
    const running = await startAgent(it, host);
    const restart = await admin.agents.restart({ agentId: running.agentId });
    host.connection.drop();
    it.advance(2 * minute);
    await watchPresence(it.services);
    it.advance(8 * minute + 1);
    expect(await failLate(it.services)).toBe(3);
    expect(await admin.agents.get({ agentId: taken.agentId })).toMatchObject({
      status: "failed",
      statusReason: { kind: "host_lost", text: expect.stringContaining("host host-a is offline") },
      command: { state: "failed", error: { message: expect.stringContaining("was delivered and not finished") } },
    });
    for (const agentId of [untaken.agentId, running.agentId]) {
      expect(await admin.agents.get({ agentId })).toMatchObject({
        status: "failed",
        statusReason: { kind: "expired", text: expect.stringContaining("was not taken by its deadline") },
      });
    }
    expect(await admin.commands.get({ commandId: restart.command?.id ?? "" })).toMatchObject({ state: "expired" });
    await expect(it.callWith(running.token).auth.whoami({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("[HST-33] an agent that was not shut down keeps its state, and it is said of which host, until it ends", async () => {
    const { it, host, admin } = await given();
    const { agentId, runner, epoch } = await startAgent(it, host);
    await runner.agents.setStatus({ epoch, status: "busy" });
    await admin.agents.shutdown({ agentId, graceSeconds: 20 });
    host.connection.drop();
    it.advance(80_000 - 1);
    expect(await failLate(it.services)).toBe(0);
    it.advance(2);
    const since = it.services.clock.now().toISOString();
    expect(await failLate(it.services)).toBe(1);
    const text = expect.stringMatching(new RegExp(`^host-a did not end ${agentId}: .*not taken.*host host-a is`));
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "busy", shutdownFailure: { since, text } });
    const named = async () => (await admin.agents.list({ status: "all", shutdownFailed: true })).items;
    expect((await named()).map(({ id }) => id)).toEqual([agentId]);
    // What its program does meanwhile does not hide it.
    await runner.agents.setStatus({ epoch, status: "idle" });
    expect(await named()).toHaveLength(1);
    await runner.agents.reportExit({ end: { exitCode: 0, signal: null, lastLines: [] } });
    expect(await named()).toEqual([]);
    expect(await admin.agents.get({ agentId })).toMatchObject({ status: "exited", shutdownFailure: null });
  });

  test("[HST-33] a shutdown that the host reports as failed is said too, and a later one that succeeds takes it back", async () => {
    const { it, host, admin } = await given();
    const { agentId } = await startAgent(it, host);
    const shutdown = async (outcome: object) => {
      const { command } = await admin.agents.shutdown({ agentId });
      const report = { commandId: command?.id ?? "", ...outcome } as { commandId: string; state: "running" };
      await host.call.commands.report({ ...host.proof, report });
      return (await admin.agents.get({ agentId })).shutdownFailure;
    };
    const error = { reason: "error", message: "Session sb-x is still there after SIGKILL" };
    expect(await shutdown({ state: "failed", error })).toMatchObject({
      text: expect.stringContaining("after SIGKILL"),
    });
    expect(await shutdown({ state: "succeeded", result: { ended: true } })).toBeNull();
  });

  test("[HST-33] after a late interrupt or compaction nothing else changes", async () => {
    const { it, host, admin } = await given();
    const { agentId, runner, epoch } = await startAgent(it, host);
    await runner.agents.setStatus({ epoch, status: "busy" });
    const before = await admin.agents.get({ agentId });
    await admin.agents.interrupt({ agentId });
    it.advance(30_001);
    expect(await failLate(it.services)).toBe(1);
    expect(await admin.agents.get({ agentId })).toEqual(before);
    expect(await failLate(it.services)).toBe(0);
  });
});
