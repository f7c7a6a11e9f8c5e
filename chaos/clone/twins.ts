import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Client, clientOf } from "../../tests/support/client.ts";
import { makeMachine } from "../../tests/support/machine.ts";
import type { Program } from "../../tests/support/program.ts";
import { HOST, launchOrchestrator, launchRelay, relayOf } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import type { Random } from "../random.ts";
import { cloneOf } from "./clone.ts";

export interface Twin {
  program: Program;
  /** Held still, as a paused machine is: its connection stays open and says nothing. */
  frozen: boolean;
}

/** One relay and two orchestrators with one id, token and history, of which the relay takes one. */
export async function makeTwins(dir: string) {
  const machine = await makeMachine(dir);
  const env = { LOG_LEVEL: "info" };
  const relay = await relayOf(launchRelay(machine, { env }));
  const token = await relay.hostToken(HOST);
  const admin = clientOf(relay.url, readFileSync(join(machine.home, "admin-token"), "utf8").trim());
  const where = { relay: relay.url, token };
  const first = launchOrchestrator(machine, { ...where, env });
  await first.told("ready");
  const clone = cloneOf(machine);
  const second = launchOrchestrator(machine, { ...where, env: { ...env, ...clone.env } });
  const twins: Twin[] = [first, second].map((program) => ({ program, frozen: false }));
  return {
    machine,
    relay,
    admin,
    token,
    twins,
    ledger: join(machine.dir, "ledger"),
    async [Symbol.asyncDispose]() {
      for (const { program } of twins) await program.end();
      await clone[Symbol.asyncDispose]();
      await relay.end();
      await machine[Symbol.asyncDispose]();
    },
  };
}
export type Twins = Awaited<ReturnType<typeof makeTwins>>;

const hostOf = (admin: Client) => admin.orchestrators.get.query({ id: HOST });

/** Freezes the twin that the relay has until the other has taken over, and wakes it again. */
export async function swapTwins({ admin, twins }: Twins, active: number): Promise<number> {
  const [now, next] = [twins[active], twins[1 - active]] as [Twin, Twin];
  const { registeredAt } = await hostOf(admin);
  process.kill(now.program.pid, "SIGSTOP");
  now.frozen = true;
  try {
    await until("the other to take over", async () => (await hostOf(admin)).registeredAt !== registeredAt, {
      withinMs: 60_000,
      also: next.program.output,
    });
  } finally {
    process.kill(now.program.pid, "SIGCONT");
    now.frozen = false;
  }
  return 1 - active;
}

/** Spawns at random moments, so that some are under way on a host that is frozen. */
export async function spawnSome({ admin, ledger, machine }: Twins, name: string, count: number, random: Random) {
  const agents: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const prompt = `echo "start $SIGNALBOX_AGENT_ID $$" >> '${ledger}'; sleep 0.${i % 10}`;
    const place = { provider: "shell", orchestratorId: HOST, cwd: machine.baseDir, workspaceMode: "shared" } as const;
    const spawn = () =>
      admin.agents.spawn.mutate({ ...place, spawnRequestId: `${name}-${i}`, prompt }).catch(() => null);
    // Between the two the host is away, and a spawn is refused; it is asked for again under the same name.
    const { agentId } = await until("the spawn to be taken", spawn, { withinMs: 60_000 });
    agents.push(agentId);
    await delay(random.between(0, 150));
  }
  return agents;
}
