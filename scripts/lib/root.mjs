import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository, wherever a script is called from. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
