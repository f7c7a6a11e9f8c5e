import type { z } from "zod";
import { fitting } from "../answer-size.ts";
import type { Authed } from "../context.ts";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, isAdministrator } from "../identity/caller.ts";
import { readable } from "./access.ts";
import { metadataOf, toLanding, toWorkspace, type WorkspaceRow } from "./mapper.ts";
import { leftBehind, needing } from "./needy.ts";
import { guidanceOf } from "./rules.ts";
import type { LandingQueue, ListWorkspaces, QueueInput, WorkspacePage } from "./schema.ts";

const queueKey = (row: WorkspaceRow) => `${row.repository}\0${row.baseBranch}`;

async function waiting(ctx: Authed, repository?: string): Promise<WorkspaceRow[]> {
  return ctx.db.client.workspace.findMany({
    where: { status: { in: ["ready", "landing"] }, repository },
    orderBy: [{ readyAt: "asc" }, { id: "asc" }],
  });
}

function places(rows: WorkspaceRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  return new Map(
    rows.map((row) => {
      const place = (counts.get(queueKey(row)) ?? 0) + 1;
      counts.set(queueKey(row), place);
      return [row.id, place];
    }),
  );
}

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

function entriesOf(rows: WorkspaceRow[]): z.infer<typeof LandingQueue>["entries"] {
  return rows.map((row, index) => ({
    workspaceId: row.id,
    agentId: row.ownerAgentId,
    place: index + 1,
    since: (row.readyAt ?? row.statusSince).toISOString(),
    status: row.status as WorkspaceStatus,
    reason: (metadataOf(row).waiting as { reason?: string } | undefined)?.reason ?? null,
    tries: row.landTries,
  }));
}

/** Per repository and base branch: what waits, what runs, and the last landings (WSP-44). */
export async function queue(ctx: Authed, { repository }: QueueInput) {
  const rows = await waiting(ctx, repository);
  const recent = await ctx.db.client.landing.findMany({ where: { repository }, orderBy: { id: "desc" }, take: 200 });
  const keys = new Map<string, { repository: string; baseBranch: string; orchestratorId: string }>();
  for (const row of rows) keys.set(queueKey(row), { ...row, baseBranch: row.baseBranch ?? "" });
  for (const row of recent) keys.set(`${row.repository}\0${row.baseBranch}`, row);
  const queues = [...keys].map(([key, of]) => {
    const mine = rows.filter((row) => queueKey(row) === key);
    const running = mine.find(({ status }) => status === "landing");
    const commandId = running && (metadataOf(running).landCommandId as string | undefined);
    return {
      repository: of.repository,
      repoRoot: of.repository.slice(of.orchestratorId.length + 1),
      baseBranch: of.baseBranch,
      orchestratorId: of.orchestratorId,
      entries: entriesOf(mine),
      running: running
        ? { workspaceId: running.id, since: running.statusSince.toISOString(), commandId: commandId ?? null }
        : null,
      landings: recent
        .filter((one) => one.repository === of.repository && one.baseBranch === of.baseBranch)
        .slice(0, 20)
        .map(toLanding),
    };
  });
  return { queues };
}
