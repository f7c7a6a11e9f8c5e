import { enqueue } from "../commands/enqueue.ts";
import type { Services } from "../context.ts";
import type { FoundWorktree, WorkspaceStatus } from "../contracts/index.ts";
import { transact } from "../unit.ts";
import type { WorkspaceRow } from "./mapper.ts";
import { openOrder, order } from "./orders.ts";

const live: WorkspaceStatus[] = ["active", "ready", "conflict", "review_requested"];
/** A host that could not keep something is asked again after this. */
const againMs = 3_600_000;

async function triedLately(services: Services, workspaceId: string): Promise<boolean> {
  const createdAt = { gt: new Date(services.clock.now().getTime() - againMs) };
  const where = { workspaceId, type: "workspace.keep", OR: [{ createdAt }, { state: "succeeded" }] };
  return (await services.db.client.command.count({ where })) > 0;
}

/** A worktree that no record knows is kept and told of, and stays (WSP-70). */
async function keepUnknown(services: Services, orchestratorId: string, found: FoundWorktree): Promise<void> {
  const { workspaceId, repoRoot, path: worktreePath, branch, baseBranch } = found;
  if (!found.settled || (await triedLately(services, workspaceId))) return;
  await transact(services, async (unit) => {
    await unit.hold("orchestrator", orchestratorId);
    if (await openOrder(unit, workspaceId)) return;
    const params = { workspaceId, repoRoot, worktreePath, branch, baseBranch, agentId: null };
    await enqueue(services, unit, {
      orchestratorId,
      type: "workspace.keep",
      params,
      workspaceId,
      requestedBy: "relay",
    });
  });
}

/** A worktree that its host has no more: its branch's commits are kept first, then it is `failed` (WSP-70). */
async function keepVanished(services: Services, row: WorkspaceRow): Promise<void> {
  const createdAt = { gt: new Date(services.clock.now().getTime() - againMs) };
  const where = { workspaceId: row.id, type: "workspace.keep", createdAt };
  if ((await services.db.client.command.count({ where })) > 0) return;
  await transact(services, async (unit) => {
    await unit.hold("workspace", row.id);
    const now = await unit.tx.workspace.findUnique({ where: { id: row.id } });
    const still = now && now.worktreePath === row.worktreePath && live.includes(now.status as WorkspaceStatus);
    if (still && !(await openOrder(unit, row.id))) await order(services, unit, now, "relay", { type: "keep" });
  });
}

async function compare(services: Services, orchestratorId: string): Promise<void> {
  const { client } = services.db;
  // Known first: what the host makes in between is then only missing from the records, which an hour's patience covers.
  const known = await client.workspace.findMany({ where: { orchestratorId, mode: "isolated" } });
  const { worktrees } = await services.hub.ask(orchestratorId, { type: "workspace.worktrees" });
  const there = new Set(worktrees.map(({ path }) => path));
  for (const row of known)
    if (row.worktreePath && live.includes(row.status as WorkspaceStatus) && !there.has(row.worktreePath))
      await keepVanished(services, row);
  const ids = new Set(known.map(({ id }) => id));
  for (const found of worktrees) if (!ids.has(found.workspaceId)) await keepUnknown(services, orchestratorId, found);
}

/** Compares the records with what the connected hosts have on their disks (WSP-70). */
export async function compareWorktrees(services: Services): Promise<void> {
  const hosts = await services.db.client.orchestrator.findMany({ where: { removedAt: null }, select: { id: true } });
  const there = hosts.filter(({ id }) => services.presence.get(`host:${id}`) !== null);
  await Promise.all(
    there.map(({ id }) =>
      compare(services, id).catch((error: unknown) =>
        services.log.warn({ host: id, err: error }, "worktrees were not compared"),
      ),
    ),
  );
}
