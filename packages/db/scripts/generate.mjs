// Generates the client of both engines. The client needs no native engine, so its download is skipped.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const packageDir = dirname(import.meta.dirname);
const prisma = join(dirname(createRequire(import.meta.url).resolve("prisma/package.json")), "build/index.js");
const env = {
  ...process.env,
  // Any file that exists will do: `generate` never starts it.
  PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  CHECKPOINT_DISABLE: "1",
};

const generate = (engine) =>
  promisify(execFile)(process.execPath, [prisma, "generate", "--no-hints", "--schema", `../../prisma/${engine}`], {
    cwd: packageDir,
    env,
  });

await Promise.all(["sqlite", "postgresql"].map(generate)).catch((error) => {
  process.stderr.write(`${error.stdout ?? ""}${error.stderr ?? error.message}\n`);
  process.exitCode = 1;
});
