import { hookPath } from "../runner/door.ts";
import { postTo } from "../socket-post.ts";

/** Hooks hold the program up: they are given up before it would stop for them (HST-58). */
const withinMs = 1_500;

async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of input) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

/**
 * Passes what a program told its hook on to the runner: the JSON that is the last argument, or standard input. Whatever
 * fails is nobody's concern but the runner's: nothing is printed, and it always ends well (HST-58).
 */
export async function hook(socketPath: string, words: string[], input: NodeJS.ReadableStream): Promise<void> {
  const body = words.at(-1) ?? (await readAll(input));
  await postTo(socketPath, hookPath, { body, withinMs }).catch(() => undefined);
}
