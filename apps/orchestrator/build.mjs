import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundlePrograms } from "../../scripts/lib/bundle.mjs";

const here = import.meta.dirname;
const entries = {
  orchestrator: join(here, "src/main.ts"),
  runner: join(here, "src/runner/main.ts"),
  sbx: join(here, "src/sbx/main.ts"),
};

/** Bundles the three programs into `outdir`; `ws` looks for two optional native add-ons. */
export const bundle = (outdir) => bundlePrograms({ entries, outdir, external: ["bufferutil", "utf-8-validate"] });

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(join(here, "dist"));
