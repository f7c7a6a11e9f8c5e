/** One line for the person at the terminal. */
export const say = (line = "") => process.stdout.write(`${line}\n`);

/** A reason to stop that a person can act on; scripts print its message as one line and exit with 1. */
export class Stop extends Error {}

/** `1234` → `1.2 s` (milliseconds in). */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Runs one step of set-up and prints one line for it: `building… 12.3 s`. The rest of the line appears when it ends. */
export async function step(label, work) {
  const from = performance.now();
  process.stdout.write(`${label}… `);
  try {
    const result = await work();
    process.stdout.write(`${seconds(performance.now() - from)}\n`);
    return result;
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
}

/** Runs a script's main function: a `Stop` becomes one line and exit code 1, anything else keeps its stack. */
export async function main(work) {
  // A terminal or pipe that went away must not end a program that still has others to stop.
  process.stdout.on("error", () => {});
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Stop ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}
