import { setTimeout as delay } from "node:timers/promises";
import type { KeepParams, KeepResult, KeptWork } from "@signalbox/api/contracts";
import { CommandFailure, textOf } from "../failure.ts";
import { type Git, GitError, inspectWorktree, WorkspaceError } from "../git/index.ts";
import { type Kept, keep as keepWork } from "../git/kept/keep.ts";
import { dropKept, removeKept } from "../git/kept/remove.ts";
import { restore as restoreWork } from "../git/kept/restore.ts";
import { JournalUnwritable } from "../journal.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Handler } from "./handler.ts";

interface Needs {
  git: Git;
  worktreesDir: string;
  sessions: Sessions;
}

const mostShown = 20;
const keysOf = ({ workspaceId, repoRoot }: { workspaceId: string; repoRoot: string }) => [
  `workspace:${workspaceId}`,
  `repository:${repoRoot}`,
];

/** Refusals that stand however often they are asked for. */
const final = (error: unknown): boolean =>
  error instanceof CommandFailure || (error instanceof WorkspaceError && error.code !== "not_kept");

/** What git refuses is the command's outcome; its reason is the refusal's own. Each of these can be begun again at any point. */
async function carriedOut<T>(work: () => Promise<T>): Promise<T> {
  try {
    // Git fails while another worktree of the repository is half registered, as by a spawn at the same moment.
    return await work().catch((error: unknown) => {
      if (final(error)) throw error;
      return delay(500).then(work);
    });
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof JournalUnwritable) throw error;
    const known = error instanceof WorkspaceError || error instanceof GitError;
    const reason = error instanceof WorkspaceError ? error.code : "error";
    throw new CommandFailure(reason, textOf(error), known ? error.lastLines : undefined);
  }
}

/** What is in the worktree, in numbers; null where it is gone. */
async function workIn(git: Git, { repoRoot, worktreePath, branch, baseBranch }: KeepParams): Promise<KeptWork | null> {
  if (branch === null || baseBranch === null) return null;
  const seen = await inspectWorktree(git, { repoRoot, worktreePath, branch, baseBranch, maxFiles: 100_000 });
  if (!seen.exists) return null;
  const count = (...kinds: string[]) => seen.dirty.filter(({ kind }) => kinds.includes(kind)).length;
  return {
    ahead: seen.ahead,
    staged: count("staged"),
    unstaged: count("unstaged", "unmerged"),
    untracked: count("untracked"),
  };
}

const resultOf = ({ commit, state }: Kept, work: KeptWork | null): KeepResult => ({
  keptSha: commit,
  work,
  vanished: state.vanished,
  notKept: state.notKept.slice(0, mostShown).map((name) => Buffer.from(name, "latin1").toString("utf8")),
});

/** Keeps the work of a workspace under its own ref (WSP-65). A repeat finds the same. */
export function keep({ git, worktreesDir }: Needs): Handler<"workspace.keep"> {
  return {
    keys: keysOf,
    run: ({ params }) =>
      carriedOut(async () => {
        const work = await workIn(git, params);
        return resultOf(await keepWork(git, { ...params, worktreesDir }), work);
      }),
    // What is kept too much does no harm.
    async undo() {},
  };
}

/** Removes a worktree whose work is kept, or the kept work (WSP-66). Never under a session that runs in it. */
export function remove({ git, worktreesDir, sessions }: Needs): Handler<"workspace.remove"> {
  return {
    keys: keysOf,
    run: ({ params }) =>
      carriedOut(async () => {
        if (params.what === "kept_ref") {
          await dropKept(git, params);
          return { kept: null };
        }
        const { live } = await sessions.look();
        const user = live.find(({ record }) => record?.workspace?.id === params.workspaceId);
        if (user)
          throw new CommandFailure("in_use", `${user.agentId} still works in ${params.worktreePath}: not removed`);
        const work = await workIn(git, params);
        return { kept: resultOf(await removeKept(git, { ...params, worktreesDir }), work) };
      }),
    // Too late for the relay, which orders it again: then nothing is left to do.
    async undo() {},
  };
}

/** Brings a kept workspace back (WSP-68). */
export function restore({ git, worktreesDir }: Needs): Handler<"workspace.restore"> {
  return {
    keys: keysOf,
    run: ({ params }) =>
      carriedOut(async () => {
        const { worktreePath, branch, baseSha, headSha, renamed } = await restoreWork(git, { ...params, worktreesDir });
        return { worktreePath, branch, baseSha, headSha, renamed };
      }),
    // It stands, and is found when it is asked for again.
    async undo() {},
  };
}
