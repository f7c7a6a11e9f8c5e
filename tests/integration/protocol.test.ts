import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHostLink } from "../../apps/orchestrator/src/link/host-link.ts";
import type { Log } from "../../apps/orchestrator/src/log.ts";
import { createSessions } from "../../apps/orchestrator/src/sessions/sessions.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

let box: Signalbox;
let bash = "";
beforeAll(async () => {
  box = await startSignalbox({
    prepare: ({ dir, home }) => {
      bash = join(dir, "own-bash");
      copyFileSync("/bin/bash", bash);
      chmodSync(bash, 0o755);
      writeFileSync(join(home, "orchestrator.json"), JSON.stringify({ providers: { shell: { command: [bash] } } }));
    },
  });
});
afterAll(() => box?.[Symbol.asyncDispose]());

const vitals = { load: 0, memoryFreeBytes: 1, memoryTotalBytes: 1, diskFreeBytes: 1, sessions: 0 };

/** Keeps the warnings: what a person reads on the host's terminal. */
const logInto = (lines: string[]) =>
  ({ info() {}, warn: (...said: unknown[]) => lines.push(String(said.at(-1))) }) as unknown as Log;

/** A host of that protocol, through the daemon's own link; it stops at the second pause, or once registered. */
async function hostOf(id: string, protocolVersion: number) {
  const constraints = { orchestrators: [id] };
  const { text } = await box.admin.tokens.create.mutate({ name: id, profile: "orchestrator", constraints });
  const pauses: number[] = [];
  const lines: string[] = [];
  let registered = false;
  const { tmux, dir } = box.machine;
  const directory = join(dir, "sessions", id);
  mkdirSync(directory, { recursive: true });
  const about = { hostname: id, platform: "linux-x64", version: "9.0.0", baseDir: "/", bootId: "boot" };
  const link = createHostLink({
    relay: new URL(box.relay.url),
    token: text,
    host: { id, instanceId: `instance-${id}`, protocolVersion, ...about },
    providers: async () => [],
    sessions: createSessions({ tmux, directory }),
    vitals: async () => vitals,
    onRegistered: () => {
      registered = true;
    },
    onEndedForRelay: () => undefined,
    onCommand: () => undefined,
    onRequest: () => undefined,
    onLost: () => undefined,
    onRefused: (message) => lines.push(`gave up: ${message}`),
    random: Math.random,
    pause: async (ms, signal) => {
      pauses.push(ms);
      if (pauses.length > 1) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    },
    log: logInto(lines),
  });
  try {
    await until("an end", () => registered || pauses.length > 1);
  } finally {
    link.close();
  }
  return { registered, pauses, lines };
}

test("[HST-04] a host that is one protocol too new registers once more with the one before, and is taken", async () => {
  const { registered, pauses } = await hostOf("newer", 2);
  expect({ registered, pauses }).toEqual({ registered: true, pauses: [] });
  const host = await box.admin.orchestrators.get.query({ id: "newer" });
  expect(host).toMatchObject({ protocolVersion: 1, version: "9.0.0" });
});

test("[HST-03] a host of a protocol that the relay does not speak says so once and tries again after 60 s", async () => {
  for (const [id, protocol, behind] of [
    ["far", 9, "relay"],
    ["old", -1, "host"],
  ] as const) {
    const { registered, pauses, lines } = await hostOf(id, protocol);
    expect({ registered, pauses }).toEqual({ registered: false, pauses: [60_000, 60_000] });
    const both = `Host ${id} speaks protocol ${protocol} (version 9.0.0), the relay speaks 1 (version 0.1.0)`;
    expect(lines).toEqual([`the relay refuses this host: ${both}: upgrade the ${behind}`]);
  }
});

test("[HST-05] a second orchestrator of a connected host is refused, says so, and tries again every 5 s", async () => {
  const { registered, pauses, lines } = await hostOf("host-it", 1);
  expect({ registered, pauses }).toEqual({ registered: false, pauses: [5_000, 5_000] });
  expect(lines).toEqual([
    expect.stringMatching(/^the relay refuses this host: Host host-it is connected from .+ since/),
  ]);
});

test("[HST-09] a program that is gone is found out at the next launch that fails, on the same connection", async () => {
  const { admin } = box;
  const shell = async () =>
    (await admin.orchestrators.get.query({ id: "host-it" })).providers.find(({ provider }) => provider === "shell");
  const { registeredAt } = await admin.orchestrators.get.query({ id: "host-it" });
  expect(await shell()).toMatchObject({ available: true, reason: null });
  rmSync(bash);
  const agentId = await spawnShell(box, { cwd: box.machine.baseDir, workspaceMode: "shared", prompt: "true" });
  await ended(box, agentId);
  await until("the relay to know", async () => (await shell())?.available === false, { also: box.output });
  expect((await shell())?.reason).toContain(bash);
  expect((await admin.orchestrators.get.query({ id: "host-it" })).registeredAt).toBe(registeredAt);
});
