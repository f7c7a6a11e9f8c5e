import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Reads } from "./subjects.ts";

const MiB = 1024 * 1024;

/** Bytes of all stored contents, each counted once; `known`: whether the one with that digest is among them. */
async function storedBytes(db: Reads, sha256: string): Promise<{ stored: number; known: boolean }> {
  const contents = await db.artifact.groupBy({ by: ["sha256"], _max: { size: true } });
  const stored = contents.reduce((sum, { _max }) => sum + (_max.size ?? 0), 0);
  return { stored, known: contents.some((one) => one.sha256 === sha256) };
}

/** Throws QuotaReached where this content would take the artifacts above the setting; one that is stored takes nothing (MCP-61). */
export async function demandRoom(
  db: Reads,
  { settings }: Pick<Context, "settings">,
  { sha256, size }: { sha256: string; size: number },
): Promise<void> {
  const most = settings["artifacts.totalMiB"];
  // With every record counted for itself the sum is no smaller, and asked for at once.
  const { _sum } = await db.artifact.aggregate({ _sum: { size: true } });
  if ((_sum.size ?? 0) + size <= most * MiB) return;
  const { stored, known } = await storedBytes(db, sha256);
  if (known || stored + size <= most * MiB) return;
  throw new AppError(
    "QuotaReached",
    `Artifacts hold ${stored} bytes and this one has ${size}; together at most ${most} MiB (${most * MiB} bytes) are kept`,
    { limit: most * MiB, next: "Ask a person to remove artifacts, or to raise the setting artifacts.totalMiB." },
  );
}
