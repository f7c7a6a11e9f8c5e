import type { CommandRow } from "../commands/mapper.ts";
import { settle } from "../commands/settle.ts";
import type { Services } from "../context.ts";
import { LandingNow, type LandingProgress } from "../contracts/index.ts";
import { transact, type Unit } from "../unit.ts";

/** How long a running landing may be silent (WSP-31). */
const leaseMs = 120_000;

const sameStep = (a: LandingProgress, b: LandingProgress | null): boolean =>
  b !== null && a.step === b.step && a.run === b.run && JSON.stringify(a.check) === JSON.stringify(b.check);

/** How far a landing is, as its host told it last; null before it has. */
export const landingNow = ({ progress }: Pick<CommandRow, "progress">): LandingNow | null =>
  progress === null ? null : LandingNow.parse(JSON.parse(progress));

/** What is stored of a landing whose host tells of it; nothing of any other command. */
export function renewal(unit: Pick<Unit, "now">, row: CommandRow, told: LandingProgress | undefined) {
  if (row.type !== "workspace.land") return {};
  const leaseUntil = new Date(unit.now.getTime() + leaseMs);
  if (!told) return { leaseUntil };
  const before = landingNow(row);
  const since = before && sameStep(told, before) ? before.since : unit.now.toISOString();
  return { leaseUntil, progress: JSON.stringify({ ...told, since } satisfies LandingNow) };
}

/** The loop that frees the queue of a landing whose host has fallen silent; a relay that was away itself gives everybody time to tell. */
export async function freeLapsed(services: Services): Promise<number> {
  const now = services.clock.now();
  if (now.getTime() < services.startedAt.getTime() + leaseMs) return 0;
  const lapsed = { type: "workspace.land", state: "running", leaseUntil: { lt: now } };
  const rows = await services.db.client.command.findMany({ where: lapsed, select: { id: true }, take: 100 });
  for (const { id } of rows) {
    await transact(services, async (unit) => {
      await unit.hold("command", id);
      const row = await unit.tx.command.findFirst({ where: { id, ...lapsed } });
      if (!row) return;
      const message = `Host ${row.orchestratorId} has not told of this landing since ${row.leaseUntil?.toISOString()}`;
      await settle(services, unit, row, { state: "failed", error: { reason: "lease_expired", message } });
    });
  }
  return rows.length;
}
