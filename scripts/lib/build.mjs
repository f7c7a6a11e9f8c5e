import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { plain } from "./plain.mjs";
import { ROOT } from "./root.mjs";
import { bin, run } from "./run.mjs";
import { Stop, step } from "./say.mjs";

const COMMON = ["package.json", "package-lock.json", "tsconfig.base.json", "turbo.json"];
/** What makes the bundles of the programs outside the relay. */
const BUNDLER = "scripts/lib/bundle.mjs";

/** What is built: the inputs of each program, the task that makes its bundle alone, and the outputs it cannot start without. */
export const PROGRAMS = {
  relay: {
    workspace: "@signalbox/web",
    bundle: "@signalbox/web#build:relay",
    inputs: [...COMMON, "apps/web", "packages", "prisma"],
    outputs: ["apps/web/dist/relay.mjs", "apps/web/.next/BUILD_ID"],
    stamp: "apps/web/dist/.signalbox-build",
  },
  orchestrator: {
    workspace: "@signalbox/orchestrator",
    bundle: "@signalbox/orchestrator#build",
    inputs: [...COMMON, BUNDLER, "apps/orchestrator", "packages/api", "packages/bridge"],
    outputs: ["orchestrator", "runner", "sbx"].map((name) => `apps/orchestrator/dist/${name}.mjs`),
    stamp: "apps/orchestrator/dist/.signalbox-build",
  },
  cli: {
    workspace: "@signalbox/cli",
    bundle: "@signalbox/cli#build",
    inputs: [...COMMON, BUNDLER, "apps/cli", "packages/bridge"],
    outputs: ["apps/cli/dist/signalbox.mjs"],
    stamp: "apps/cli/dist/.signalbox-build",
  },
};

/** Whether every output exists and no input was touched since the stamp beside them was written. */
function isBuilt(program, root = ROOT) {
  const { inputs, outputs, stamp } = program;
  if (!outputs.every((path) => existsSync(join(root, path)))) return false;
  const file = join(root, stamp);
  return existsSync(file) && readFileSync(file, "utf8") === fingerprint(root, inputs);
}

/** Environment of a build: always a production build, without telemetry, whatever the relay's own mode is. */
const buildEnv = () => ({
  ...process.env,
  NODE_ENV: "production",
  NEXT_TELEMETRY_DISABLED: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
});

/** Runs turbo tasks and answers `{ code, output }`; a task whose inputs did not change is answered from turbo's cache. */
export const turbo = (args) =>
  run([bin("turbo"), "run", ...args, "--output-logs=errors-only", "--log-prefix=none"], { env: buildEnv() });

/** Builds the named programs that are missing or stale; `Stop` with the build's output when it fails. */
export async function ensureBuilt(names = Object.keys(PROGRAMS)) {
  const stale = names.map((name) => PROGRAMS[name]).filter((program) => !isBuilt(program));
  if (stale.length === 0) return;
  await step("building", async () => {
    const before = stale.map(({ inputs }) => fingerprint(ROOT, inputs));
    const { code, output } = await turbo(["build", ...stale.map(({ workspace }) => `--filter=${workspace}`)]);
    if (code !== 0) throw new Stop(["the build failed:", ...plain(output)].join("\n"));
    for (const [i, { stamp, outputs }] of stale.entries()) {
      const missing = outputs.filter((path) => !existsSync(join(ROOT, path)));
      if (missing.length > 0) throw new Stop(`the build ended without making ${missing.join(", ")}`);
      writeFileSync(join(ROOT, stamp), before[i]);
    }
  });
}
