import type { BenchRow } from "../harness.ts";

/** Measured values of one unit, in the order of their measurement. */
export type Samples = number[];

interface Plan {
  /** How many values are kept. */
  times: number;
  /** How many runs go before and are thrown away. */
  warmUp: number;
}

/** Runs all of them in turn, again and again, so that whatever else the machine does falls on each alike. */
export async function sampleInTurn<Name extends string>(
  { times, warmUp }: Plan,
  runs: Record<Name, (n: number) => Promise<number>>,
): Promise<Record<Name, Samples>> {
  const all = Object.entries(runs) as [Name, (n: number) => Promise<number>][];
  const values = Object.fromEntries(all.map(([name]) => [name, [] as Samples])) as Record<Name, Samples>;
  for (let n = 0; n < warmUp + times; n += 1) {
    for (const [name, run] of all) {
      const value = await run(n);
      if (n >= warmUp) values[name].push(value);
    }
  }
  return values;
}

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: Samples, share: number): number {
  if (samples.length === 0) throw new Error("nothing was measured");
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

/** A row without a floor. */
export const plain = (name: string, value: number, unit = "ms"): BenchRow => ({ name, value, unit });

interface Floor {
  name: string;
  value: number;
}

/** A row of which less is better; the ratio is value / floor, left out where the floor is nothing. */
export function above(name: string, value: number, floor: Floor, unit = "ms"): BenchRow {
  return { name, value, unit, floor, ...(floor.value > 0 ? { ratio: value / floor.value } : {}) };
}

/** A rate, of which more is better; the ratio is floor / value. */
export function below(name: string, value: number, floor: Floor, unit = "/s"): BenchRow {
  return { name, value, unit, floor, ratio: floor.value / value };
}

/** The rows of a latency at the given percentiles, e.g. `accepted p50`, each with the floor's value at the same one. */
export function latency(name: string, values: Samples, floor: { name: string; values: Samples }, at = [50, 99]) {
  return at.map((p) => {
    const share = p / 100;
    return above(`${name} p${p}`, percentile(values, share), {
      name: floor.name,
      value: percentile(floor.values, share),
    });
  });
}
