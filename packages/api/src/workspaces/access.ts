import type { Authed } from "../context.ts";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, isAdministrator } from "../identity/caller.ts";
import type { WorkspaceRow } from "./mapper.ts";
import { isTerminal } from "./rules.ts";

/** The workspace that a call means: the given one, else the caller's own newest (WSP-13, WSP-14). */
export async function meant(ctx: Authed, workspaceId: string | undefined): Promise<WorkspaceRow> {
  if (workspaceId) {
    const row = await ctx.db.client.workspace.findUnique({ where: { id: workspaceId } });
    if (!row) throw new AppError("NotFound", `There is no workspace ${workspaceId}`);
    return row;
  }
  const ownerAgentId = actingAgent(ctx.caller);
  if (!ownerAgentId)
    throw new AppError("Invalid", "workspaceId is required: you own no workspace", { field: "workspaceId" });
  const rows = await ctx.db.client.workspace.findMany({
    where: { ownerAgentId, mode: "isolated" },
    orderBy: { updatedAt: "desc" },
  });
  const row = rows.find(({ status }) => !isTerminal(status as WorkspaceStatus));
  if (!row) throw new AppError("NotFound", "You have no isolated workspace", { next: "Pass workspaceId." });
  return row;
}

/** A workspace that the caller may look at: its owner, and people (WSP-12). */
export async function readable(ctx: Authed, workspaceId: string): Promise<WorkspaceRow> {
  const row = await ctx.db.client.workspace.findUnique({ where: { id: workspaceId } });
  if (!row) throw new AppError("NotFound", `There is no workspace ${workspaceId}`);
  const own = actingAgent(ctx.caller);
  const person = ctx.caller.kind === "person" || isAdministrator(ctx.caller);
  if (own === null ? !person : own !== row.ownerAgentId)
    throw new AppError("Forbidden", `Workspace ${workspaceId} is not yours`);
  return row;
}

/** Administrators and the owner act on a workspace; nobody else does (WSP-12). */
export function mayAct(ctx: Authed, row: WorkspaceRow): void {
  const own = row.ownerAgentId !== null && actingAgent(ctx.caller) === row.ownerAgentId;
  if (!own && !isAdministrator(ctx.caller)) {
    throw new AppError("Forbidden", `Workspace ${row.id} is neither yours nor open to you`);
  }
}
