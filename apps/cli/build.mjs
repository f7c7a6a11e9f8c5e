import { join } from "node:path";
import { bundlePrograms } from "../../scripts/lib/bundle.mjs";

const here = import.meta.dirname;

await bundlePrograms({ entries: { signalbox: join(here, "src/main.ts") }, outdir: join(here, "dist") });
