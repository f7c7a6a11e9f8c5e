import { writeCommit } from "./commit-object.ts";
import { type Git, splitNul } from "./run.ts";

export type Merged = { clean: true; tree: string } | { clean: false; files: string[] };

const nobody = "signalbox <signalbox@localhost> 0 +0000";

/**
 * Three-way merge of trees without any checkout: what `theirs` (a commit that descends from `base`) changed since `base`, applied to the tree
 * `ours`. `files` are the paths that conflict.
 */
export async function mergeTrees(
  git: Git,
  cwd: string,
  input: { base: string; ours: string; theirs: string; attributes: string },
): Promise<Merged> {
  // Git before 2.40 cannot be told the merge base; a passing commit of our tree on that base makes it find the right one.
  const side = { author: nobody, committer: nobody, encoding: null, message: "side of a merge\n" };
  const ours = await writeCommit(git, cwd, { ...side, tree: input.ours, parents: [input.base] });
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, input.theirs];
  const options = { step: "merge", okCodes: [0, 1], env: { GIT_ATTR_SOURCE: input.attributes } };
  const { stdout, exitCode } = await git(cwd, args, options);
  const [tree, ...files] = splitNul(stdout);
  return exitCode === 0 ? { clean: true, tree: tree! } : { clean: false, files: [...new Set(files)] };
}
