import type { FailureReason } from "@signalbox/api/contracts";
import type { ActivityRecord } from "./types.ts";
import { reasonInWords, type Signal } from "./words.ts";

/** Kinds of records; one that is not here is shown by its raw name (CON-47). */
const kinds: Record<string, string> = {
  state: "State",
  command: "Command",
  landing: "Landing",
  identity: "Sign-in and tokens",
  tool: "Tool call",
  denied: "Refusal",
  setting: "Setting",
  terminal: "Terminal",
  profile: "Profile",
  artifact: "Artifact",
};

export const kindInWords = (kind: string): string => kinds[kind] ?? kind;

/** The kinds to choose from. */
export const kindOptions = Object.entries(kinds).map(([value, label]) => ({ value, label }));

const outcomes: Record<string, Signal> = {
  succeeded: { word: "Succeeded", tone: "green", shape: "check" },
  ok: { word: "OK", tone: "green", shape: "check" },
  landed: { word: "Landed", tone: "green", shape: "check" },
  failed: { word: "Failed", tone: "red", shape: "cross" },
  error: { word: "Error", tone: "red", shape: "cross" },
  conflict: { word: "Conflict", tone: "red", shape: "bar" },
  expired: { word: "Ran out of time", tone: "red", shape: "cross" },
  cancelled: { word: "Cancelled", tone: "grey", shape: "dash" },
  base_checkout_dirty: { word: "Waits", tone: "amber", shape: "bar" },
  nothing_to_land: { word: "Nothing to land", tone: "grey", shape: "dash" },
};

const done: Signal = { word: "Done", tone: "grey", shape: "check" };

const failures: Record<FailureReason, true> = {
  provider_missing: true,
  session_died: true,
  not_registered: true,
  workspace_failed: true,
  host_lost: true,
  expired: true,
};

type Told = Pick<ActivityRecord, "clientId" | "kind" | "metadata">;

function endOf({ metadata }: Told): Signal {
  const kind = String(metadata.kind);
  const exitCode = typeof metadata.exitCode === "number" ? metadata.exitCode : null;
  const signal = typeof metadata.signal === "string" ? metadata.signal : null;
  if (Object.hasOwn(failures, kind)) return { word: "Failed", tone: "red", shape: "cross" };
  const unwell = kind === "crashed" || kind === "killed" || Boolean(exitCode);
  const word = reasonInWords({ kind, exitCode, signal }) ?? kind;
  const said = word.charAt(0).toUpperCase() + word.slice(1);
  return unwell ? { word: said, tone: "red", shape: "cross" } : { word: said, tone: "grey", shape: "check" };
}

/** How often a refusal was repeated within its minute (IDN-56). */
const timesOf = ({ metadata }: Pick<ActivityRecord, "metadata">): number =>
  typeof metadata.count === "number" ? metadata.count : 1;

/** What came of it. A record without an outcome of its own tells of something that was done. */
export function outcomeOf(record: Told): Signal {
  if (record.kind === "denied") {
    const times = timesOf(record);
    return { word: times > 1 ? `Refused ${times} times` : "Refused", tone: "amber", shape: "bar" };
  }
  const { outcome } = record.metadata;
  if (typeof outcome === "string") return outcomes[outcome] ?? { word: outcome, tone: "red", shape: "cross" };
  return record.clientId.startsWith("agent-end:") ? endOf(record) : done;
}

/** A thing that a record is about, and that has a page. */
export interface Subject {
  type: "agent" | "workspace" | "host" | "profile";
  id: string;
}

/** What a record is about, the most telling first. */
export function subjectsOf({ agentId, actor, meta, view, metadata }: ActivityRecord): Subject[] {
  const { workspaceId, profile } = metadata;
  const subjects: (Subject | null)[] = [
    typeof workspaceId === "string" ? { type: "workspace", id: workspaceId } : null,
    agentId && agentId !== actor ? { type: "agent", id: agentId } : null,
    view === "profiles" && typeof profile === "string" ? { type: "profile", id: profile } : null,
    meta ? { type: "host", id: meta } : null,
  ];
  return subjects.filter((subject) => subject !== null);
}
