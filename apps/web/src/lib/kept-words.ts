import type { Workspace } from "./types.ts";

type Kept = Pick<
  Workspace,
  "status" | "mode" | "keptSha" | "worktreePath" | "metadata" | "ahead" | "dirtyFiles" | "branch"
>;

const over = ["landed", "abandoned", "removed", "failed"];
const stands = ["landed", "abandoned"];

/** Whether it can be given up now (WSP-64). */
export const canAbandon = ({ status, mode }: Kept): boolean =>
  mode === "isolated" && status !== "landing" && !over.includes(status);

/** Whether there is something to bring back: what is kept, or a worktree that still stands (WSP-68). */
export const canRestore = ({ status, mode, keptSha, worktreePath }: Kept): boolean =>
  mode === "isolated" &&
  over.includes(status) &&
  (keptSha !== null || (stands.includes(status) && worktreePath !== null));

const counted = (n: number, what: string) => (n === 0 ? [] : [`${n} ${what}${n === 1 ? "" : "s"}`]);

/** What of it is not landed, in words; null when there is nothing. */
export function leftInWords({ ahead, dirtyFiles }: Kept): string | null {
  const left = [...counted(ahead, "commit"), ...counted(dirtyFiles, "uncommitted or untracked file")];
  return left.length ? left.join(" and ") : null;
}

/** What is kept of it, in words; null while nothing is known. */
export function keptInWords({ metadata }: Kept): string | null {
  return (metadata.keptWork as { words?: string } | undefined)?.words ?? null;
}

/** What a restore brings back, in whole sentences. */
export function comesBackInWords(workspace: Kept): string {
  const branch = workspace.branch ?? "its branch";
  if (workspace.keptSha === null || stands.includes(workspace.status))
    return `Its worktree still stands and is used as it is, on ${branch}.`;
  const what = keptInWords(workspace) ?? "its commits";
  return `On ${branch} come back: ${what}; each file with its bytes and mode, and what was staged as staged. Files that git ignores, such as installed dependencies, were not kept.`;
}

/** Why it could not be kept, removed or restored, in words; null when nothing failed (WSP-65). */
export function keepErrorInWords({ metadata }: Kept): string | null {
  const error = metadata.keepError as { what?: string; message?: string } | undefined;
  return error ? `It could not be ${error.what ?? "kept"}, so nothing was removed: ${error.message ?? ""}` : null;
}

/** What is different since it was restored, in words; empty when nothing is. */
export const renamedInWords = ({ metadata }: Kept): readonly string[] =>
  (metadata.renamed as string[] | undefined) ?? [];
