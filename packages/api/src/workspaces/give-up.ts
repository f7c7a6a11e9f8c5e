import { toCommand } from "../commands/mapper.ts";
import type { Authed } from "../context.ts";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { transact } from "../unit.ts";
import { mayAct, meant } from "./access.ts";
import { changeWorkspace } from "./change.ts";
import { actedOn, heldWorkspace, recordAct, refuseClaimed } from "./claims.ts";
import { metadataOf, type WorkspaceRow } from "./mapper.ts";
import { openOrder, order } from "./orders.ts";
import { isTerminal } from "./rules.ts";
import type { AbandonInput, ActedOn, RestoreInput } from "./schema.ts";

/** What a workspace that is given up waits for no more. */
export const outOfQueue = { readySha: null, readyAt: null, retryAt: null, landTries: 0 };

/** Gives a workspace up; its host is ordered to keep the work, and nothing is removed yet (WSP-64). Again: nothing changes. */
export async function abandon(ctx: Authed, input: AbandonInput): Promise<ActedOn> {
  const found = await meant(ctx, input.workspaceId);
  return transact(ctx, async (unit) => {
    const row = await heldWorkspace(ctx, unit, found);
    const status = row.status as WorkspaceStatus;
    if (status === "abandoned") return actedOn(row, unit.now);
    if (isTerminal(status))
      throw new AppError("Conflict", `Workspace ${row.id} is ${status}: there is nothing to give up`);
    if (status === "landing") {
      const next = "Wait for the landing, or cancel its command, then call again.";
      throw new AppError("Conflict", `Workspace ${row.id} is landing`, { next });
    }
    refuseClaimed(row, ctx.caller.actor, unit.now);
    await recordAct(ctx, unit, row, "abandon", {
      title: `${row.branch} abandoned; its work is kept`,
      body: input.detail,
    });
    const command = await order(ctx, unit, row, ctx.caller.actor, { type: "keep" });
    const metadata = { waiting: null, conflictFiles: null };
    const changed = await changeWorkspace(unit, row, { status: "abandoned", metadata, data: outOfQueue });
    return actedOn(changed, unit.now, toCommand(command));
  });
}

function restorable(row: WorkspaceRow): void {
  if (!isTerminal(row.status as WorkspaceStatus))
    throw new AppError("Conflict", `Workspace ${row.id} is ${row.status}: there is nothing to restore`);
  const stands = (row.status === "landed" || row.status === "abandoned") && row.worktreePath !== null;
  if (row.keptSha || stands) return;
  const when = row.keptRemovedAt ? `; it was removed at ${row.keptRemovedAt.toISOString()}` : "";
  throw new AppError("NotFound", `Nothing of workspace ${row.id} is kept${when}`);
}

/** Orders the host to bring a workspace back; it is `active` once the host has done so (WSP-68). */
export async function restore(ctx: Authed, input: RestoreInput): Promise<ActedOn> {
  const found = await meant(ctx, input.workspaceId);
  mayAct(ctx, found);
  await onlineHost(ctx, found.orchestratorId);
  return transact(ctx, async (unit) => {
    const row = await heldWorkspace(ctx, unit, found);
    restorable(row);
    const waiting = await openOrder(unit, row.id);
    if (waiting?.type === "workspace.restore") return actedOn(row, unit.now, toCommand(waiting));
    if (waiting?.type === "workspace.remove")
      throw new AppError("Conflict", `Workspace ${row.id} is being removed`, {
        next: "Call again in a minute: its work is kept first.",
      });
    const { words } = (metadataOf(row).keptWork ?? {}) as { words?: string };
    const body = [input.detail, words && `Comes back: ${words}`].filter(Boolean).join("\n");
    await recordAct(ctx, unit, row, "restore", { title: `${row.branch} is to be restored`, body: body || undefined });
    const command = await order(ctx, unit, row, ctx.caller.actor, { type: "restore" });
    return actedOn(row, unit.now, toCommand(command));
  });
}
