import { type Samples, timed } from "./samples.ts";

/**
 * So many clients, each of which waits for its answers, share `calls` calls. Answers the milliseconds of all together;
 * those of each call go to `each`. A call gets its number and its client's.
 */
export async function inParallel(
  { clients, calls }: { clients: number; calls: number },
  call: (n: number, client: number) => Promise<unknown>,
  each: Samples = [],
): Promise<number> {
  let next = 0;
  const work = async (client: number) => {
    while (next < calls) {
      const n = next++;
      each.push(await timed(() => call(n, client)));
    }
  };
  return timed(() => Promise.all(Array.from({ length: clients }, (_, client) => work(client))));
}

/** Calls a second, of so many calls in each of these runs. */
export const perSecond = (calls: number, runs: Samples): number =>
  (calls * runs.length) / (runs.reduce((sum, ms) => sum + ms, 0) / 1000);
