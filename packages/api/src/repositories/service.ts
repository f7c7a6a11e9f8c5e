import { record } from "../activity/record.ts";
import type { Authed, Services } from "../context.ts";
import { RepositoryFields } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { type Tx, transact } from "../unit.ts";
import { openStatuses } from "../workspaces/rules.ts";
import { defaultFields, partsOf } from "./rules.ts";
import type { GetRepository, ListRepositories, PutRepository, Repository, RepositoryPage } from "./schema.ts";

type Row = NonNullable<Awaited<ReturnType<Tx["repository"]["findUnique"]>>>;
type Reader = Services["db"]["client"] | Tx;

const fieldsOf = (row: Row): RepositoryFields =>
  RepositoryFields.parse({ ...row, checks: JSON.parse(row.checks) as unknown });

/** The settings that hold for a repository now. */
export async function settingsOf(db: Reader, repository: string): Promise<RepositoryFields> {
  const row = await db.repository.findUnique({ where: { id: repository } });
  return row ? fieldsOf(row) : defaultFields();
}

/** The base branches that people have set for a host's repositories, by main worktree; nothing when they set none. */
export async function baseBranchesOn(db: Reader, orchestratorId: string): Promise<Record<string, string> | undefined> {
  const rows = await db.repository.findMany({
    where: { orchestratorId, baseBranch: { not: null } },
    select: { repoRoot: true, baseBranch: true },
  });
  return rows.length
    ? Object.fromEntries(rows.map(({ repoRoot, baseBranch }) => [repoRoot, baseBranch ?? ""]))
    : undefined;
}

const toRepository = (id: string, row: Row | undefined, openWorkspaces: number): Repository => ({
  ...(row ? fieldsOf(row) : defaultFields()),
  repository: id,
  ...(partsOf(id) ?? { orchestratorId: "", repoRoot: "" }),
  version: row?.version ?? 0,
  updatedBy: row?.updatedBy ?? null,
  updatedAt: row?.updatedAt.toISOString() ?? null,
  openWorkspaces,
});

/** Those that have settings, and those that an agent works or worked in. */
async function described(db: Reader, ids: string[]): Promise<Repository[]> {
  const rows = await db.repository.findMany({ where: { id: { in: ids } } });
  const open = await db.workspace.groupBy({
    by: ["repository"],
    where: { repository: { in: ids }, mode: "isolated", status: { in: [...openStatuses] } },
    _count: true,
  });
  const stored = new Map(rows.map((row) => [row.id, row]));
  const counts = new Map(open.map(({ repository, _count }) => [repository, _count]));
  return ids.map((id) => toRepository(id, stored.get(id), counts.get(id) ?? 0));
}

/** Every repository that has settings or an isolated workspace, by host and path. */
export async function list(ctx: Authed, { cursor, limit }: ListRepositories): Promise<RepositoryPage> {
  const { client } = ctx.db;
  const used = await client.workspace.groupBy({ by: ["repository"], where: { mode: "isolated" } });
  const stored = await client.repository.findMany({ select: { id: true } });
  const all = new Set([...used.map(({ repository }) => repository), ...stored.map(({ id }) => id)]);
  // Ordered here: the engines' collations differ, and there are no more than people have projects.
  const ids = [...all].toSorted((a, b) => (a < b ? -1 : 1)).filter((id) => !cursor || id > cursor);
  const page = ids.slice(0, limit);
  return { items: await described(client, page), nextCursor: ids.length > limit ? (page.at(-1) ?? null) : null };
}

/** One that the relay knows. */
export async function get(ctx: Authed, { repository }: GetRepository): Promise<Repository> {
  const { client } = ctx.db;
  const [known] = await described(client, [repository]);
  const seen = known?.version || (await client.workspace.count({ where: { repository, mode: "isolated" } }));
  if (known && seen) return known;
  throw new AppError("NotFound", `No workspace and no settings name the repository ${repository}`);
}

/** Replaces a repository's settings; landings that have begun keep what they began with (WSP-17, WSP-51). */
export async function put(ctx: Authed, { repository, ifVersion, ...fields }: PutRepository): Promise<Repository> {
  if (actingAgent(ctx.caller)) throw new AppError("Forbidden", "An agent does not change a repository's settings");
  const parts = partsOf(repository);
  const next = "Give the path of the main worktree as its host resolves it, without a slash at the end.";
  if (!parts) throw new AppError("Invalid", `${repository} is not a resolved path`, { field: "repository", next });
  allow(ctx.caller, { orchestratorId: parts.orchestratorId, cwd: parts.repoRoot });
  return transact(ctx, async (unit) => {
    await unit.hold("orchestrator", parts.orchestratorId);
    if ((await unit.tx.orchestrator.count({ where: { id: parts.orchestratorId } })) === 0) {
      throw new AppError("NotFound", `There is no host ${parts.orchestratorId}`, { field: "repository" });
    }
    const known = await unit.tx.repository.findUnique({ where: { id: repository } });
    const version = known?.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== version) {
      throw new AppError("Conflict", `The settings of ${repository} are at version ${version}, not at ${ifVersion}`, {
        next: "Read them again and decide anew.",
      });
    }
    const { checks, ...plain } = fields;
    const data = {
      ...plain,
      checks: JSON.stringify(checks),
      version: version + 1,
      updatedBy: ctx.caller.actor,
      updatedAt: unit.now,
    };
    await unit.tx.repository.upsert({
      where: { id: repository },
      create: { id: repository, ...parts, ...data, createdAt: unit.now },
      update: data,
    });
    unit.publish({ type: "repository", id: repository });
    unit.ring("landing");
    await record(ctx, unit, {
      clientId: `repository:${repository}:${version + 1}`,
      kind: "setting",
      view: "settings",
      title: `Settings of ${repository} are at version ${version + 1}`,
      body: checks.length ? `Checks: ${checks.map(({ name }) => name).join(", ")}` : "No checks",
      meta: parts.orchestratorId,
      actor: ctx.caller.actor,
      requestId: ctx.requestId,
      metadata: { repository, version: version + 1 },
    });
    return (await described(unit.tx, [repository]))[0] as Repository;
  });
}
