import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Git, type GitOptions, type GitResult, line } from "../run.ts";

/** A git directory of our own over the repository's objects, in which no attribute, filter or line ending changes a byte. */
export type Scratch = {
  /** Where files for it may be put; goes with it. */
  dir: string;
  /** Runs git on the files of a directory as they are, with an index of the given name. */
  run: (files: string, index: string, args: readonly string[], options: GitOptions) => Promise<GitResult>;
};

// Said in its own configuration and attributes, which outrank the person's and the repository's.
const configuration = `[core]
	bare = true
	autocrlf = false
	eol = lf
	safecrlf = false
	fileMode = true
	symlinks = true
	ignoreCase = false
	precomposeUnicode = false
	protectHFS = false
	protectNTFS = false
	sparseCheckout = false
	attributesFile = /dev/null
[index]
	sparse = false
	version = 4
`;
const attributes = "* -text -eol -crlf -ident -filter -working-tree-encoding\n";

/** Makes it anew in `dir`, gives it to `use`, and removes it; what a kill left there goes first. */
export async function withScratch<T>(
  git: Git,
  { repoRoot, dir }: { repoRoot: string; dir: string },
  use: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const gitDir = join(dir, "git");
  await rm(dir, { recursive: true, force: true });
  try {
    await mkdir(join(gitDir, "info"), { recursive: true });
    for (const name of ["objects", "refs"]) await mkdir(join(gitDir, name));
    await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/none\n");
    await writeFile(join(gitDir, "config"), (await formatOf(git, repoRoot)) + configuration);
    await writeFile(join(gitDir, "info/attributes"), attributes);
    const args = ["rev-parse", "--path-format=absolute", "--git-path", "objects"];
    const objects = await line(git, repoRoot, args, { step: "find the objects" });
    return await use({
      dir,
      run: (files, index, args_, options) =>
        git(files, args_, {
          ...options,
          indexFile: join(dir, index),
          env: { ...options.env, GIT_DIR: gitDir, GIT_WORK_TREE: files, GIT_OBJECT_DIRECTORY: objects },
        }),
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function formatOf(git: Git, repoRoot: string): Promise<string> {
  const args = ["rev-parse", "--show-object-format"];
  const format = await line(git, repoRoot, args, { step: "read the object format" });
  if (format === "sha1") return "";
  return `[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = ${format}\n`;
}

/** Stores files of a directory byte for byte, with their modes, and gives the tree; names are latin1. */
export async function storeFiles(scratch: Scratch, files: string, index: string, names: string[]): Promise<string> {
  const step = "store the files";
  await scratch.run(files, index, ["read-tree", "--empty"], { step });
  const input = Buffer.from(names.map((name) => `${name}\0`).join(""), "latin1");
  await scratch.run(files, index, ["update-index", "--add", "-z", "--stdin"], { step, input });
  return (await scratch.run(files, index, ["write-tree"], { step })).stdout.trim();
}

/** Whether files that `storeFiles` stored under this index are still as they were. */
export async function unchanged(scratch: Scratch, files: string, index: string): Promise<boolean> {
  const args = ["diff-files", "--raw", "-z", "--no-ext-diff", "--ignore-submodules=all"];
  return (await scratch.run(files, index, args, { step: "compare the files" })).stdout === "";
}

/** Writes the files of a tree into a directory, byte for byte; what else is there stays. */
export async function writeFiles(scratch: Scratch, files: string, index: string, tree: string): Promise<void> {
  const step = "bring the files back";
  await scratch.run(files, index, ["read-tree", tree], { step });
  await scratch.run(files, index, ["checkout-index", "--all", "--force", "--quiet"], { step });
}
