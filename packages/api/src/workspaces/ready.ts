import type { z } from "zod";
import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import type { WorkspaceStatus, WorktreeState } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { transact } from "../unit.ts";
import { mayAct, meant } from "./access.ts";
import { changeWorkspace } from "./change.ts";
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

function clean(seen: Seen, branch: string): string {
  if (!seen.exists || !seen.headSha) throw new AppError("Invalid", "The worktree is gone from its host");
  if (seen.inProgress) {
    throw new AppError("Invalid", `A ${seen.inProgress} is under way in the worktree`, {
      next: "Finish or abort it, then call again.",
    });
  }
  if (seen.branch !== branch) {
    throw new AppError("Invalid", `The worktree is on ${seen.branch ?? "no branch"}, not on ${branch}`, {
      next: `Put your commits on ${branch} and check it out, then call again.`,
    });
  }
  if (seen.dirtyCount > 0) {
    const rest = seen.dirtyCount - seen.dirty.length;
    throw new AppError("Invalid", `Uncommitted files: ${seen.dirty.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`, {
      next: "Commit them, or call again with commit: true and a message.",
    });
  }
  if (seen.ahead === 0)
    throw new AppError("Invalid", "nothing to land: no commit ahead of base", { next: "Commit your work first." });
  return seen.headSha;
}

async function looked(ctx: Authed, row: WorkspaceRow, { commit, message }: ReadyInput): Promise<string> {
  const where = landable(row);
  if (commit && !message) throw new AppError("Invalid", "commit needs message", { field: "message" });
  await onlineHost(ctx, row.orchestratorId);
  const inspect = () => ctx.hub.ask(row.orchestratorId, { type: "workspace.inspect", ...where });
  const seen = await inspect();
  if (!commit || !message || seen.dirtyCount === 0) return clean(seen, where.branch);
  await ctx.hub.ask(row.orchestratorId, { type: "workspace.commit", worktreePath: where.worktreePath, message });
  return clean(await inspect(), where.branch);
}

/** Hands the worktree's present head to the landing queue (WSP-23 to WSP-26). */
export async function ready(ctx: Authed, input: ReadyInput): Promise<ReadyAnswer> {
  const found = await meant(ctx, input.workspaceId);
  mayAct(ctx, found);
  const headSha = await looked(ctx, found, input);
  const row = await transact(ctx, async (unit) => {
    await unit.hold("workspace", found.id);
    const now = await unit.tx.workspace.findUniqueOrThrow({ where: { id: found.id } });
    landable(now);
    if (now.status === "landing" || (now.status === "ready" && now.readySha === headSha)) return now;
    const owner = now.ownerAgentId && (await unit.tx.agent.findUnique({ where: { id: now.ownerAgentId } }));
    await record(ctx, unit, {
      clientId: `ready:${now.id}:${headSha}`,
      kind: "landing",
      view: "workspaces",
      title: `${now.branch} is ready to land at ${headSha.slice(0, 8)}`,
      actor: ctx.caller.actor,
      onBehalfOf: owner ? owner.onBehalfOf : undefined,
      agentId: now.ownerAgentId,
      requestId: ctx.requestId,
      metadata: { workspaceId: now.id, mcp: ctx.transport === "mcp" },
    });
    unit.ring("landing");
    return changeWorkspace(unit, now, {
      status: "ready",
      metadata: { conflictFiles: null, landError: null },
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
  });
  const workspace = toWorkspace(row);
  return { workspace, guidance: guidanceOf(workspace), contract: contractOf(workspace) };
}
