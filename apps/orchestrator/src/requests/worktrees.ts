import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { AnswerTo } from "@signalbox/api/contracts";
import { readText } from "../git/git-dir.ts";
import { shortHash } from "../git/names.ts";
import { type FoundDirectory, foundWorktrees } from "../workspaces/found.ts";

type Found = AnswerTo<"workspace.worktrees">["worktrees"][number];

const settledMs = 3_600_000;
const most = 5_000;

/** What the relay compares its records with: every worktree of an agent on this host (WSP-70). */
export async function findWorktrees(worktreesDir: string, now: Date): Promise<AnswerTo<"workspace.worktrees">> {
  const found = await foundWorktrees(worktreesDir);
  const worktrees = await Promise.all(found.slice(0, most).map((one) => describe(one, now)));
  return { worktrees: worktrees.filter((one) => one !== null) };
}

async function describe({ path, gitDir, note }: FoundDirectory, now: Date): Promise<Found | null> {
  const common = await readText(join(gitDir, "commondir"));
  if (common === null) return null;
  const shared = resolve(gitDir, common.trim());
  const { mtimeMs } = await stat(join(gitDir, "gitdir"));
  return {
    path,
    repoRoot: basename(shared) === ".git" ? dirname(shared) : shared,
    workspaceId: note?.workspaceId ?? `orphan-${shortHash(path)}`,
    branch: note?.branch || null,
    baseBranch: note?.baseBranch || null,
    settled: now.getTime() - mtimeMs > settledMs,
  };
}
