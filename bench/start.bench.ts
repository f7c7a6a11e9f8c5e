import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../tests/support/machine.ts";
import type { BenchCase, BenchContext, BenchRow } from "./harness.ts";
import { startNext } from "./lib/next.ts";
import { npmStart } from "./lib/npm-start.ts";
import { above, latency, sampleInTurn, timed } from "./lib/samples.ts";

function clone(root: string, to: string): string {
  execFileSync("git", ["-c", "advice.detachedHead=false", "clone", "-q", root, to]);
  return to;
}

const install = ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];

/** From a fresh clone and an empty home to a connected host, beside the installation alone in another fresh clone. */
async function cold({ root, tmp, log }: BenchContext, start: (cwd: string) => Promise<number>) {
  const ours = clone(root, join(tmp, "clone"));
  log("cold start: installs and builds in a fresh clone");
  const value = await start(ours);
  const bare = clone(root, join(tmp, "bare"));
  log("its floor: npm install in another");
  const floor = await timed(async () => execFileSync("npm", install, { cwd: bare, stdio: "ignore" }));
  const row = above("cold start until the host is ready", value, { name: "npm install", value: floor });
  return { checkout: ours, rows: [row] };
}

/**
 * How long `npm start` takes until the host is ready: in a fresh clone, and again. The quick run uses this checkout as it
 * is and leaves the cold start out.
 */
const start: BenchCase = {
  name: "start",
  async run(ctx) {
    const { root, tmp, quick } = ctx;
    const [home, baseDir] = [join(tmp, "home"), join(tmp, "work")];
    mkdirSync(baseDir);
    const port = await freePort();
    const npmStartIn = (cwd: string) => npmStart({ cwd, home, baseDir, port });
    let checkout = root;
    const rows: BenchRow[] = [];
    if (!quick) {
      const first = await cold(ctx, npmStartIn);
      checkout = first.checkout;
      rows.push(...first.rows);
    }
    // The first start on a home makes its database; in a full run the cold start has done so.
    const plan = quick ? { times: 2, warmUp: 1 } : { times: 10, warmUp: 1 };
    const { warm, next } = await sampleInTurn(plan, {
      warm: () => npmStartIn(checkout),
      async next() {
        await using started = await startNext(checkout);
        return started.readyMs;
      },
    });
    const label = "warm start until the host is ready (contract: 5000 ms)";
    return [...rows, ...latency(label, warm, { name: "next start", values: next }, [50, 90])];
  },
};

export default start;
