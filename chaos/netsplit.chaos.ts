import type { ChaosCase, ChaosRow } from "./harness.ts";
import { promises as landed } from "./kill-nine/check.ts";
import { makeWorld } from "./kill-nine/world.ts";
import { type Broken, counted, keepOutput, medianSeconds } from "./lib/broken.ts";
import { type Cable, openProxy } from "./lib/proxy.ts";
import { roundsOf } from "./lib/rounds.ts";
import { playBacklog } from "./netsplit/backlog.ts";
import { playWeather, type Weather } from "./netsplit/round.ts";
import { seeded } from "./random.ts";

type Kind = Weather & { rounds: { quick: number; full: number } };

const both = { kind: "cut", from: ["host", "relay"] } as const;

/** `CHAOS_LONG=1` adds the ten minutes. */
const kinds: Kind[] = [
  { name: "cut-5s", line: both, seconds: 5, noticed: false, agents: 3, rounds: { quick: 2, full: 50 } },
  { name: "cut-60s", line: both, seconds: 60, noticed: true, agents: 3, rounds: { quick: 0, full: 2 } },
  {
    name: "host-unheard-20s",
    line: { kind: "cut", from: ["host"] },
    seconds: 20,
    noticed: true,
    agents: 3,
    rounds: { quick: 1, full: 5 },
  },
  {
    name: "relay-unheard-20s",
    line: { kind: "cut", from: ["relay"] },
    seconds: 20,
    noticed: true,
    agents: 3,
    rounds: { quick: 0, full: 5 },
  },
  {
    name: "late-500ms",
    line: { kind: "late", ms: 500 },
    seconds: 15,
    noticed: false,
    agents: 3,
    rounds: { quick: 1, full: 5 },
  },
  { name: "lossy", line: { kind: "lossy" }, seconds: 15, noticed: false, agents: 3, rounds: { quick: 1, full: 5 } },
  {
    name: "byte-a-second",
    line: { kind: "trickle" },
    seconds: 20,
    noticed: false,
    agents: 3,
    rounds: { quick: 0, full: 5 },
  },
];
const tenMinutes: Kind = {
  ...(kinds[1] as Kind),
  name: "cut-600s",
  seconds: 600,
  outlastsStarts: true,
  rounds: { quick: 1, full: 1 },
};

const promises = ["unnoticed", ...Object.keys(landed)];

/** [HST-11, HST-17, HST-27, WSP-42]: a line that is cut, half cut or bad, between the host with its agents and the relay. */
const netsplit: ChaosCase = {
  name: "the line between host and relay",
  async run({ tmp, seed, quick, log }) {
    const random = seeded(seed);
    const rows: ChaosRow[] = [];
    let proxy: Cable | undefined;
    const between = async (port: number) => {
      proxy = await openProxy(port, seeded(seed + 1));
      return proxy.url;
    };
    await using world = await makeWorld(tmp, { between });
    const line = proxy as unknown as Cable;
    const programs = { relay: world.relay, orchestrator: world.orchestrator };
    try {
      for (const kind of process.env.CHAOS_LONG ? [...kinds, tenMinutes] : kinds) {
        const broken: Broken[] = [];
        const back: number[] = [];
        const noticed: number[] = [];
        const asked = kind.rounds[quick ? "quick" : "full"];
        for (let round = 1; round <= (asked > 5 ? roundsOf(quick, kind.rounds) : asked); round += 1) {
          const weather = { ...kind, name: `${kind.name}-${round}` };
          const { broken: now, seen, landedMs } = await playWeather(world, line, weather, random);
          const times = kind.noticed ? [seen.host, seen.relay].flatMap((ms) => ms ?? []) : [];
          const told = times.map((ms) => `noticed after ${ms.toFixed()} ms; `).join("");
          log(`${weather.name}: ${told}landed ${medianSeconds([landedMs])} after; ${now.length} broken`);
          for (const { promise, seen } of now) log(`  ${promise}: ${seen}`);
          if (now.length) log(`  output kept in ${keepOutput(programs, weather.name)}`);
          else for (const program of Object.values(programs)) program.written();
          broken.push(...now);
          back.push(landedMs);
          noticed.push(...times);
        }
        if (back.length === 0) continue;
        const longest = noticed.length ? `noticed after at most ${(Math.max(...noticed) / 1_000).toFixed(1)} s; ` : "";
        rows.push({
          fault: `line ${kind.name}, ${kind.agents} agents at work`,
          trials: back.length,
          violations: counted(promises, broken),
          notes: `${longest}all landed ${medianSeconds(back)} (median) after it was good again; seed ${seed}`,
        });
      }
      const { broken, asked, byCall, late, caughtUpMs } = await playBacklog(world, line, quick ? 100 : 1_000);
      for (const { promise, seen } of broken) log(`  ${promise}: ${seen}`);
      if (broken.length) log(`  output kept in ${keepOutput(programs, "backlog")}`);
      rows.push({
        fault: `${asked} commands wait while the line is cut`,
        trials: 1,
        violations: counted(["lost", "doubled", "disordered", "stuck"], broken),
        notes: `${byCall} of them asked for by calls; all done ${medianSeconds([caughtUpMs])} after it was healed, ${late} past their deadline`,
      });
    } finally {
      line.close();
    }
    return rows;
  },
};

export default netsplit;
