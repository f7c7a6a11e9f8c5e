import { expect, test } from "vitest";
import { ended, spawnShell } from "../support/agents.ts";
import { refusal } from "../support/client.ts";
import { makeMachine } from "../support/machine.ts";
import { launchOrchestrator, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

const waits = "echo up; read wait";

test("[HST-10, HST-11, HST-37, HST-38, HST-39, SPN-13, SPN-14] three hosts at one relay: chosen, drained, killed and brought back, removed", async () => {
  await using box = await startSignalbox();
  const { admin, relay } = box;
  await using east = await makeMachine();
  await using west = await makeMachine();
  const here = box.machine;
  const tokenFor = async (id: string) => {
    const constraints = { orchestrators: [id] };
    return (await admin.tokens.create.mutate({ name: `host ${id}`, profile: "orchestrator", constraints })).text;
  };
  const start = async (machine: typeof east, id: string, token: string) => {
    const program = launchOrchestrator(machine, { relay: relay.url, token, id });
    machine.atEnd.push(() => program.end());
    await program.told("ready");
    return program;
  };
  const tokens = { east: await tokenFor("east"), west: await tokenFor("west") };
  const first = { east: await start(east, "east", tokens.east), west: await start(west, "west", tokens.west) };
  const hosts = async () => (await admin.orchestrators.list.query({})).items;
  expect((await hosts()).map(({ id, state, baseDir }) => [id, state, baseDir])).toEqual([
    ["east", "online", east.baseDir],
    ["host-it", "online", here.baseDir],
    ["west", "online", west.baseDir],
  ]);

  const spawn = async (machine: typeof east, given: object = {}) => {
    const wanted = { provider: "shell", prompt: waits, workspaceMode: "shared", wait: true } as const;
    const answer = await admin.agents.spawn.mutate({ ...wanted, cwd: machine.baseDir, ...given });
    expect(answer.ok).toBe(true);
    return answer;
  };
  const byId = await Promise.all([
    spawn(here, { orchestratorId: "host-it" }),
    spawn(east, { orchestratorId: "east" }),
    spawn(west, { orchestratorId: "west" }),
  ]);
  expect(byId.map(({ orchestratorId }) => orchestratorId)).toEqual(["host-it", "east", "west"]);
  // Without an id the directory decides, and where none is given the emptiest host.
  expect((await spawn(west)).orchestratorId).toBe("west");
  expect((await spawn(east)).orchestratorId).toBe("east");
  expect((await spawn(here, { cwd: undefined })).orchestratorId).toBe("host-it");
  expect((await hosts()).map(({ liveSessions }) => liveSessions)).toEqual([2, 2, 2]);

  // One is drained: it takes none, its agents go on, and at the deadline they are named.
  const drained = await admin.orchestrators.drain.mutate({ id: "east", deadlineMinutes: 0 });
  const onEast = drained.draining?.staying.map(({ agentId }) => agentId) ?? [];
  expect(onEast).toHaveLength(2);
  const named = { provider: "shell", prompt: "true", orchestratorId: "east" } as const;
  expect((await refusal(admin.agents.spawn.mutate(named))).message).toBe(
    "Host east is draining and takes no new agent",
  );
  expect(
    (await refusal(admin.agents.spawn.mutate({ ...named, orchestratorId: undefined, cwd: east.baseDir }))).code,
  ).toBe("Invalid");
  await until("the deadline to be said", async () => {
    const { draining } = await admin.orchestrators.get.query({ id: "east" });
    return draining?.overdue;
  });
  await admin.agents.restart.mutate({ agentId: onEast[0] ?? "" });
  await until("the restart on the draining host", async () => {
    const agent = await admin.agents.get.query({ agentId: onEast[0] ?? "" });
    return agent.epoch > 1 && agent.status !== "spawning";
  });
  for (const agentId of onEast) await admin.agents.shutdown.mutate({ agentId, graceSeconds: 0 });
  await until("the host to be empty", async () => {
    const { draining } = await admin.orchestrators.get.query({ id: "east" });
    return draining?.overdue === false && draining.staying.length === 0;
  });
  await admin.orchestrators.drain.mutate({ id: "east", enabled: false });
  expect((await spawn(east, { orchestratorId: "east" })).orchestratorId).toBe("east");

  // One is killed and started again: its sessions went on, and it has the same agents.
  await first.west.end("SIGKILL");
  await until("the relay to notice", () =>
    admin.orchestrators.directories.query({ orchestratorId: "west" }).then(
      () => false,
      () => true,
    ),
  );
  const spawnThere = { provider: "shell", prompt: "true", orchestratorId: "west" } as const;
  const away = await refusal(admin.agents.spawn.mutate(spawnThere));
  expect(away).toMatchObject({ code: "Conflict", message: expect.stringMatching(/^Host west is stale/) });
  const again = await start(west, "west", tokens.west);
  await until("its sessions to be reported", async () => {
    const { state, liveSessions, unknownSessions } = await admin.orchestrators.get.query({ id: "west" });
    return state === "online" && liveSessions === 2 && unknownSessions.length === 0;
  });

  // One is removed: refused while connected, then with its agents named, then by force.
  expect((await refusal(admin.orchestrators.remove.mutate({ id: "west", force: true }))).message).toMatch(
    /^Host west is connected from 127\.0\.0\.1 since/,
  );
  await again.end("SIGTERM");
  const onWest = (await admin.agents.list.query({ status: "running", orchestratorId: "west" })).items.map(
    ({ id }) => id,
  );
  const stays = await refusal(
    until("the connection to drop", () =>
      admin.orchestrators.remove.mutate({ id: "west" }).catch((error: unknown) => {
        if (String(error).includes("is connected")) return null;
        throw error;
      }),
    ),
  );
  for (const id of onWest) expect(stays.message).toContain(id);
  const { ended: gone } = await admin.orchestrators.remove.mutate({ id: "west", force: true });
  expect(gone.toSorted()).toEqual(onWest.toSorted());
  for (const agentId of gone) {
    expect(await ended(box, agentId)).toMatchObject({ status: "exited", statusReason: { kind: "host_removed" } });
  }
  expect((await hosts()).map(({ id }) => id)).toEqual(["east", "host-it"]);
  expect((await admin.commands.list.query({ orchestratorId: "west" })).items.length).toBeGreaterThanOrEqual(2);

  // Started again it is back, and what it still ran is ended.
  await start(west, "west", tokens.west);
  await until(
    "the removed host's sessions to end",
    async () => {
      const west = (await hosts()).find(({ id }) => id === "west");
      return west?.state === "online" && west.liveSessions === 0 && west.vitals?.sessions === 0;
    },
    { withinMs: 60_000, also: box.output },
  );
  const agentId = await spawnShell(box, { cwd: here.baseDir, workspaceMode: "shared", prompt: "sbx result done" });
  expect((await ended(box, agentId)).result).toBe("done");
}, 240_000);
