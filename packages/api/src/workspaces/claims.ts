import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import type { Command, WorkspaceStatus } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { isAdministrator } from "../identity/caller.ts";
import { transact, type Unit } from "../unit.ts";
import { mayAct, meant } from "./access.ts";
import { changeWorkspace } from "./change.ts";
import { claimOf, toWorkspace, type WorkspaceRow } from "./mapper.ts";
import { isTerminal } from "./rules.ts";
import type { ActedOn, ClaimInput, ReleaseInput } from "./schema.ts";

/** What `claim`, `release`, `abandon` and `restore` answer (WSP-30). */
export function actedOn(row: WorkspaceRow, now: Date, command?: Command): ActedOn {
  return { workspace: toWorkspace(row, now), claim: claimOf(row, now), ...(command ? { command } : {}) };
}

/** Refuses while another holds the workspace, naming who and until when (WSP-24, WSP-27). */
export function refuseClaimed(row: WorkspaceRow, actor: string, now: Date): void {
  const claim = claimOf(row, now);
  if (claim === null || claim.holder === actor) return;
  throw new AppError("Conflict", `Workspace ${row.id} is claimed by ${claim.holder} until ${claim.expiresAt}`, {
    next: "Try again after that time, or ask the holder to release it.",
  });
}

/** The isolated workspace that the caller may act on, held until the commit. */
export async function heldWorkspace(ctx: Authed, unit: Unit, found: WorkspaceRow): Promise<WorkspaceRow> {
  mayAct(ctx, found);
  if (found.mode !== "isolated") throw new AppError("Invalid", `Workspace ${found.id} is shared: it has no worktree`);
  await unit.hold("workspace", found.id);
  return unit.tx.workspace.findUniqueOrThrow({ where: { id: found.id } });
}

/** One record of what was done to a workspace, with purpose, actor and whether it came through MCP (WSP-30). */
export async function recordAct(
  ctx: Authed,
  unit: Unit,
  row: WorkspaceRow,
  act: string,
  more: { title: string; body?: string; purpose?: string },
) {
  const owner = row.ownerAgentId && (await unit.tx.agent.findUnique({ where: { id: row.ownerAgentId } }));
  await record(ctx, unit, {
    clientId: `${act}:${row.id}:${ctx.requestId}`,
    kind: "state",
    view: "workspaces",
    title: more.title,
    body: more.body,
    meta: row.orchestratorId,
    actor: ctx.caller.actor,
    onBehalfOf: owner ? owner.onBehalfOf : undefined,
    agentId: row.ownerAgentId,
    requestId: ctx.requestId,
    metadata: { workspaceId: row.id, purpose: more.purpose, mcp: ctx.transport === "mcp" },
  });
}

/** Holds a workspace for a time; the holder's own claim is renewed (WSP-27). */
export async function claim(ctx: Authed, input: ClaimInput): Promise<ActedOn> {
  const found = await meant(ctx, input.workspaceId);
  return transact(ctx, async (unit) => {
    const row = await heldWorkspace(ctx, unit, found);
    const status = row.status as WorkspaceStatus;
    if (isTerminal(status)) throw new AppError("Conflict", `Workspace ${row.id} is ${status}`);
    if (status === "landing") {
      const next = "Try again after the landing: relay_workspace_status with wait: true tells when.";
      throw new AppError("Conflict", `Workspace ${row.id} is landing`, { next });
    }
    const { actor } = ctx.caller;
    refuseClaimed(row, actor, unit.now);
    const renewed = claimOf(row, unit.now) !== null;
    const purpose = input.purpose ?? (renewed ? row.claimPurpose : null);
    await recordAct(ctx, unit, row, "claim", {
      title: `${row.branch} claimed for ${input.ttlMinutes} minutes`,
      body: input.detail,
      purpose: purpose ?? undefined,
    });
    const claimExpiresAt = new Date(unit.now.getTime() + input.ttlMinutes * 60_000);
    const claimSince = renewed ? row.claimSince : unit.now;
    const data = { claimHolder: actor, claimPurpose: purpose, claimSince, claimExpiresAt };
    return actedOn(await changeWorkspace(unit, row, { data }), unit.now);
  });
}

/** Ends a claim; without one there is nothing to do (WSP-29). */
export async function release(ctx: Authed, input: ReleaseInput): Promise<ActedOn> {
  const found = await meant(ctx, input.workspaceId);
  return transact(ctx, async (unit) => {
    const row = await heldWorkspace(ctx, unit, found);
    if (!isAdministrator(ctx.caller)) refuseClaimed(row, ctx.caller.actor, unit.now);
    if (claimOf(row, unit.now) === null) return actedOn(row, unit.now);
    await recordAct(ctx, unit, row, "release", {
      title: `${row.branch} released`,
      body: input.detail,
      purpose: row.claimPurpose ?? undefined,
    });
    unit.ring("landing");
    const data = { claimHolder: null, claimPurpose: null, claimSince: null, claimExpiresAt: null };
    return actedOn(await changeWorkspace(unit, row, { data }), unit.now);
  });
}
