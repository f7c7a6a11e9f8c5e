import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Connection, connect } from "../apps/orchestrator/src/link/connection.ts";
import { timing } from "../packages/api/src/contracts/index.ts";
import { clientOf } from "../tests/support/client.ts";
import { makeMachine } from "../tests/support/machine.ts";
import { playHost } from "../tests/support/played-host.ts";
import type { Program } from "../tests/support/program.ts";
import { launchRelay, relayOf } from "../tests/support/signalbox.ts";
import type { BenchCase, BenchRow } from "./harness.ts";
import { emitBare } from "./lib/fleet/bare.ts";
import { type Load, startLoad } from "./lib/fleet/load.ts";
import type { Plan, PlannedHost } from "./lib/fleet/plan.ts";
import { present, seedFleet } from "./lib/fleet/seed.ts";
import { startFloor } from "./lib/floor.ts";
import { gauged, read } from "./lib/gauge.ts";
import { inParallel } from "./lib/parallel.ts";
import { quiet } from "./lib/relay.ts";
import { above, latency, percentile, plain, type Samples } from "./lib/samples.ts";
import { usageOf } from "./lib/usage.ts";

interface Size {
  hosts: number;
  agents: number;
  /** Load programs. */
  programs: number;
  /** How long nothing happens before and while the processor is looked at, in ms. */
  settleMs: number;
  idleMs: number;
}

/** What was seen of one server that a fleet is connected to. */
interface Seen {
  /** Of one connection, in KiB. */
  rss: number;
  heap: number;
  firstSeconds: number;
  idleCpu: number;
  idleLate: number;
  pushes: Samples;
  pushAll: number;
  /** From the new server's readiness until each connection was greeted again, in seconds. */
  back: Samples;
  backLate: number;
}

interface Server {
  program: Program;
  /** Gives each host something of its own; resolves with the time of each call, by the key of what arrives. */
  push(): Promise<Map<string, number>>;
  /** Kills it and starts another in its place; resolves when that listens. */
  restart(): Promise<Program>;
}

const now = () => performance.timeOrigin + performance.now();

async function observe(server: Server, load: () => Load, size: Size, log: (line: string) => void): Promise<Seen> {
  const connections = size.hosts * (size.agents + 1);
  const empty = await read(server.program);
  const from = now();
  await using fleet = load();
  const first = await fleet.all();
  const firstSeconds = ((first.at(-1) as number) - from) / 1000;
  log(`${connections} connected in ${firstSeconds.toFixed(1)} s`);
  await delay(size.settleMs);
  const full = await read(server.program);

  const before = usageOf(server.program.pid).cpu;
  const idleFrom = now();
  await delay(size.idleMs);
  const idleCpu = (100_000 * (usageOf(server.program.pid).cpu - before)) / (now() - idleFrom);
  const { lateMax: idleLate } = await read(server.program);

  const arrivals = fleet.arrivals(size.hosts);
  const calls = await server.push();
  const arrived = await arrivals;
  const pushes = [...calls].map(([key, at]) => (arrived.get(key) as number) - at);
  const pushAll = Math.max(...arrived.values()) - Math.min(...calls.values());
  log(`idle ${idleCpu.toFixed(1)} %, one to each host ${pushAll.toFixed(0)} ms; restarting`);
  await delay(size.settleMs);

  await fleet.again();
  const next = await server.restart();
  const ready = now();
  const back = (await fleet.all()).map((at) => (at - ready) / 1000);
  const { lateMax: backLate } = await read(next);
  log(`all back after ${(back.at(-1) as number).toFixed(1)} s`);
  const each = (key: "rss" | "heap") => (full[key] - empty[key]) / connections;
  return { rss: each("rss"), heap: each("heap"), firstSeconds, idleCpu, idleLate, pushes, pushAll, back, backLate };
}

/** Shares things out among the load programs. */
const shared = <T>(all: T[], programs: number): T[][] =>
  Array.from({ length: programs }, (_, n) => all.filter((_, i) => i % programs === n)).filter(
    (part) => part.length > 0,
  );

