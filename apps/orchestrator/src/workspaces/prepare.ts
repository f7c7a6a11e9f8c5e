import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SpawnParams, WorkspaceReport } from "@signalbox/api/contracts";
import { CommandFailure, textOf } from "../failure.ts";
import type { Git } from "../git/index.ts";
import { baseBranchOf, createWorktree, findRepository, noteOf, type Repository, WorkspaceError } from "../git/index.ts";
import { worktreePathOf } from "../git/names.ts";
import type { createSerial } from "../serial.ts";
import { lookAt } from "./look.ts";
import { isWithin } from "./place.ts";

export interface Prepared {
  workspace: WorkspaceReport;
  /** Where the session runs: the sub-directory of the worktree that `cwd` is of its checkout. */
  cwd: string;
}

export interface PrepareNeeds {
  git: Git;
  worktreesDir: string;
  /** One worktree at a time is made in a repository. */
  serial: ReturnType<typeof createSerial>;
}

interface Wanted extends Pick<SpawnParams, "workspaceId" | "agentId" | "workspaceMode" | "baseBranches"> {
  /** Nothing is begun after its abort. */
  signal?: AbortSignal;
}

const failed = (step: string, error: unknown): CommandFailure => {
  if (error instanceof CommandFailure) return error;
  const lines = error instanceof WorkspaceError && error.lastLines.length ? error.lastLines : undefined;
  return new CommandFailure("workspace_failed", `${step}: ${textOf(error)}`, lines);
};

/**
 * Makes or finds the workspace of an agent (WSP-02 to WSP-05), or looks at the existing one that it goes on in; `cwd` is a
 * real directory. Throws `workspace_failed`.
 */
export async function prepareWorkspace(
  needs: PrepareNeeds,
  wanted: Wanted,
  cwd: string,
  existing: WorkspaceReport | null,
): Promise<Prepared> {
  try {
    if (existing) return await placed(needs.git, await goOnIn(needs, existing), cwd);
    const repository = await findRepository(needs.git, cwd);
    const isolated =
      wanted.workspaceMode === "isolated" || (wanted.workspaceMode === "inherit" && repository?.hasCommit);
    if (!isolated) return { workspace: shared(wanted, repository, cwd), cwd };
    if (!repository)
      throw new CommandFailure("workspace_failed", `${cwd} is not in a git repository: it has no isolated workspace`);
    if (!repository.hasCommit) {
      throw new CommandFailure(
        "workspace_failed",
        `${repository.repoRoot} has no commit: it has no isolated workspace`,
      );
    }
    return await isolate(needs, wanted, repository, cwd);
  } catch (error) {
    throw failed(`The workspace in ${cwd} could not be prepared`, error);
  }
}

function shared({ workspaceId, workspaceMode }: Wanted, repository: Repository | null, cwd: string): WorkspaceReport {
  return {
    id: workspaceId,
    repoRoot: repository?.repoRoot ?? cwd,
    worktreePath: null,
    branch: null,
    baseBranch: null,
    baseSha: null,
    headSha: null,
    ahead: 0,
    behind: 0,
    dirtyFiles: 0,
    mode: "shared",
    requestedMode: workspaceMode,
  };
}

async function isolate(
  { git, worktreesDir, serial }: PrepareNeeds,
  wanted: Wanted,
  repo: Repository,
  cwd: string,
): Promise<Prepared> {
  const { workspaceId, agentId, workspaceMode, baseBranches, signal } = wanted;
  const baseBranch = await baseBranchOf(git, repo, baseBranches?.[repo.repoRoot]);
  const make = async () => {
    // What an earlier attempt has begun is finished, so that it can be taken back whole.
    if (!existsSync(worktreePathOf(worktreesDir, repo.repoRoot, workspaceId))) signal?.throwIfAborted();
    return createWorktree(git, { repo, worktreesDir, workspaceId, agentId, baseBranch });
  };
  // A git that outlived a killed orchestrator may be registering another worktree, and git fails on one half registered.
  const made = await serial(repo.repoRoot, () => make().catch(() => delay(500).then(make)));
  const workspace = {
    id: workspaceId,
    repoRoot: repo.repoRoot,
    worktreePath: made.worktreePath,
    branch: made.branch,
    baseBranch: made.baseBranch,
    baseSha: made.baseSha,
    headSha: made.baseSha,
    ahead: 0,
    behind: 0,
    dirtyFiles: 0,
    mode: "isolated" as const,
    requestedMode: workspaceMode,
  };
  return placed(git, workspace, cwd);
}

type Isolated = WorkspaceReport & { worktreePath: string };

/**
 * What an agent left in its worktree is where its restarted session goes on; one that vanished is never made up anew. A
 * landing may have put it on a fresh branch since the command was given: its own note knows.
 */
async function goOnIn({ git, worktreesDir }: PrepareNeeds, existing: WorkspaceReport): Promise<Isolated> {
  const worktreePath = existing.worktreePath && (await realpath(existing.worktreePath).catch(() => null));
  const ours = worktreePath && isWithin(worktreePath, await realpath(worktreesDir));
  const note = ours ? await noteOf(worktreePath) : null;
  const now = note?.workspaceId === existing.id ? { branch: note.branch, baseSha: note.baseSha } : {};
  const workspace = ours ? await lookAt(git, { ...existing, worktreePath, ...now }) : null;
  if (worktreePath && workspace) return { ...workspace, worktreePath };
  throw new CommandFailure(
    "workspace_failed",
    `The worktree ${existing.worktreePath} of workspace ${existing.id} is gone: put it back, or start a new agent`,
  );
}

/** The session runs in the worktree, in the sub-directory that `cwd` is of its checkout. */
async function placed(git: Git, workspace: Isolated, cwd: string): Promise<Prepared> {
  const { worktreePath } = workspace;
  const checkout = await checkoutOf(git, cwd);
  const within = checkout && isWithin(cwd, checkout) ? relative(checkout, cwd) : "";
  // The sub-directory may not be in a commit yet; the worktree's root always exists.
  const inside = await realpath(join(worktreePath, within)).catch(() => worktreePath);
  return { workspace, cwd: isWithin(inside, worktreePath) ? inside : worktreePath };
}

/** Top of the checkout that a directory lies in: the main worktree, or the worktree of an agent whose child this is. */
async function checkoutOf(git: Git, cwd: string): Promise<string | null> {
  const asked = await git(cwd, ["rev-parse", "--show-toplevel"], { step: "find the checkout", okCodes: [0, 128] });
  return asked.exitCode === 0 ? realpath(asked.stdout.replace(/\n$/, "")) : null;
}
