import { record } from "../activity/record.ts";
import type { Authed, Services } from "../context.ts";
import { type ExpandedProfile, extraScopes, grantFor, liveStates, ProfileFields } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { type Tx, transact } from "../unit.ts";
import { profileRefusal } from "./rules.ts";
import type { AgentProfile, ListProfiles, ProfilePage, PutProfile, PutProfileAnswer } from "./schema.ts";

type Row = NonNullable<Awaited<ReturnType<Tx["agentProfile"]["findUnique"]>>>;

/** A stored profile as it travels in a command (SPN-30). */
export function toExpanded(row: Row): ExpandedProfile {
  return { ...ProfileFields.parse(JSON.parse(row.data)), name: row.name, version: row.version };
}

function toProfile(row: Row, liveAgents: number): AgentProfile {
  const expanded = toExpanded(row);
  return {
    ...expanded,
    updatedBy: row.updatedBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    liveAgents,
    grants: { person: grantFor(expanded, null), agent: grantFor(expanded, new Set(extraScopes)) },
  };
}

/** All profiles by name. */
export async function list(ctx: Authed, { cursor, limit }: ListProfiles): Promise<ProfilePage> {
  const rows = await ctx.db.client.agentProfile.findMany({
    where: cursor ? { name: { gt: cursor } } : {},
    orderBy: { name: "asc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const live = await ctx.db.client.agent.groupBy({
    by: ["profile"],
    where: { profile: { in: page.map(({ name }) => name) }, state: { in: [...liveStates] } },
    _count: true,
  });
  const counts = new Map(live.map(({ profile, _count }) => [profile, _count]));
  const items = page.map((row) => toProfile(row, counts.get(row.name) ?? 0));
  return { items, nextCursor: rows.length > limit ? (page.at(-1)?.name ?? null) : null };
}

async function existing(db: Services["db"]["client"] | Tx, name: string): Promise<Row> {
  const row = await db.agentProfile.findUnique({ where: { name } });
  if (!row) throw new AppError("NotFound", `There is no profile ${name}`, { field: "profile" });
  return row;
}

export async function get(ctx: Authed, { name }: { name: string }): Promise<AgentProfile> {
  const row = await existing(ctx.db.client, name);
  return toProfile(row, await liveWith(ctx.db.client, name));
}

/** How many live agents were started with a profile of that name. */
const liveWith = (db: Services["db"]["client"] | Tx, name: string): Promise<number> =>
  db.agent.count({ where: { profile: name, state: { in: [...liveStates] } } });

/** The profile of a spawn; an unknown one is NotFound (SPN-29). */
export async function expanded(db: Tx, name: string): Promise<ExpandedProfile> {
  return toExpanded(await existing(db, name));
}

const atOnce = (name: string) =>
  new AppError("Conflict", `Profile ${name} was changed by somebody else at the same time`, { next: "Call again." });

/** Of two that make the same one at once, the database lets one through: the other is told (Prisma's P2002). */
const takenMeanwhile = (name: string) => (error: unknown) => {
  throw (error as { code?: unknown }).code === "P2002" ? atOnce(name) : error;
};

/** Creates or replaces; live agents keep what they were started with (SPN-34, IDN-47). */
export async function put(ctx: Authed, { name, ifVersion, ...fields }: PutProfile): Promise<PutProfileAnswer> {
  const refused = profileRefusal(fields);
  if (refused) throw new AppError("Invalid", refused.message, { field: refused.field });
  return transact(ctx, async (unit) => {
    const known = await unit.tx.agentProfile.findUnique({ where: { name } });
    const version = known?.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== version) {
      throw new AppError("Conflict", `Profile ${name} is at version ${version}, not at ${ifVersion}`, {
        next: "Read it again and decide anew.",
      });
    }
    const data = { data: JSON.stringify(fields), updatedBy: ctx.caller.actor, updatedAt: unit.now };
    // Only from the version that was read: of two changes at once one is told of the other.
    const changed = known
      ? await unit.tx.agentProfile.updateMany({ where: { name, version }, data: { ...data, version: version + 1 } })
      : await unit.tx.agentProfile
          .create({ data: { ...data, name, version: 1, createdAt: unit.now } })
          .catch(takenMeanwhile(name));
    if ("count" in changed && changed.count === 0) throw atOnce(name);
    await said(ctx, unit, name, `Profile ${name} is at version ${version + 1}`, version + 1);
    const live = await liveWith(unit.tx, name);
    return { profile: toProfile(await existing(unit.tx, name), live), liveWithOlderGrant: live };
  });
}

/** Live agents keep what they have; a policy that names it is started without it (SPN-29, SPN-34). */
export async function remove(ctx: Authed, { name }: { name: string }) {
  return transact(ctx, async (unit) => {
    const row = await existing(unit.tx, name);
    await unit.tx.agentProfile.delete({ where: { name } });
    await said(ctx, unit, name, `Removed profile ${name}`, row.version + 1);
    return { ok: true as const, usedBy: [], liveAgents: await liveWith(unit.tx, name) };
  });
}

async function said(ctx: Authed, unit: Parameters<typeof record>[1], name: string, title: string, version: number) {
  unit.publish({ type: "profile", id: name });
  await record(ctx, unit, {
    clientId: `profile:${name}:${version}:${ctx.requestId}`,
    kind: "profile",
    view: "profiles",
    title,
    actor: ctx.caller.actor,
    requestId: ctx.requestId,
    metadata: { profile: name, version },
  });
}
