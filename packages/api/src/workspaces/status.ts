import type { Authed } from "../context.ts";
import { timing, type WorkspaceStatus } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { agentIdOf } from "../identity/caller.ts";
import { mayAct, meant } from "./access.ts";
import { metadataOf, toWorkspace, type WorkspaceRow } from "./mapper.ts";
import { guidanceOf, phaseOf } from "./rules.ts";
import type { StatusAnswer, StatusInput } from "./schema.ts";

function landedOf(row: WorkspaceRow, fromStatus: WorkspaceStatus): StatusAnswer["landed"] {
  const result = metadataOf(row).landResult as { commit: string; base: string; branch?: string } | undefined;
  const over = row.status === "active" || row.status === "landed";
  if (!result || !over || phaseOf(fromStatus) !== "ready") return undefined;
  return { fromStatus, status: row.status as WorkspaceStatus, ...result };
}

function answer(row: WorkspaceRow, more: Omit<StatusAnswer, "workspace" | "guidance">): StatusAnswer {
  const workspace = toWorkspace(row);
  return { workspace, guidance: guidanceOf(workspace), ...more };
}

/** What the owner is told now needs no second telling. */
async function told(ctx: Authed, row: WorkspaceRow): Promise<void> {
  if (!row.answerDue || phaseOf(row.status as WorkspaceStatus) === "ready") return;
  if (agentIdOf(ctx.caller) !== row.ownerAgentId) return;
  await ctx.db.client.workspace.updateMany({ where: { id: row.id, status: row.status }, data: { answerDue: false } });
}

/**
 * The status, at once or when it changes (WSP-19 to WSP-22). The outcome of a hand-off that came before the owner began
 * to wait counts as a change from `ready`, so that a quick landing is not waited for in vain.
 */
export async function status(ctx: Authed, input: StatusInput, signal: AbortSignal | undefined): Promise<StatusAnswer> {
  const first = await meant(ctx, input.workspaceId);
  mayAct(ctx, first);
  if (!input.wait) {
    await told(ctx, first);
    return answer(first, { transitioned: false, timedOut: false });
  }
  const owed = first.answerDue && agentIdOf(ctx.caller) === first.ownerAgentId;
  const fromStatus = owed ? "ready" : (first.status as WorkspaceStatus);
  const bell = ctx.bells.listen(`workspace:${first.id}`);
  const end = ctx.clock.now().getTime() + input.timeoutSeconds * 1000;
  try {
    for (;;) {
      const row = await ctx.db.client.workspace.findUnique({ where: { id: first.id } });
      if (!row) throw new AppError("NotFound", `Workspace ${first.id} is gone`);
      if (phaseOf(row.status as WorkspaceStatus) !== phaseOf(fromStatus)) {
        await told(ctx, row);
        return answer(row, { fromStatus, transitioned: true, timedOut: false, landed: landedOf(row, fromStatus) });
      }
      const left = end - ctx.clock.now().getTime();
      if (left <= 0 || signal?.aborted) return answer(row, { fromStatus, transitioned: false, timedOut: true });
      await bell.wait(Math.min(left, timing.recheck), signal);
    }
  } finally {
    bell.close();
  }
}
