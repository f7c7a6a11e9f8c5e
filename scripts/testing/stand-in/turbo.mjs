#!/usr/bin/env node
// A build tool for a checkout of stand-in programs: copies each program's source to its place.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const copy = (from, to) => {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
};
copy("apps/web/src/relay.mjs", "apps/web/dist/relay.mjs");
for (const name of ["orchestrator", "runner", "sbx"]) {
  copy("apps/orchestrator/src/orchestrator.mjs", `apps/orchestrator/dist/${name}.mjs`);
}
mkdirSync("apps/web/.next", { recursive: true });
writeFileSync("apps/web/.next/BUILD_ID", "1");
