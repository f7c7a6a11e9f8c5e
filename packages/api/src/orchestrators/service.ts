import type { z } from "zod";
import { agentsReported } from "../agents/reported.ts";
import type { Connection } from "../connection.ts";
import type { Authed } from "../context.ts";
import {
  liveStates,
  productVersion,
  protocolVersion,
  type RegisteredHost,
  type RegisterHost,
  timing,
  type UnknownSession,
  Vitals,
} from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { allow, isAdministrator } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { registeredHost, speaksFor } from "./fence.ts";
import { toHost } from "./mapper.ts";
import { protocolRefusal } from "./rules.ts";
import type { Heartbeat, Host, ListDirectories, ListHosts, ReportAgents } from "./schema.ts";

type Register = z.output<typeof RegisterHost>;

function admit(ctx: Authed, input: Register): Connection {
  if (ctx.caller.profile !== "orchestrator" && !isAdministrator(ctx.caller)) {
    throw new AppError("Forbidden", "Only a token of profile orchestrator or an administrator may register a host");
  }
  allow(ctx.caller, { orchestratorId: input.id });
  const behind = protocolRefusal(input.protocolVersion);
  if (behind) {
    const both = `Host ${input.id} speaks protocol ${input.protocolVersion} (version ${input.version}), the relay speaks ${protocolVersion} (version ${productVersion})`;
    throw new AppError("Conflict", `${both}: upgrade the ${behind}`);
  }
  if (!ctx.connection)
    throw new AppError("Invalid", "A host registers over the WebSocket: its connection is its presence");
  const first = ctx.presence.get(`host:${input.id}`);
  if (first && first.instance !== input.instanceId && first.connection.id !== ctx.connection.id) {
    const since = first.since.toISOString();
    throw new AppError("Conflict", `Host ${input.id} is connected from ${first.connection.address} since ${since}`, {
      next: "Stop that orchestrator or give this one another id; trying again every 5 s takes over when it is gone.",
    });
  }
  return ctx.connection;
}

/** A host comes, or comes back; its connection is its presence from now on (HST-01 to HST-07). */
export async function register(ctx: Authed, input: Register): Promise<RegisteredHost> {
  const connection = admit(ctx, input);
  const arrived = ctx.presence.coming(`host:${input.id}`);
  try {
    return await take(ctx, input, connection);
  } finally {
    arrived();
  }
}

async function take(ctx: Authed, input: Register, connection: Connection): Promise<RegisteredHost> {
  const older = ctx.presence.get(`host:${input.id}`);
  await transact(ctx, async (unit) => {
    const known = await unit.tx.orchestrator.findUnique({ where: { id: input.id } });
    const { id, providers, labels, capabilities, supervisor, ...plain } = input;
    const data = {
      ...plain,
      providers: JSON.stringify(providers),
      labels: JSON.stringify(labels),
      capabilities: JSON.stringify(capabilities),
      supervisor: supervisor && JSON.stringify(supervisor),
      tokenId: ctx.caller.tokenId,
      address: connection.address,
      state: "online",
      stateSince: known?.state === "online" ? known.stateSince : unit.now,
      registeredAt: unit.now,
      lastSeenAt: unit.now,
    };
    await unit.tx.orchestrator.upsert({ where: { id }, create: { id, ...data }, update: data });
    unit.publish({ type: "host", id });
  });
  ctx.presence.connect(`host:${input.id}`, { connection, since: ctx.clock.now(), instance: input.instanceId }, () =>
    ctx.hub.lost(input.id),
  );
  if (older && older.connection.id !== connection.id) {
    // What was asked on it is answered on no other, and its own end no longer counts.
    ctx.hub.lost(input.id);
    older.connection.close("replaced by a newer connection");
  }
  return { version: productVersion, protocolVersion, heartbeatSeconds: timing.heartbeat / 1000 };
}

/** Kept in memory; flushed for all hosts in one write (HST-12). */
export async function heartbeat(ctx: Authed, { vitals, ...proof }: Heartbeat): Promise<{ ok: true }> {
  await speaksFor(ctx, proof);
  ctx.fleet.vitals.set(proof.orchestratorId, { vitals, at: ctx.clock.now() });
  return { ok: true };
}

/** What lives on the host, as the host sees it (HST-18 to HST-22). */
export async function reportAgents(ctx: Authed, { unknown, ...input }: ReportAgents): Promise<{ ended: string[] }> {
  const host = await registeredHost(ctx, input);
  const { ended, unclaimed } = await agentsReported(ctx, host, input);
  if (input.complete) ctx.fleet.unknown.set(host.id, [...unknown, ...unclaimed]);
  return { ended };
}

/** As last flushed: a relay that has just started knows what the one before it knew (HST-12). */
function storedVitals(row: { vitals: string }): Host["vitals"] {
  const stored = Vitals.safeParse(JSON.parse(row.vitals));
  return stored.success ? stored.data : null;
}

async function withExtra(ctx: Authed, rows: Parameters<typeof toHost>[0][]): Promise<Host[]> {
  const counts = await ctx.db.client.agent.groupBy({
    by: ["orchestratorId"],
    where: { orchestratorId: { in: rows.map((row) => row.id) }, state: { in: [...liveStates] } },
    _count: true,
  });
  const live = new Map(counts.map((one) => [one.orchestratorId, one._count]));
  return rows.map((row) =>
    toHost(row, {
      liveSessions: live.get(row.id) ?? 0,
      unknownSessions: ctx.fleet.unknown.get(row.id) ?? ([] as z.infer<typeof UnknownSession>[]),
      vitals: ctx.fleet.vitals.get(row.id)?.vitals ?? storedVitals(row),
    }),
  );
}

/** All hosts by id. */
export async function list(ctx: Authed, { cursor, limit }: ListHosts) {
  const rows = await ctx.db.client.orchestrator.findMany({
    where: cursor ? { id: { gt: cursor } } : {},
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { items: await withExtra(ctx, page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

export async function get(ctx: Authed, { id }: { id: string }): Promise<Host> {
  const row = await ctx.db.client.orchestrator.findUnique({ where: { id } });
  if (!row) throw new AppError("NotFound", `There is no host ${id}`);
  return (await withExtra(ctx, [row]))[0] as Host;
}

/** Directories below the host's base directory, asked of the host itself (HST-40, HST-41). */
export async function directories(ctx: Authed, { orchestratorId, path }: ListDirectories) {
  allow(ctx.caller, { orchestratorId });
  await onlineHost(ctx, orchestratorId);
  return ctx.hub.ask(orchestratorId, { type: "directories", path: path ?? null });
}

/** The host's row when it can be asked something now; Unavailable, since when, otherwise (HST-41). */
export async function onlineHost(ctx: Pick<Authed, "db" | "presence">, id: string) {
  const host = await ctx.db.client.orchestrator.findUnique({ where: { id } });
  if (!host) throw new AppError("NotFound", `There is no host ${id}`);
  if (!ctx.presence.get(`host:${id}`)) {
    const since = ctx.presence.dropped().get(`host:${id}`)?.since ?? host.stateSince;
    throw new AppError("Unavailable", `Host ${id} is not connected since ${since.toISOString()}`, {
      next: "Start its orchestrator, or choose another host.",
    });
  }
  return host;
}
