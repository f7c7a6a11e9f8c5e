import { AppError } from "../errors.ts";
import type { Tx } from "../unit.ts";
import type { HostRow } from "./mapper.ts";

/** The host's row; NotFound for one that never registered or was removed (HST-10, HST-39). */
export async function knownHost(db: Pick<Tx, "orchestrator">, id: string): Promise<HostRow> {
  const row = await db.orchestrator.findFirst({ where: { id, removedAt: null } });
  if (!row) throw new AppError("NotFound", `There is no host ${id}`);
  return row;
}
