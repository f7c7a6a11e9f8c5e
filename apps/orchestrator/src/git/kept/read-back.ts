import { createHash } from "node:crypto";
import { GitError } from "../errors.ts";
import { type Git, line } from "../run.ts";

const step = "read back what was kept";

/**
 * Reads every object that a commit needs and that is not part of the commits in `before`, and hashes its content anew. Throws `GitError` naming
 * the first that is missing or not what its name says.
 */
export async function readBack(git: Git, repoRoot: string, commit: string, before: string[]): Promise<void> {
  const input = [commit, ...before.map((sha) => `^${sha}`), ""].join("\n");
  const args = ["rev-list", "--objects", "--no-object-names", "--stdin"];
  const { stdout } = await git(repoRoot, args, { step, input, maxBytes: 512 * 1024 * 1024 });
  const format = await line(git, repoRoot, ["rev-parse", "--show-object-format"], { step });
  const reader = createReader(format);
  await git(repoRoot, ["cat-file", "--batch", "--buffer"], { step, input: stdout, onOutput: reader.take });
  reader.end(stdout.split("\n").length - 1);
}

/** Takes the output of `git cat-file --batch` piece by piece: `<name> <type> <size>`, the content, and a line's end. */
function createReader(format: string) {
  let head: Buffer = Buffer.alloc(0);
  let object: { name: string; left: number; hash: ReturnType<typeof createHash> } | null = null;
  let count = 0;
  let damage: string | null = null;

  function begin(text: string): void {
    const [name = "", type, size] = text.split(" ");
    if (size === undefined) damage ??= `object ${text}`;
    if (size === undefined) return;
    const hash = createHash(format).update(`${type} ${size}\0`);
    object = { name, left: Number(size), hash };
  }

  function finish(): void {
    if (object === null) return;
    if (object.hash.digest("hex") !== object.name) damage ??= `object ${object.name} is damaged`;
    object = null;
    count++;
  }

  return {
    take(piece: Uint8Array): void {
      let rest: Uint8Array = piece;
      while (rest.length > 0) {
        if (object === null) {
          const end = rest.indexOf(10);
          head = Buffer.concat([head, end === -1 ? rest : rest.subarray(0, end)]);
          rest = end === -1 ? rest.subarray(rest.length) : rest.subarray(end + 1);
          if (end === -1) continue;
          begin(head.toString("latin1"));
          head = Buffer.alloc(0);
        } else if (object.left > 0) {
          const content = rest.subarray(0, object.left);
          object.hash.update(content);
          object.left -= content.length;
          rest = rest.subarray(content.length);
        } else {
          rest = rest.subarray(1);
          finish();
        }
      }
    },
    /** Throws unless so many objects came, each whole. */
    end(expected: number): void {
      const whole = object === null && count === expected;
      if (damage !== null || !whole)
        throw new GitError(step, null, [damage ?? `${count} of ${expected} objects could be read`]);
    },
  };
}
