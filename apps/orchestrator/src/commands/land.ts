import { basename } from "node:path";
import type { LandingProgress, LandOutcome, LandParams, LandResult } from "@signalbox/api/contracts";
import { allGone, type CheckNeeds, runChecks } from "../checks/checks.ts";
import { CommandFailure, textOf } from "../failure.ts";
import type { ChangeOutcome, Git, ToCheck } from "../git/index.ts";
import { GitError, type LandProgress, land as landChanges, WorkspaceError } from "../git/index.ts";
import { queuePathOf } from "../git/names.ts";
import { JournalUnwritable } from "../journal.ts";
import type { createSerial } from "../serial.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Handler, Task } from "./handler.ts";

interface Needs extends CheckNeeds {
  git: Git;
  worktreesDir: string;
  sessions: Pick<Sessions, "rebranched">;
  /** Runs nothing of one queue at the same time; by the name of its worktree. */
  inTurn: ReturnType<typeof createSerial>;
}

type Landing = Task<"workspace.land">;

/** A third of the lease: two may get lost (WSP-31). */
const renewMs = 30_000;

/** What the relay is told of one change. */
function outcomeOf(workspaceId: string, change: ChangeOutcome): LandOutcome {
  if (change.outcome === "landed") {
    const { tip: changeTip, commits: _, ...landed } = change;
    return { ...landed, changeTip, workspaceId };
  }
  if (change.outcome === "base_checkout_dirty") {
    const { operation, ...dirty } = change;
    return { ...dirty, workspaceId, files: operation ? [...dirty.files, `(${operation} in progress)`] : dirty.files };
  }
  return { ...change, workspaceId };
}

/** Tells how far the landing is, at each step and often enough to keep its lease. */
function telling({ tell }: Pick<Landing, "tell">) {
  let now: LandingProgress = { step: "rebasing", run: 0, workspaceIds: [], check: null };
  const renewal = setInterval(() => tell(now), renewMs);
  return {
    now: () => now,
    change(to: Partial<LandingProgress>) {
      now = { ...now, ...to };
      tell(now);
    },
    [Symbol.dispose]: () => clearInterval(renewal),
  };
}

/** Lands changes; after a crash the journaled progress says how far it had come (WSP-42). */
export function land({ git, worktreesDir, sessions, inTurn, env, elapsed }: Needs): Handler<"workspace.land"> {
  const markOf = ({ repoRoot, baseBranch }: LandParams) => basename(queuePathOf(worktreesDir, repoRoot, baseBranch));

  async function landing(task: Landing): Promise<LandResult> {
    const { params, progress, note, signal } = task;
    const { repoRoot, baseBranch, checks, checkRetries, changes } = params;
    const since = elapsed();
    const mark = markOf(params);
    using told = telling(task);
    const check = async ({ directory, changes: workspaceIds }: ToCheck) => {
      signal.throwIfAborted();
      told.change({ step: "checking", run: told.now().run + 1, workspaceIds, check: null });
      const onCheck = (now: LandingProgress["check"]) => told.change({ check: now });
      return runChecks({ env, elapsed }, { directory, checks, repeats: checkRetries, mark, signal, onCheck });
    };
    if (checks.length > 0) await allGone(mark);
    told.change({});
    const outcomes = await landChanges(git, {
      repoRoot,
      worktreesDir,
      baseBranch,
      changes: changes.map(({ workspaceId: id, agentId: _, ...change }) => ({ id, ...change })),
      progress: (progress.at(-1) as LandProgress | undefined) ?? null,
      async onProgress(step) {
        // From here on it comes to its own end: base may have moved (HST-35).
        if (step.step === "rebased") signal.throwIfAborted();
        await note({ ...step });
        told.change({ step: "landing", check: null });
      },
      ...(checks.length > 0 ? { check } : {}),
    });
    const results = outcomes.map((one, i) => outcomeOf(changes[i]?.workspaceId ?? "", one));
    for (const one of results)
      if (one.outcome === "landed" && one.recycled) await sessions.rebranched(one.workspaceId, one.recycled);
    return { changes: results, runs: told.now().run, durationMs: Math.round(elapsed() - since) };
  }

  return {
    keys: ({ changes, repoRoot }: LandParams) => [
      ...changes.map(({ workspaceId }) => `workspace:${workspaceId}`),
      `repository:${repoRoot}`,
    ],
    async run(task) {
      try {
        return await inTurn(markOf(task.params), () => landing(task));
      } catch (error) {
        if (error instanceof JournalUnwritable || error instanceof CommandFailure) throw error;
        const lines = error instanceof GitError || error instanceof WorkspaceError ? error.lastLines : undefined;
        throw new CommandFailure("error", `The landing failed: ${textOf(error)}`, lines);
      }
    },
    async undo() {
      // What has landed is on the branch that others work from; the relay learns it from the branch's tip.
    },
  };
}
