import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { exec } from "../src/exec.ts";
import type { LaunchPlan } from "../src/providers/adapter.ts";

interface Behaviour {
  version?: string;
  /** Why its sandbox does not run. */
  sandboxFails?: string;
  /** JavaScript that runs in place of the terminal program; `args` and `record` are there. */
  body?: string;
}

/** A stand-in for the program: answers what the adapter asks it, and records how it was started. */
export function codexProgram(dir: string, { version = "0.169.0", sandboxFails, body = "" }: Behaviour = {}) {
  const path = join(dir, "codex.mjs");
  const seen = join(dir, "seen.json");
  const level = (...efforts: string[]) => efforts.map((effort) => ({ effort, description: "" }));
  const models = [
    { slug: "old", visibility: "list", priority: 9, supported_reasoning_levels: [], upgrade: { model: "big" } },
    { slug: "inner", visibility: "hide", priority: 0, supported_reasoning_levels: [] },
    { slug: "big", visibility: "list", priority: 1, supported_reasoning_levels: level("low", "high"), upgrade: null },
  ];
  const script = `
import { renameSync, writeFileSync } from "node:fs";
const args = process.argv.slice(2);
if (args[0] === "--version") console.log("codex-cli ${version}");
else if (args[0] === "debug") console.log(${JSON.stringify(JSON.stringify({ models }))});
else if (args[0] === "sandbox") {
  ${sandboxFails ? `console.error(${JSON.stringify(sandboxFails)}); process.exit(1);` : ""}
} else {
  const record = (more = {}) => {
    writeFileSync(${JSON.stringify(`${seen}.new`)}, JSON.stringify({ args, env: process.env, ...more }));
    renameSync(${JSON.stringify(`${seen}.new`)}, ${JSON.stringify(seen)});
  };
  record();
  ${body}
}
`;
  writeFileSync(path, script);
  return { command: [process.execPath, path], seen: () => JSON.parse(readFileSync(seen, "utf8")) as Seen };
}

interface Seen {
  args: string[];
  env: Record<string, string>;
  [more: string]: unknown;
}

/** Starts the plan's program to its end and answers what it got: arguments, variables, and the settings among them. */
export async function started({ command, env = {} }: LaunchPlan, program: ReturnType<typeof codexProgram>) {
  const [file = "", ...args] = command;
  const { code, stderr } = await exec(file, args, { env });
  if (code !== 0) throw new Error(stderr);
  const seen = program.seen();
  return { ...seen, settings: settingsIn(seen.args) };
}

/** The configuration that `-c key=value` arguments amount to, as a TOML parser reads them. */
function settingsIn(args: string[]): Record<string, unknown> {
  const lines = args.flatMap((arg, i) => (args[i - 1] === "-c" ? [arg] : []));
  return parse(lines.join("\n")) as Record<string, unknown>;
}
