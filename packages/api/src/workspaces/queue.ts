import type { z } from "zod";
import type { Authed } from "../context.ts";
import { LandParams, type WorkspaceStatus } from "../contracts/index.ts";
import { landingNow } from "./lease.ts";
import { claimOf, metadataOf, toLanding, type WorkspaceRow } from "./mapper.ts";
import type { LandingQueue, QueueInput } from "./schema.ts";

type Queue = z.infer<typeof LandingQueue>;

const queueKey = (row: WorkspaceRow) => `${row.repository}\0${row.baseBranch}`;

/** What is handed off and not decided, in order. */
export async function waiting(ctx: Authed, repository?: string): Promise<WorkspaceRow[]> {
  return ctx.db.client.workspace.findMany({
    where: { status: { in: ["ready", "landing"] }, repository },
    orderBy: [{ readyAt: "asc" }, { id: "asc" }],
  });
}

/** Place of each in its queue, from 1. */
export function places(rows: WorkspaceRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  return new Map(
    rows.map((row) => {
      const place = (counts.get(queueKey(row)) ?? 0) + 1;
      counts.set(queueKey(row), place);
      return [row.id, place];
    }),
  );
}

function entriesOf(rows: WorkspaceRow[], now: Date): Queue["entries"] {
  return rows.map((row, index) => ({
    workspaceId: row.id,
    agentId: row.ownerAgentId,
    place: index + 1,
    since: (row.readyAt ?? row.statusSince).toISOString(),
    status: row.status as WorkspaceStatus,
    reason: (metadataOf(row).waiting as { reason?: string } | undefined)?.reason ?? null,
    claim: claimOf(row, now),
    tries: row.landTries,
  }));
}

/** The landing that runs in a queue, as its command and its host tell it. */
async function runningOf(ctx: Authed, mine: WorkspaceRow[]): Promise<Queue["running"]> {
  const landing = mine.find(({ status }) => status === "landing");
  const id = landing && (metadataOf(landing).landCommandId as string | undefined);
  const command = id ? await ctx.db.client.command.findUnique({ where: { id } }) : null;
  if (!landing || !command) return null;
  const read = LandParams.safeParse(JSON.parse(command.params));
  const changes = read.success ? read.data.changes : [{ workspaceId: landing.id, agentId: landing.ownerAgentId }];
  return {
    commandId: command.id,
    since: (command.startedAt ?? landing.statusSince).toISOString(),
    changes: changes.map(({ workspaceId, agentId }) => ({ workspaceId, agentId })),
    checks: read.success ? read.data.checks.length : 0,
    now: landingNow(command),
    leaseUntil: command.leaseUntil?.toISOString() ?? null,
  };
}

/** Per repository and base branch: what waits, what runs, and the last landings (WSP-44). */
export async function queue(ctx: Authed, { repository }: QueueInput): Promise<{ queues: Queue[] }> {
  const rows = await waiting(ctx, repository);
  const recent = await ctx.db.client.landing.findMany({ where: { repository }, orderBy: { id: "desc" }, take: 200 });
  const keys = new Map<string, { repository: string; baseBranch: string; orchestratorId: string }>();
  for (const row of rows) keys.set(queueKey(row), { ...row, baseBranch: row.baseBranch ?? "" });
  for (const row of recent) keys.set(`${row.repository}\0${row.baseBranch}`, row);
  const queues: Queue[] = [];
  for (const [key, of] of keys) {
    const mine = rows.filter((row) => queueKey(row) === key);
    queues.push({
      repository: of.repository,
      repoRoot: of.repository.slice(of.orchestratorId.length + 1),
      baseBranch: of.baseBranch,
      orchestratorId: of.orchestratorId,
      entries: entriesOf(mine, ctx.clock.now()),
      running: await runningOf(ctx, mine),
      landings: recent
        .filter((one) => one.repository === of.repository && one.baseBranch === of.baseBranch)
        .slice(0, 20)
        .map(toLanding),
    });
  }
  return { queues };
}
