import type { Guidance } from "@signalbox/api/contracts";
import { redCheckOf } from "./landing-words.ts";
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
  checks_failed: () => "Its checks are red, and its agent has ended",
  protected: (_, base) =>
    `${base} is protected: nothing lands there by itself. Land it by hand, or change the repository's settings`,
  failing: () => "Its landing failed four times, through no fault of the change",
};

/** Why a handed-off workspace waits, in words; null when it is only not its turn. */
function waitInWords(metadata: Record<string, unknown>, base: string): string | null {
  const waiting = (metadata.waiting ?? {}) as Waiting;
  return waiting.reason ? (waits[waiting.reason]?.(waiting, base) ?? waiting.reason) : null;
}

/** What a workspace's state means to a person; its agent is told the guidance. */
export function forPeople({ status, baseBranch, metadata, guidance }: Described): string {
  const base = baseBranch ?? "base";
  const red = redCheckOf(metadata);
  if (status === "active" && red) return `Not landed: check ${red.check} is red (${red.how}); its agent was told`;
  if (status === "active") return "In work; not handed off yet";
  if (status === "ready") return waitInWords(metadata, base) ?? `Handed off; waits for its turn to land on ${base}`;
  if (status === "landing") return `Is being rebased onto ${base} and landed there`;
  if (status === "review_requested") return waitInWords(metadata, base) ?? "Waits for a person to look at it";
  return guidance.meaning;
}
