import { z } from "zod";
import { ProviderOffer, type UnknownSession } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";
import type { Host } from "./schema.ts";

export type HostRow = NonNullable<Awaited<ReturnType<Tx["orchestrator"]["findUnique"]>>>;

const Offers = z.array(ProviderOffer);

/** What the host offers, also where an older version of it stored less. */
export const offersOf = (row: Pick<HostRow, "providers">): z.output<typeof Offers> =>
  Offers.parse(JSON.parse(row.providers));

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
