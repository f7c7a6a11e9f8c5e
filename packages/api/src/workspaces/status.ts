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
  const { lastOutcome = "landed" } = metadataOf(row);
  const over = lastOutcome === "landed" && (row.status === "active" || row.status === "landed");
  if (!result || !over || phaseOf(fromStatus) !== "ready") return undefined;
  return { fromStatus, status: row.status as WorkspaceStatus, ...result };
}

function answer(ctx: Authed, row: WorkspaceRow, more: Omit<StatusAnswer, "workspace" | "guidance">): StatusAnswer {
  const workspace = toWorkspace(row, ctx.clock.now());
  return { workspace, guidance: guidanceOf(workspace), ...more };
}

/** Whether a hand-off of this workspace has come to an end before. */
const hadOutcome = (row: WorkspaceRow): boolean =>
  row.status === "conflict" || metadataOf(row).landResult !== undefined || metadataOf(row).checksFailed !== undefined;

/** What the owner is told now needs no second telling. */
async function told(ctx: Authed, row: WorkspaceRow): Promise<void> {
  if (!row.answerDue || phaseOf(row.status as WorkspaceStatus) === "ready") return;
  if (agentIdOf(ctx.caller) !== row.ownerAgentId) return;
  await ctx.db.client.workspace.updateMany({ where: { id: row.id, status: row.status }, data: { answerDue: false } });
}

const again = { next: "Make the same call again; nothing is lost." };

/**
 * The status, at once or when it changes (WSP-19 to WSP-22). The outcome of a hand-off that came before the owner began
 * to wait counts as a change from `ready`, so that a quick landing is not waited for in vain; so does one that was told
 * in an answer that got lost.
 */
export async function status(ctx: Authed, input: StatusInput, signal: AbortSignal | undefined): Promise<StatusAnswer> {
  const first = await meant(ctx, input.workspaceId);
  mayAct(ctx, first);
  if (!input.wait) {
    await told(ctx, first);
    return answer(ctx, first, { transitioned: false, timedOut: false });
  }
  const owed = (first.answerDue || (ctx.repeated && hadOutcome(first))) && agentIdOf(ctx.caller) === first.ownerAgentId;
  const fromStatus = owed ? "ready" : (first.status as WorkspaceStatus);
  const bell = ctx.bells.listen(`workspace:${first.id}`);
  const end = ctx.clock.now().getTime() + input.timeoutSeconds * 1000;
  try {
    for (;;) {
      const row = await ctx.db.client.workspace.findUnique({ where: { id: first.id } });
      if (!row) throw new AppError("NotFound", `Workspace ${first.id} is gone`);
      if (phaseOf(row.status as WorkspaceStatus) !== phaseOf(fromStatus)) {
        await told(ctx, row);
        return answer(ctx, row, { fromStatus, transitioned: true, timedOut: false, landed: landedOf(row, fromStatus) });
      }
      const left = end - ctx.clock.now().getTime();
      if (signal?.aborted) throw new AppError("Unavailable", "The wait was ended before anything changed", again);
      if (left <= 0) return answer(ctx, row, { fromStatus, transitioned: false, timedOut: true });
      await bell.wait(Math.min(left, timing.waitRecheck), signal);
    }
  } finally {
    bell.close();
  }
}
