import { createHash } from "node:crypto";
import { existsSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { PROGRAMS, turbo } from "./build.mjs";
import { plain } from "./plain.mjs";
import { ROOT } from "./root.mjs";
import { Stop, say, step } from "./say.mjs";

const SETTLE_MS = 200;
const SOURCES = ["packages", "apps/web/src", "apps/orchestrator/src", "prisma"];
const MADE = /(^|[\\/])(generated|dist|node_modules|\.turbo|\.next)([\\/]|$)|\.test\.tsx?$/;

const bundleOf = (name) => join(ROOT, PROGRAMS[name].outputs[0]);
const digest = (file) => (existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : undefined);

/** Bundles the programs without the console's production build, which development does not need. */
const bundle = (names) => turbo(names.map((name) => PROGRAMS[name].bundle));

/** The first bundles of a development start; `Stop` with the bundler's output when it fails. */
export async function ensureBundled(names) {
  await step("bundling", async () => {
    const { code, output } = await bundle(names);
    if (code !== 0) throw new Stop(["bundling failed:", ...plain(output)].join("\n"));
  });
}

/**
 * Bundles again whenever a source changes, and calls `replace(name)` for each program whose bundle really differs;
 * changes of the console alone are left to Next's own reload. Answers a function that ends the watching.
 */
export function watchSources(names, replace) {
  let timer;
  let busy = false;
  let again = false;
  const changed = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const before = names.map((name) => digest(bundleOf(name)));
    const { code, output } = await bundle(names);
    if (code !== 0) say(["bundling failed, the running programs are kept:", ...plain(output)].join("\n"));
    for (const [i, name] of names.entries()) {
      if (code !== 0 || digest(bundleOf(name)) === before[i]) continue;
      say(`the ${name} changed; starting it again`);
      replace(name);
    }
    busy = false;
    if (again) {
      again = false;
      changed();
    }
  };
  const watchers = SOURCES.map((dir) =>
    watch(join(ROOT, dir), { recursive: true }, (_event, file) => {
      if (!file || MADE.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLE_MS);
    }),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
