// Preloaded into the orchestrator (`node --import`): ends the process with SIGKILL at the point that the file CHAOS_DIE_FILE
// names, `{ type, step, when, nth }`, and removes that file first, so that it happens once. The product knows nothing of it.
import childProcess from "node:child_process";
import { readFileSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const file = process.env.CHAOS_DIE_FILE ?? "";

/** What is armed now; null when nothing is. */
function plan() {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function die(where) {
  rmSync(file, { force: true });
  writeSync(2, `chaos: dies ${where}\n`);
  process.kill(process.pid, "SIGKILL");
}

/** The journal's lines in what is about to be written. */
function linesIn(data) {
  const text = Buffer.isBuffer(data) ? data.toString("utf8") : "";
  if (!text.includes('"step":"')) return [];
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

let seen = 0;
let afterSync = null;
/** Programs begun since the journal has a command of the armed type as begun; null before. */
let begun = null;

function atLines(handle, write, args, lines) {
  const armed = plan();
  for (const { type, step } of armed ? lines : []) {
    if (type !== armed.type) continue;
    if (step === "begun" && begun === null) begun = 0;
    // An act with fewer steps than the plan counts on dies when it is over.
    if (armed.step === "act" && step === "done") die("before done, after fewer programs than planned");
    if (step === "done" && armed.step === "progress") die("before done, after fewer steps than planned");
    if (step !== armed.step || seen++ < (armed.nth ?? 0)) continue;
    if (armed.when === "before") die(`before ${step}`);
    if (armed.when === "torn") {
      const half = args[0].subarray(0, Math.floor(args[0].length / 2));
      return write.call(handle, half).then(() => die(`in the middle of ${step}`));
    }
    afterSync = step;
  }
  return write.apply(handle, args);
}

const probe = await open("/dev/null", "r");
const handles = Object.getPrototypeOf(probe);
await probe.close();
const { write, datasync } = handles;
handles.write = function (...args) {
  const lines = linesIn(args[0]);
  return lines.length ? atLines(this, write, args, lines) : write.apply(this, args);
};
handles.datasync = async function () {
  await datasync.call(this);
  if (afterSync) die(`after ${afterSync}`);
};

const { spawn } = childProcess;
childProcess.spawn = (command, ...rest) => {
  const armed = begun === null ? null : plan();
  const due = armed?.step === "act" && begun++ === armed.nth;
  if (due && armed.when === "before") die(`before it runs ${command}`);
  const child = spawn(command, ...rest);
  if (due) child.once("exit", () => die(`after it ran ${command}`));
  return child;
};
syncBuiltinESMExports();
