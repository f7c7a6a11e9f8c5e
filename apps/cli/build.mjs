import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;

// One self-contained file, so that nothing is looked up when it starts.
await build({
  entryPoints: { signalbox: join(here, "src/main.ts") },
  outdir: join(here, "dist"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  // Libraries in CommonJS call require() for Node's own modules.
  banner: {
    js: [
      "#!/usr/bin/env node",
      'import { createRequire as bundleRequire } from "node:module";',
      "const require = bundleRequire(import.meta.url);",
    ].join("\n"),
  },
});
