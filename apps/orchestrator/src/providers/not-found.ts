import type { Ran } from "../exec.ts";

/** Why a provider is not available when its program is not on this host (HST-09), or null when it is. */
export const notFound = (program: string, { code, stderr }: Ran): string | null =>
  code === 127 && stderr.includes("ENOENT")
    ? `program not found: ${program}; install it for the orchestrator's user, or name it in orchestrator.json`
    : null;
