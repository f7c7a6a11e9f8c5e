import { z } from "zod";
import { ProviderOffer } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";
import type { Draining, Host, StayingAgent } from "./schema.ts";

export type HostRow = NonNullable<Awaited<ReturnType<Tx["orchestrator"]["findUnique"]>>>;

const Offers = z.array(ProviderOffer);

/** What the host offers, also where an older version of it stored less. */
export const offersOf = (row: Pick<HostRow, "providers">): z.output<typeof Offers> =>
  Offers.parse(JSON.parse(row.providers));

interface Extra extends Pick<Host, "liveSessions" | "unknownSessions" | "vitals"> {
  /** Time of its last heartbeat, where this relay has had one. */
  beatAt: Date | undefined;
  staying: StayingAgent[];
}

function drainingOf(row: HostRow, staying: StayingAgent[]): Draining | null {
  if (!row.drainingSince) return null;
  return {
    since: row.drainingSince.toISOString(),
    by: row.drainedBy ?? "",
    deadlineAt: row.drainDeadlineAt?.toISOString() ?? null,
    overdue: row.drainOverdueAt !== null && staying.length > 0,
    staying,
  };
}

export function toHost(row: HostRow, { beatAt, staying, ...extra }: Extra): Host {
  return {
    id: row.id,
    instanceId: row.instanceId,
    bootId: row.bootId,
    hostname: row.hostname,
    platform: row.platform,
    version: row.version,
    protocolVersion: row.protocolVersion,
    supervisor: row.supervisor ? (JSON.parse(row.supervisor) as Host["supervisor"]) : null,
    state: row.state as Host["state"],
    stateSince: row.stateSince.toISOString(),
    baseDir: row.baseDir,
    providers: offersOf(row),
    labels: JSON.parse(row.labels) as string[],
    capabilities: JSON.parse(row.capabilities) as string[],
    maxSessions: row.maxSessions,
    draining: drainingOf(row, staying),
    upgrade: null,
    address: row.address,
    registeredAt: row.registeredAt.toISOString(),
    lastSeenAt: (beatAt ?? row.lastSeenAt).toISOString(),
    ...extra,
  };
}
