import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = import.meta.dirname;
const entries = { orchestrator: "src/main.ts", runner: "src/runner/main.ts", sbx: "src/sbx/main.ts" };

/** Bundles the three programs into `outdir`: one self-contained file each, so that nothing is looked up when they start. */
export const bundle = (outdir) =>
  build({
    entryPoints: Object.entries(entries).map(([out, path]) => ({ out, in: join(here, path) })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
    // Libraries in CommonJS call require() for Node's own modules; `ws` looks for two optional native add-ons.
    external: ["bufferutil", "utf-8-validate"],
    banner: {
      js: [
        "#!/usr/bin/env node",
        'import { createRequire as bundleRequire } from "node:module";',
        "const require = bundleRequire(import.meta.url);",
      ].join("\n"),
    },
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(join(here, "dist"));
