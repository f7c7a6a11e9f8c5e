import type { z } from "zod";
import type { ProviderOffer, UnknownSession } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";
import type { Host } from "./schema.ts";

export type HostRow = NonNullable<Awaited<ReturnType<Tx["orchestrator"]["findUnique"]>>>;

export function offersOf(row: HostRow): ProviderOffer[] {
  return JSON.parse(row.providers) as ProviderOffer[];
}

interface Extra {
  liveSessions: number;
  unknownSessions: z.infer<typeof UnknownSession>[];
  vitals: Host["vitals"];
}

export function toHost(row: HostRow, extra: Extra): Host {
  return {
    id: row.id,
    hostname: row.hostname,
    platform: row.platform,
    version: row.version,
    protocolVersion: row.protocolVersion,
    state: row.state as Host["state"],
    stateSince: row.stateSince.toISOString(),
    baseDir: row.baseDir,
    providers: offersOf(row),
    labels: JSON.parse(row.labels) as string[],
    capabilities: JSON.parse(row.capabilities) as string[],
    maxSessions: row.maxSessions,
    draining: row.draining,
    address: row.address,
    registeredAt: row.registeredAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    ...extra,
  };
}
