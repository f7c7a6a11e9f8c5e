import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onDisk } from "../changes.ts";
import { GitError } from "../errors.ts";

const step = { pack: "pack a repository within the worktree", unpack: "unpack a repository within the worktree" };

/** Packs a directory whole: links, modes and what git would not take. */
export async function pack(directory: Buffer, into: string): Promise<void> {
  await mkdir(dirname(into), { recursive: true });
  await tar(step.pack, ["-cf", into, "."], directory);
}

/** Unpacks what `pack` packed over a directory, made if it is not there. */
export async function unpack(from: string, directory: Buffer): Promise<void> {
  await mkdir(directory, { recursive: true });
  await tar(step.unpack, ["-xpf", from], directory);
}

/** The directory that a latin1 name means. */
export const directoryIn = (parent: string, name: string): Buffer =>
  name === "" ? Buffer.from(join(parent, "/")) : onDisk(parent, name);

async function tar(what: string, args: string[], directory: Buffer): Promise<void> {
  // A directory's name can be any bytes, an argument only text: the shell goes there by what it reads, byte for byte.
  const script = 'IFS= read -r -d "" dir; cd -- "$dir" && exec tar "$@"';
  const input = Buffer.concat([directory, Buffer.from([0])]);
  const done = await execa("bash", ["-c", script, "tar", ...args], { input, reject: false });
  if (done.exitCode !== 0) throw new GitError(what, done.exitCode ?? null, done.stderr.split("\n").slice(-20));
}
