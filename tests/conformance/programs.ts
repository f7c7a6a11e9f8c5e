import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentBase } from "../../apps/orchestrator/src/env.ts";
import { type Installed, install } from "../support/install.ts";

const node = `node-${process.platform}-${process.arch}`;

/** The official programs, in versions that are known to judge right; all of them want a Node of 22.19 or newer. */
const packages: Record<"node" | "conformance" | "inspector", [name: string, version: string, file: string]> = {
  node: [node, "22.23.3", `${node}/bin/node`],
  conformance: [
    "@modelcontextprotocol/conformance",
    "0.2.0-alpha.12",
    "@modelcontextprotocol/conformance/dist/index.js",
  ],
  inspector: [
    "@modelcontextprotocol/inspector",
    "2.12.0",
    "@modelcontextprotocol/inspector/clients/launcher/build/index.js",
  ],
};

interface Outcome {
  code: number;
  /** Both streams. */
  output: string;
}

/** Runs one of the official programs with these words. */
export type Run = (...words: string[]) => Promise<Outcome>;

/** Installs a program with its own Node, or says why it cannot be had here. */
export async function official(name: "conformance" | "inspector"): Promise<{ run: Run } | { missing: string }> {
  const parts: Installed[] = [await install(...packages.node), await install(...packages[name])];
  const [runtime, program] = parts.map((part) => ("path" in part ? part.path : null));
  const missing = parts.flatMap((part) => ("missing" in part ? [part.missing] : [])).join("; ");
  if (!runtime || !program) return { missing: `${missing}; the tests with the official ${name} are left out` };
  return { run: (...words) => runAlone(runtime, [program, ...words]) };
}

/** Runs a program in a home of its own, so that it neither reads nor leaves anything of a person's. */
async function runAlone(runtime: string, words: string[]): Promise<Outcome> {
  const home = mkdtempSync(join(tmpdir(), "signalbox-official-"));
  const env = { ...agentBase(process.env as Record<string, string>), HOME: home, NO_COLOR: "1" };
  const options = { env, cwd: home, timeout: 240_000, maxBuffer: 64 * 1024 * 1024 };
  try {
    return await new Promise((resolve) => {
      execFile(runtime, words, options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) || 1 : 0, output: `${stdout}\n${stderr}` }),
      );
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
