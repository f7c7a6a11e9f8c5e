import { record } from "../activity/record.ts";
import type { Authed } from "../context.ts";
import { AppError } from "../errors.ts";
import { actingAgent, actorKey, isAdministrator } from "../identity/caller.ts";
import { type Tx, transact } from "../unit.ts";
import { digestOf } from "./blobs.ts";
import { demandRoom } from "./quota.ts";
import { contentOf, limitOf, type Reader, readableBy } from "./rules.ts";
import type {
  Artifact,
  ArtifactContent,
  ArtifactDetail,
  ArtifactPage,
  ArtifactSubject,
  AttachArtifact,
  GetArtifact,
  ListArtifacts,
  UploadArtifact,
} from "./schema.ts";
import { cameTo, exists, newestThatCameTo } from "./subjects.ts";

type Row = NonNullable<Awaited<ReturnType<Tx["artifact"]["findUnique"]>>>;

const dayMs = 24 * 60 * 60 * 1000;

function toArtifact({ creatorKey: _, createdAt, expiresAt, kind, sensitivity, ...row }: Row): Artifact {
  return {
    ...row,
    kind: kind as Artifact["kind"],
    sensitivity: sensitivity as Artifact["sensitivity"],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

/** Workspaces of an agent that are looked at, the newest first: a query takes no more than some hundred ids. */
const mostWorkspaces = 500;

/** `came`: of the artifacts that are asked for, those that came with a message to the agent that asks. */
async function readerOf(ctx: Authed, came: (agentId: string) => Promise<string[]>): Promise<Reader> {
  const agentId = actingAgent(ctx.caller);
  const owned = agentId
    ? await ctx.db.client.workspace.findMany({
        where: { ownerAgentId: agentId },
        orderBy: { id: "desc" },
        take: mostWorkspaces,
        select: { id: true },
      })
    : [];
  return {
    administrator: isAdministrator(ctx.caller),
    key: actorKey(ctx.caller),
    agentId,
    workspaceIds: owned.map(({ id }) => id),
    artifactIds: agentId ? await came(agentId) : [],
  };
}

const unknown = (id: string) => new AppError("NotFound", `There is no artifact ${id}`, { field: "artifactId" });

/** An artifact that the caller may read; any other does not exist for it (MCP-55). */
async function readable(ctx: Authed, id: string) {
  const { client } = ctx.db;
  const reader = await readerOf(ctx, async (agentId) => ((await cameTo(client, agentId, id)) ? [id] : []));
  const where = { AND: [{ id }, readableBy(reader)] };
  const row = await client.artifact.findFirst({ where, include: { links: true } });
  if (!row) throw unknown(id);
  return row;
}

/** Stores a content and its record (MCP-50 to MCP-53, MCP-61). */
export async function upload(ctx: Authed, input: UploadArtifact): Promise<Artifact> {
  const content = contentOf(input, limitOf(ctx.transport, ctx.settings["artifacts.largestMiB"]));
  if ("refused" in content) {
    const { message, ...details } = content.refused;
    throw new AppError("Invalid", message, details);
  }
  const { bytes } = content;
  const { name, kind, sensitivity } = input;
  const usual = input.text === undefined ? "application/octet-stream" : "text/plain; charset=utf-8";
  const stored = { sha256: digestOf(bytes), size: bytes.length };
  await demandRoom(ctx.db.client, ctx, stored);
  await ctx.blobs.put(bytes);
  const write = transact(ctx, async (unit) => {
    await demandRoom(unit.tx, ctx, stored);
    const made = await unit.tx.artifact.create({
      data: {
        id: ctx.newId("art"),
        name,
        contentType: input.contentType ?? usual,
        ...stored,
        kind,
        sensitivity,
        createdBy: ctx.caller.actor,
        creatorKey: actorKey(ctx.caller),
        createdAt: unit.now,
        expiresAt: new Date(unit.now.getTime() + ctx.settings["artifacts.retentionDays"] * dayMs),
      },
    });
    await said(ctx, unit, made, { title: `Uploaded ${name}`, clientId: `artifact:${made.id}` });
    return made;
  });
  const row = await write.catch(async (error: unknown) => {
    await dropUnused(ctx, stored.sha256);
    throw error;
  });
  // Only now nobody can take it for unused: what was removed in between is written again.
  await ctx.blobs.put(bytes);
  return toArtifact(row);
}

/** The record never names what is in it (MCP-37). */
async function said(
  ctx: Authed,
  unit: Parameters<typeof record>[1],
  { id, size, kind }: Pick<Row, "id" | "size" | "kind">,
  { title, clientId, more = {} }: { title: string; clientId: string; more?: Record<string, unknown> },
): Promise<void> {
  await record(ctx, unit, {
    clientId,
    kind: "artifact",
    view: "agents",
    title,
    actor: ctx.caller.actor,
    agentId: actingAgent(ctx.caller),
    requestId: ctx.requestId,
    metadata: { artifactId: id, size, kind, ...more },
  });
}

export async function get(ctx: Authed, { artifactId }: GetArtifact): Promise<ArtifactDetail> {
  const { links, ...row } = await readable(ctx, artifactId);
  const shown = links.map(({ subject, subjectId }) => ({ subject: subject as ArtifactSubject, subjectId }));
  return { ...toArtifact(row), links: shown };
}

/** The bytes; a stored content that is no longer what it was is not served (MCP-53). */
export async function content(ctx: Authed, { artifactId }: GetArtifact): Promise<ArtifactContent> {
  const { links: _, ...row } = await readable(ctx, artifactId);
  const bytes = await ctx.blobs.read(row.sha256);
  if (bytes) return { artifact: toArtifact(row), base64: bytes.toString("base64") };
  ctx.log.error({ artifactId, sha256: row.sha256 }, "a stored artifact is missing or damaged");
  throw new AppError("Unavailable", `The stored content of artifact ${artifactId} is missing or damaged`, {
    next: "Ask who uploaded it to do so again.",
  });
}

/** What the caller may read, the newest first. */
export async function list(
  ctx: Authed,
  { kind, subject, subjectId, cursor, limit }: ListArtifacts,
): Promise<ArtifactPage> {
  const belonging = subject || subjectId ? { links: { some: { subject, subjectId } } } : {};
  const { client } = ctx.db;
  const asked = { AND: [{ kind }, belonging, cursor ? { id: { lt: cursor } } : {}] };
  const take = limit + 1;
  const reader = await readerOf(ctx, (agentId) => newestThatCameTo(client, agentId, { artifact: asked, take }));
  const where = { AND: [readableBy(reader), asked] };
  const rows = await client.artifact.findMany({ where, orderBy: { id: "desc" }, take });
  const page = rows.slice(0, limit);
  return { items: page.map(toArtifact), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** An artifact that the caller may pass on: one that it may read, and what is sensitive only its own (MCP-56, MSG-34). */
export async function passable(ctx: Authed, artifactId: string): Promise<Row> {
  const { links: _, ...row } = await readable(ctx, artifactId);
  const own = row.creatorKey === actorKey(ctx.caller);
  if (row.sensitivity === "sensitive" && !own && !isAdministrator(ctx.caller)) {
    throw new AppError("Forbidden", `Artifact ${artifactId} is sensitive: only who uploaded it passes it on`);
  }
  return row;
}

/** Links an artifact to what it belongs to; a link that is there stays as it is (MCP-54). */
export async function attach(ctx: Authed, { artifactId, subject, subjectId }: AttachArtifact) {
  const row = await passable(ctx, artifactId);
  return transact(ctx, async (unit) => {
    if (!(await unit.tx.artifact.findUnique({ where: { id: artifactId } }))) throw unknown(artifactId);
    if (!(await exists(unit.tx, subject, subjectId)))
      throw new AppError("NotFound", `There is no ${subject} ${subjectId}`, { field: "subjectId" });
    const link = { artifactId, subject, subjectId };
    await unit.tx.artifactLink.upsert({
      where: { artifactId_subject_subjectId: link },
      create: { ...link, linkedBy: ctx.caller.actor, createdAt: unit.now },
      update: { artifactId },
    });
    const clientId = `artifact:${artifactId}:${subject}:${subjectId}`;
    await said(ctx, unit, row, { title: `Attached ${row.name} to ${subject} ${subjectId}`, clientId, more: link });
    return { ok: true as const, ...link };
  });
}

/** Removes any artifact's record, and the content where no other record uses it; needs no right to read it. */
export async function remove(ctx: Authed, { artifactId }: GetArtifact) {
  const row = await ctx.db.client.artifact.findUnique({ where: { id: artifactId } });
  if (!row) throw unknown(artifactId);
  await transact(ctx, async (unit) => {
    const { count } = await unit.tx.artifact.deleteMany({ where: { id: artifactId } });
    if (count > 0)
      await said(ctx, unit, row, { title: `Removed ${row.name}`, clientId: `artifact-removed:${artifactId}` });
  });
  await dropUnused(ctx, row.sha256);
  return { ok: true as const };
}

type Stores = Pick<Authed, "db" | "blobs">;

/** Removes a content that no record uses (MCP-58). */
export const dropUnused = ({ db, blobs }: Stores, sha256: string): Promise<void> =>
  blobs.drop(sha256, async () => (await db.client.artifact.count({ where: { sha256 } })) > 0);
