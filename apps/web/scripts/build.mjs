import { build } from "esbuild";

/** Our own packages are bundled; everything else stays a package of its own. */
const ownPackages = {
  name: "own-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      path.startsWith("@signalbox/") ? undefined : { path, external: true },
    );
  },
};

await build({
  entryPoints: { relay: "src/server/main.ts" },
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  logLevel: "warning",
  plugins: [ownPackages],
});
