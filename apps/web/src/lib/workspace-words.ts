import type { Guidance } from "@signalbox/api/contracts";
import type { Workspace } from "./types.ts";

type Described = Pick<Workspace, "status" | "baseBranch" | "metadata"> & { guidance: Guidance };

interface Waiting {
  reason?: string;
  checkout?: string;
  files?: string[];
}

const waits: Record<string, (waiting: Waiting, base: string) => string> = {
  base_checkout_dirty: ({ checkout, files }, base) =>
    `The checkout of ${base} at ${checkout ?? "the repository"} has changes that this landing would touch: ${files?.join(", ") ?? "unknown files"}`,
  host_offline: () => "Its host is away; it lands when the host is back",
  retrying: () => "The last try failed through no fault of the change; it is tried again",
  checks_failed: () => "Its checks failed; the agent was told",
};

/** Why a handed-off workspace waits, in words; null when it is only not its turn. */
function waitInWords(metadata: Record<string, unknown>, base: string): string | null {
  const waiting = (metadata.waiting ?? {}) as Waiting;
  return waiting.reason ? (waits[waiting.reason]?.(waiting, base) ?? waiting.reason) : null;
}

/** What a workspace's state means to a person; its agent is told the guidance. */
export function forPeople({ status, baseBranch, metadata, guidance }: Described): string {
  const base = baseBranch ?? "base";
  if (status === "active") return "In work; not handed off yet";
  if (status === "ready") return waitInWords(metadata, base) ?? `Handed off; waits for its turn to land on ${base}`;
  if (status === "landing") return `Is being rebased onto ${base} and landed there`;
  if (status === "review_requested") return "Waits for a person to look at it";
  return guidance.meaning;
}
