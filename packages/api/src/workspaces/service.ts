import { fitting } from "../answer-size.ts";
import type { Authed } from "../context.ts";
import { AppError } from "../errors.ts";
import { actingAgent, isAdministrator } from "../identity/caller.ts";
import { readable } from "./access.ts";
import { toLanding, toWorkspace } from "./mapper.ts";
import { leftBehind, needing } from "./needy.ts";
import { places, waiting } from "./queue.ts";
import { guidanceOf } from "./rules.ts";
import type { ListWorkspaces, WorkspacePage } from "./schema.ts";

/** A person with `all` sees every workspace, an agent its own (WSP-15). */
export async function list(ctx: Authed, input: ListWorkspaces): Promise<WorkspacePage> {
  const own = actingAgent(ctx.caller);
  const sees = isAdministrator(ctx.caller) || (ctx.caller.kind === "person" && input.all);
  if (!own && !sees) {
    const next = "People pass all: true; other callers own no workspace.";
    throw new AppError("Invalid", "Pass all: true; you own no workspace", { field: "all", next });
  }
  const left = await leftBehind(ctx.db.client);
  const rows = await ctx.db.client.workspace.findMany({
    where: {
      ...(input.needy ? { OR: needing(left) } : {}),
      ownerAgentId: own ?? input.ownerAgentId,
      repoRoot: input.repoRoot,
      ...(input.status ? { status: { in: input.status } } : {}),
      ...(input.cursor ? { id: { lt: input.cursor } } : {}),
    },
    orderBy: { id: "desc" },
    take: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const place = places(await waiting(ctx));
  const guided = page.map((row) => {
    const workspace = toWorkspace(row, ctx.clock.now());
    return {
      ...workspace,
      guidance: guidanceOf(workspace),
      place: place.get(row.id) ?? null,
      leftBehind: left.has(row.id),
    };
  });
  const workspaces = fitting(ctx, guided);
  const nextCursor = rows.length > workspaces.length ? (workspaces.at(-1)?.id ?? null) : null;
  return { workspaces, count: workspaces.length, nextCursor };
}

/** One workspace with its landings; open to its owner and to people (WSP-12). */
export async function get(ctx: Authed, { workspaceId }: { workspaceId: string }) {
  const row = await readable(ctx, workspaceId);
  const landings = await ctx.db.client.landing.findMany({ where: { workspaceId }, orderBy: { id: "desc" }, take: 20 });
  const workspace = toWorkspace(row, ctx.clock.now());
  return { workspace, guidance: guidanceOf(workspace), landings: landings.map(toLanding) };
}
