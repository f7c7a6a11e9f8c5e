import type { z } from "zod";
import { agentsReported } from "../agents/reported.ts";
import type { Connection } from "../connection.ts";
import type { Authed } from "../context.ts";
import { productVersion, protocolVersion, type RegisteredHost, type RegisterHost, timing } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { allow, isAdministrator } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { notDraining } from "./drain.ts";
import { registeredHost, speaksFor } from "./fence.ts";
import { knownHost } from "./known.ts";
import { protocolRefusal, spokenVersions } from "./rules.ts";
import type { Heartbeat, Host, ListDirectories, ListHosts, ReportAgents } from "./schema.ts";
import { hostsOf } from "./view.ts";

type Register = z.output<typeof RegisterHost>;

function admit(ctx: Authed, input: Register): Connection {
  if (ctx.caller.profile !== "orchestrator" && !isAdministrator(ctx.caller)) {
    throw new AppError("Forbidden", "Only a token of profile orchestrator or an administrator may register a host");
  }
  allow(ctx.caller, { orchestratorId: input.id });
  const behind = protocolRefusal(input.protocolVersion);
  if (behind) {
    const both = `Host ${input.id} speaks protocol ${input.protocolVersion} (version ${input.version}), the relay speaks ${protocolVersion} (version ${productVersion})`;
    throw new AppError("Conflict", `${both}: upgrade the ${behind}`, {
      next: "Bring both to the same version; the host tries again every 60 s, and its sessions go on.",
      protocolVersions: spokenVersions(),
    });
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
    const known = await unit.tx.orchestrator.findFirst({ where: { id: input.id, removedAt: null } });
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
    const back = known ? {} : { removedAt: null, ...notDraining };
    await unit.tx.orchestrator.upsert({ where: { id }, create: { id, ...data }, update: { ...data, ...back } });
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
  const settings = { logRetentionDays: ctx.settings["logs.retentionDays"] };
  return { version: productVersion, protocolVersion, heartbeatSeconds: timing.heartbeat / 1000, settings };
}

/** Kept in memory; flushed for all hosts in one write (HST-12). Only offers that changed are written at once (HST-09). */
export async function heartbeat(ctx: Authed, { vitals, providers, ...proof }: Heartbeat): Promise<{ ok: true }> {
  await speaksFor(ctx, proof);
  const id = proof.orchestratorId;
  ctx.fleet.vitals.set(id, { vitals, at: ctx.clock.now() });
  ctx.fleet.fresh.add(id);
  if (providers) {
    await transact(ctx, async (unit) => {
      await unit.tx.orchestrator.update({ where: { id }, data: { providers: JSON.stringify(providers) } });
      unit.publish({ type: "host", id });
    });
  }
  return { ok: true };
}

/** What lives on the host, as the host sees it (HST-18 to HST-22). */
export async function reportAgents(ctx: Authed, { unknown, ...input }: ReportAgents): Promise<{ ended: string[] }> {
  const host = await registeredHost(ctx, input);
  const { ended, unclaimed } = await agentsReported(ctx, host, input);
  if (input.complete) ctx.fleet.unknown.set(host.id, [...unknown, ...unclaimed]);
  return { ended };
}

/** All hosts by id. */
export async function list(ctx: Authed, { cursor, limit }: ListHosts) {
  const rows = await ctx.db.client.orchestrator.findMany({
    where: { removedAt: null, id: { gt: cursor } },
    orderBy: { id: "asc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  return { items: await hostsOf(ctx, page), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

export async function get(ctx: Authed, { id }: { id: string }): Promise<Host> {
  return (await hostsOf(ctx, [await knownHost(ctx.db.client, id)]))[0] as Host;
}

/** Directories below the host's base directory, asked of the host itself (HST-40, HST-41). */
export async function directories(ctx: Authed, { orchestratorId, path }: ListDirectories) {
  allow(ctx.caller, { orchestratorId });
  await onlineHost(ctx, orchestratorId);
  return ctx.hub.ask(orchestratorId, { type: "directories", path: path ?? null });
}

/** The host's row when it can be asked something now; Unavailable, since when, otherwise (HST-41). */
export async function onlineHost(ctx: Pick<Authed, "db" | "presence">, id: string) {
  const host = await knownHost(ctx.db.client, id);
  if (!ctx.presence.get(`host:${id}`)) {
    const since = ctx.presence.dropped().get(`host:${id}`)?.since ?? host.stateSince;
    throw new AppError("Unavailable", `Host ${id} is not connected since ${since.toISOString()}`, {
      next: "Start its orchestrator, or choose another host.",
    });
  }
  return host;
}
