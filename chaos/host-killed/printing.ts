import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { currentFile, filledFile, filledNumbersSync } from "../../apps/orchestrator/src/logs/files.ts";
import { sessionLog } from "../../apps/orchestrator/src/sessions/output.ts";
import { sessionDir } from "../../apps/orchestrator/src/sessions/record.ts";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { allOf } from "../../tests/support/agents.ts";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { agentOf } from "../dies/acts.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";
import type { Random } from "../random.ts";

/** Prints numbered lines of that many bytes until it is told to go: the second of them fills its log, so that it rotates. */
const printers = [
  { bytes: 40, pause: "0.05" },
  { bytes: 4_000, pause: "0.02" },
  { bytes: 200, pause: "0.01" },
];

const script = (go: string, { bytes, pause }: (typeof printers)[number]) =>
  [
    `pad=$(printf '%${bytes}s' | tr ' ' x)`,
    "i=0",
    `until [ -e '${go}' ]; do i=$((i+1)); echo "line $i $pad"; sleep ${pause}; done`,
    'echo "last $i"',
  ].join("\n");

/** Everything that a session wrote, oldest first, over all its files. */
function outputOf({ machine }: World, commandId: string): string {
  const log = sessionLog(sessionDir(machine.paths.sessions, commandId));
  const files = filledNumbersSync(log).map((n) => filledFile(log, n));
  return [...files, currentFile(log)].map((path) => readFileSync(path, "latin1")).join("");
}

/** Kills the orchestrator again and again while agents print; nobody notices, and no byte is missing. */
export async function playPrinting(world: World, random: Random, kills: number, log: (line: string) => void) {
  const broken: Broken[] = [];
  const note = (promise: string, seen: string) => void broken.push({ promise, seen });
  const go = join(world.machine.dir, "printing-go");
  const agents: { agentId: string; commandId: string }[] = [];
  for (const [i, printer] of printers.entries()) {
    const place = { provider: "shell", orchestratorId: HOST, cwd: world.repository.path } as const;
    const wanted = { ...place, workspaceMode: "shared", label: `printer-${i}`, prompt: script(go, printer) } as const;
    const { agentId, command } = await world.answered((admin) => admin.agents.spawn.mutate(wanted));
    agents.push({ agentId, commandId: command.id });
    await until(`${agentId} at work`, async () => (await agentOf(world, agentId)).status === "busy", {
      withinMs: 60_000,
    });
  }
  const sessions = async () =>
    (await listSessions(world.machine.tmux))
      .map(({ name, pid }) => `${name} ${pid}`)
      .sort()
      .join();
  const before = await sessions();
  for (let kill = 1; kill <= kills; kill += 1) {
    await delay(random.between(0, 700));
    world.orchestrator.kill();
    await world.orchestrator.ready();
    if ((await sessions()) !== before) note("restarted", `${before} → ${await sessions()}`);
    for (const { agentId } of agents) {
      const { status } = await agentOf(world, agentId);
      if (status !== "busy") note("ended", `${agentId} is ${status}`);
    }
    if (kill % 20 === 0) log(`${kill} kills; ${broken.length} broken`);
  }
  const all = await allOf(world.machine);
  writeFileSync(go, "");
  let bytes = 0;
  for (const { agentId, commandId } of agents) {
    const over = async () => (await agentOf(world, agentId)).status === "exited";
    await until(`the end of ${agentId}`, over, { withinMs: 60_000 }).catch((error: Error) =>
      note("stuck", error.message),
    );
    const text = outputOf(world, commandId).replaceAll("\r", "");
    bytes += text.length;
    const numbers = [...text.matchAll(/^line (\d+) x+$/gm)].map(([, number]) => Number(number));
    const gap = numbers.findIndex((number, i) => number !== i + 1);
    const last = Number(/^last (\d+)$/m.exec(text)?.[1]);
    if (gap >= 0 || numbers.length !== last) note("missing", `${agentId}: ${numbers.length} of ${last}, gap at ${gap}`);
  }
  const left = async () => all.filter((pid) => existsSync(`/proc/${pid}`));
  await until("nothing to be left", async () => (await left()).length === 0, { withinMs: 20_000 }).catch(async () =>
    note("orphaned", `processes ${await left()}`),
  );
  return { broken, bytes };
}
