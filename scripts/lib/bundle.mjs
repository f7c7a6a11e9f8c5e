import { build } from "esbuild";

/**
 * Bundles programs into `outdir`, one self-contained file each, so that nothing is looked up when they start.
 * `entries`: source file by program; `external`: what a library looks for and can do without.
 */
export const bundlePrograms = ({ entries, outdir, external = [] }) =>
  build({
    entryPoints: entries,
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
    external,
    // Libraries in CommonJS call require() for Node's own modules.
    banner: {
      js: [
        "#!/usr/bin/env node",
        'import { createRequire as bundleRequire } from "node:module";',
        "const require = bundleRequire(import.meta.url);",
      ].join("\n"),
    },
  });