async function observeRelay(size: Size, log: (line: string) => void): Promise<Seen> {
  await using machine = await makeMachine();
  const env = { ...quiet, ...gauged };
  const database = `file:${join(machine.home, "relay.db")}`;
  let program = launchRelay(machine, { env });
  try {
    const { url } = await relayOf(program);
    const adminToken = readFileSync(join(machine.home, "admin-token"), "utf8").trim();
    const sample = await playHost(url, clientOf(url, adminToken), "sample");
    const agent = await sample.agent();
    sample.drop();
    await program.end("SIGTERM");
    const fleet: PlannedHost[] = await seedFleet(database, { hostId: sample.id, agent }, size);
    log(`${size.hosts} hosts with ${size.agents} agents each in the database`);

    const start = async () => {
      program = launchRelay(machine, { env });
      await relayOf(program);
      return program;
    };
    const plans = shared(fleet, size.programs).map((hosts): Plan => ({ kind: "relay", url, hosts }));
    const server: Server = {
      program: await start(),
      async push() {
        const callers: Connection[] = Array.from({ length: 10 }, () => connect(new URL(url), adminToken));
        await Promise.all(callers.map(({ relay }) => relay.auth.whoami.query({})));
        const calls = new Map<string, number>();
        await inParallel({ clients: callers.length, calls: fleet.length }, async (n, client) => {
          const orchestratorId = fleet[n]?.host.id ?? "";
          const at = now();
          const wanted = { provider: "shell", prompt: "true", orchestratorId } as const;
          const { agentId } = await (callers[client] as Connection).relay.agents.spawn.mutate(wanted);
          calls.set(agentId, at);
        });
        for (const caller of callers) caller.drop();
        return calls;
      },
      async restart() {
        await program.end();
        return start();
      },
    };
    const seen = await observe(server, () => startLoad(plans, log), size, log);
    const online = await present(database);
    if (online.hosts !== size.hosts || online.agents !== size.hosts * size.agents) {
      throw new Error(`only ${online.hosts} hosts and ${online.agents} agents are back in the relay's database`);
    }
    return seen;
  } finally {
    await program.end();
  }
}

async function observeBare(size: Size, log: (line: string) => void): Promise<Seen> {
  const pings = { PING_MS: String(timing.ping), PONG_WAIT_MS: String(timing.silence - timing.ping) };
  const start = (port?: number) => startFloor("trpc-fleet", { ...gauged, ...pings }, port);
  let floor = await start();
  try {
    const { url, port } = floor;
    const topics = Array.from({ length: size.hosts * (size.agents + 1) }, (_, n) => `topic-${n}`);
    const plans = shared(topics, size.programs).map((part): Plan => ({ kind: "bare", url, topics: part }));
    const server: Server = {
      program: floor.program,
      async push() {
        const callers = Array.from({ length: 10 }, () => connect(new URL(url), "none"));
        const calls = new Map<string, number>();
        await inParallel({ clients: callers.length, calls: size.hosts }, async (n, client) => {
          calls.set(`key-${n}`, now());
          await emitBare(callers[client] as Connection, `topic-${n}`, `key-${n}`);
        });
        for (const caller of callers) caller.drop();
        return calls;
      },
      async restart() {
        await floor.program.end();
        floor = await start(port);
        return floor.program;
      },
    };
    return await observe(server, () => startLoad(plans, log), size, log);
  } finally {
    await floor.program.end();
  }
}

/** A relay with many hosts and agents connected: memory, idling, commands to all, and all of them coming back. [HST-11, HST-12, HST-27] */
const fleet: BenchCase = {
  name: "fleet",
  async run({ quick, log }) {
    const size = quick
      ? { hosts: 4, agents: 10, programs: 2, settleMs: 1_000, idleMs: 2_000 }
      : { hosts: 200, agents: 50, programs: 4, settleMs: 10_000, idleMs: 20_000 };
    const connections = size.hosts * (size.agents + 1);
    const ours = await observeRelay(size, log);
    const bare = await observeBare(size, log);
    const name = "bare tRPC subscriptions";
    const against = (label: string, key: Exclude<keyof Seen, "pushes" | "back">, unit: string): BenchRow =>
      above(label, ours[key], { name, value: bare[key] }, unit);
    const back = (share: number): [number, { name: string; value: number }] => [
      percentile(ours.back, share),
      { name, value: percentile(bare.back, share) },
    ];
    return [
      plain("connections", connections, ""),
      against("RSS of a connection", "rss", "KiB"),
      against("heap of a connection after collection", "heap", "KiB"),
      against("first time until all are greeted", "firstSeconds", "s"),
      against("idle CPU", "idleCpu", "%"),
      against("idle, latest timer", "idleLate", "ms"),
      ...latency("one command to each host, from its call", ours.pushes, { name, values: bare.pushes }, [50, 95]),
      against("one command to each host, all of them", "pushAll", "ms"),
      above("killed and ready again → half are back", ...back(0.5), "s"),
      above("killed and ready again → all are back", ...back(1), "s"),
      against("meanwhile, latest timer", "backLate", "ms"),
    ];
  },
};

export default fleet;
