import { spawnSync } from "node:child_process";
import { docs } from "./docs.mjs";
import { hygiene } from "./hygiene.mjs";
import { boundaries } from "./imports.mjs";
import { deadCode, lint, types } from "./programs.mjs";
import { requirements } from "./requirements.mjs";
import { size } from "./size.mjs";

const isIgnored = (root) => (path) => spawnSync("git", ["check-ignore", "-q", "--", path], { cwd: root }).status === 0;

/** Every check, the slow ones first. A check is `{ name, run(tree) → { details, summary? } }`; no details means it passed. */
export const checks = (root) => [types, deadCode, lint, boundaries, size, docs(isIgnored(root)), requirements, hygiene];
