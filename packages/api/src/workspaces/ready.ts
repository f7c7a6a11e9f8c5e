import type { z } from "zod";
import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import type { WorkspaceStatus, WorktreeState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { transact, type Unit } from "../unit.ts";
import { mayAct, meant } from "./access.ts";
import { changeWorkspace } from "./change.ts";
import { refuseClaimed } from "./claims.ts";
import { toWorkspace, type WorkspaceRow } from "./mapper.ts";
import { contractOf, guidanceOf, isTerminal } from "./rules.ts";
import type { ReadyAnswer, ReadyInput } from "./schema.ts";

type Seen = z.infer<typeof WorktreeState>;

function landable(row: WorkspaceRow): { worktreePath: string; branch: string; baseBranch: string } {
  const { worktreePath, branch, baseBranch } = row;
  if (row.mode !== "isolated" || !worktreePath || !branch || !baseBranch) {
    throw new AppError("Invalid", `Workspace ${row.id} is shared: it has no branch to land`);
  }
  if (isTerminal(row.status as WorkspaceStatus)) throw new AppError("Conflict", `Workspace ${row.id} is ${row.status}`);
  return { worktreePath, branch, baseBranch };
}

/** Why what stands in the worktree cannot be handed over; null when it can. */
function refusalOf(seen: Seen, branch: string): AppError | null {
  if (!seen.exists || !seen.headSha) return new AppError("Invalid", "The worktree is gone from its host");
  if (seen.inProgress) {
    return new AppError("Invalid", `A ${seen.inProgress} is under way in the worktree`, {
      next: "Finish or abort it, then call again.",
    });
  }
  if (seen.branch !== branch) {
    return new AppError("Invalid", `The worktree is on ${seen.branch ?? "no branch"}, not on ${branch}`, {
      next: `Put your commits on ${branch} and check it out, then call again.`,
    });
  }
  if (seen.dirtyCount > 0) {
    const rest = seen.dirtyCount - seen.dirty.length;
    const files = `${seen.dirty.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    return new AppError("Invalid", `Uncommitted files: ${files}`, {
      next: "Commit them, or call again with commit: true and a message.",
    });
  }
  if (seen.ahead > 0) return null;
  return new AppError("Invalid", "nothing to land: no commit ahead of base", { next: "Commit your work first." });
}

async function looked(ctx: Authed, row: WorkspaceRow, { commit, message }: ReadyInput): Promise<Seen> {
  const { worktreePath, ...where } = landable(row);
  if (commit && !message) throw new AppError("Invalid", "commit needs message", { field: "message" });
  await onlineHost(ctx, row.orchestratorId);
  const inspect = () => ctx.hub.ask(row.orchestratorId, { type: "workspace.inspect", worktreePath, ...where });
  const seen = await inspect();
  if (!commit || !message || seen.dirtyCount === 0) return seen;
  await ctx.hub.ask(row.orchestratorId, { type: "workspace.commit", worktreePath, message });
  return inspect();
}

/** Takes what was seen of the worktree; null when a landing came or ended since `found`, so that it may be seen no more. */
async function handOver(ctx: Authed, unit: Unit, found: WorkspaceRow, seen: Seen): Promise<WorkspaceRow | null> {
  await unit.hold("workspace", found.id);
  const now = await unit.tx.workspace.findUniqueOrThrow({ where: { id: found.id } });
  const { branch } = landable(now);
  if (now.status === "landing") return now;
  refuseClaimed(now, ctx.caller.actor, unit.now);
  if (now.status !== found.status || branch !== found.branch) return null;
  // The answer to an earlier call was lost, and its change has landed since: `status` still owes the outcome.
  if (seen.ahead === 0 && seen.branch === branch && now.answerDue) return now;
  const refusal = refusalOf(seen, branch);
  if (refusal) throw refusal;
  const headSha = seen.headSha as string;
  if (now.status === "ready" && now.readySha === headSha) return now;
  const owner = now.ownerAgentId && (await unit.tx.agent.findUnique({ where: { id: now.ownerAgentId } }));
  await record(ctx, unit, {
    clientId: `ready:${now.id}:${headSha}`,
    kind: "landing",
    view: "workspaces",
    title: `${now.branch} is ready to land at ${headSha.slice(0, 8)}`,
    meta: now.orchestratorId,
    actor: ctx.caller.actor,
    onBehalfOf: owner ? owner.onBehalfOf : undefined,
    agentId: now.ownerAgentId,
    requestId: ctx.requestId,
    metadata: { workspaceId: now.id, mcp: ctx.transport === "mcp" },
  });
  unit.ring("landing");
  return changeWorkspace(unit, now, {
    status: "ready",
    metadata: { conflictFiles: null, landError: null, checksFailed: null, waiting: null },
    data: {
      headSha,
      readySha: headSha,
      readyAt: now.readyAt ?? unit.now,
      retryAt: null,
      landTries: 0,
      answerDue: true,
      dirtyFiles: 0,
    },
  });
}

/** Hands the worktree's present head to the landing queue (WSP-23 to WSP-26). */
export async function ready(ctx: Authed, input: ReadyInput): Promise<ReadyAnswer> {
  for (;;) {
    const found = await meant(ctx, input.workspaceId);
    mayAct(ctx, found);
    const seen = found.status === "landing" ? null : await looked(ctx, found, input);
    const row = seen ? await transact(ctx, (unit) => handOver(ctx, unit, found, seen)) : found;
    if (!row) continue;
    const workspace = toWorkspace(row, ctx.clock.now());
    return { workspace, guidance: guidanceOf(workspace), contract: contractOf(workspace) };
  }
}
