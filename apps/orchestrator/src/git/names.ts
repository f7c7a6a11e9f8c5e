import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { WorkspaceError } from "./errors.ts";

/** The first ten hex digits of the SHA-256 of a text. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/** A text as one safe path segment of at most 40 characters; never empty, hidden or an option. */
export function slug(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");
  return safe.slice(0, 40) || "repository";
}

/** Directory of an isolated workspace (WSP-04). Throws `invalid_name` for an id that is not one path segment. */
export function worktreePathOf(worktreesDir: string, repoRoot: string, workspaceId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,239}$/.test(workspaceId) || workspaceId.endsWith(".lock"))
    throw new WorkspaceError("invalid_name", `"${workspaceId}" cannot name a workspace's directory`);
  return join(worktreesDir, `${slug(basename(repoRoot))}-${shortHash(repoRoot)}`, workspaceId);
}

/** Directory of the worktree of one landing queue (WSP-32); branches that look alike get different ones. */
export function queuePathOf(worktreesDir: string, repoRoot: string, baseBranch: string): string {
  const safe = slug(baseBranch);
  const suffix = safe === baseBranch ? "" : `-${shortHash(baseBranch)}`;
  return join(worktreesDir, ".queues", `${shortHash(repoRoot)}-${safe}${suffix}`);
}

/** What the branches of an agent's workspaces have in common: all of the name but the number (WSP-04). */
export function branchStem(agentId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,119}$/.test(agentId))
    throw new WorkspaceError("invalid_name", `"${agentId}" cannot be part of a branch name`);
  return `signalbox/${agentId}-`;
}

/** Splits `signalbox/claude-k3f9q2-4` into its stem and 4; a name without number counts as number 0. */
export function branchParts(branch: string): { stem: string; number: number } {
  const match = /^(.*-)(\d{1,9})$/s.exec(branch);
  return match ? { stem: match[1]!, number: Number(match[2]) } : { stem: `${branch}-`, number: 0 };
}

/** The next branch of this stem, one above the highest that exists. */
export function nextBranch(stem: string, existing: Iterable<string>): string {
  let highest = 0;
  for (const name of existing) {
    const parts = branchParts(name);
    if (parts.stem === stem && parts.number > highest) highest = parts.number;
  }
  return `${stem}${highest + 1}`;
}
