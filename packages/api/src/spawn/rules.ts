import { posix } from "node:path";
import { type Provider, type ProviderOffer, within } from "../contracts/index.ts";

/** A host as the choice sees it. */
export interface Candidate {
  id: string;
  state: "online" | "stale" | "offline";
  draining: boolean;
  labels: string[];
  baseDir: string;
  offers: ProviderOffer[];
  live: number;
  maxSessions: number;
  lastSeenAt: string;
}

export interface Wanted {
  provider: Provider;
  orchestratorId?: string;
  /** Labels that the host must have. */
  labels?: string[];
  /** A full host will do: the command waits for room (SPN-18). */
  queue?: boolean;
  cwd?: string;
  /** Where the asking agent works: there its own directory will do besides the base directory (SPN-20). */
  home?: { host: string; directory: string };
  /** Hosts that the token permits; absent: all. */
  permitted?: string[];
}

interface Refused {
  refused: "NotFound" | "Invalid" | "Conflict" | "QuotaReached";
  /** Field of the input at which the refusal stands (CON-53). */
  field: "orchestratorId" | "provider" | "labels" | "cwd";
  message: string;
}

export type Choice = { host: string } | Refused;

const refuse = (refused: Refused["refused"], field: Refused["field"], message: string): Choice => ({
  refused,
  field,
  message,
});
const offerOf = (host: Candidate, provider: Provider) => host.offers.find((offer) => offer.provider === provider);
const offered = (host: Candidate) =>
  host.offers
    .map((offer) => (offer.available ? offer.provider : `${offer.provider} (unavailable: ${offer.reason})`))
    .join(", ") || "nothing";
const full = (host: Candidate) => host.live >= host.maxSessions;
const fullText = (host: Candidate) =>
  `Host ${host.id} is full: ${host.live} of ${host.maxSessions} sessions. Shut one down, raise maxSessions, or choose another host`;

/** Why a host that drains is not used (SPN-13, HST-37). */
export const drainingText = (id: string): string => `Host ${id} is draining and takes no new agent`;

const missingLabel = (host: Candidate, { labels = [] }: Wanted) => labels.find((label) => !host.labels.includes(label));

function named(host: Candidate | undefined, wanted: Wanted): Choice {
  if (!host) return refuse("NotFound", "orchestratorId", `There is no host ${wanted.orchestratorId}`);
  if (host.state !== "online") {
    return refuse(
      "Conflict",
      "orchestratorId",
      `Host ${host.id} is ${host.state}; it was last seen at ${host.lastSeenAt}`,
    );
  }
  if (host.draining) return refuse("Conflict", "orchestratorId", drainingText(host.id));
  const offer = offerOf(host, wanted.provider);
  if (!offer?.available) {
    const why = offer?.reason ?? "it does not offer it";
    return refuse(
      "Invalid",
      "provider",
      `Host ${host.id} cannot run provider ${wanted.provider}: ${why}. It offers ${offered(host)}`,
    );
  }
  const label = missingLabel(host, wanted);
  if (label)
    return refuse(
      "Invalid",
      "labels",
      `Host ${host.id} lacks the label ${label}; it has ${host.labels.join(", ") || "none"}`,
    );
  return { host: host.id };
}

/** Chooses the host of a spawn; a named one is used or refused, never replaced (SPN-12 to SPN-16). */
export function chooseHost(hosts: Candidate[], wanted: Wanted): Choice {
  if (wanted.orchestratorId)
    return named(
      hosts.find(({ id }) => id === wanted.orchestratorId),
      wanted,
    );
  const online = hosts.filter(({ state }) => state === "online");
  const candidates = online.filter(
    (host) =>
      !host.draining &&
      offerOf(host, wanted.provider)?.available &&
      !missingLabel(host, wanted) &&
      (!wanted.permitted || wanted.permitted.includes(host.id)),
  );
  if (!candidates.length) {
    const offers = online
      .map((host) => (host.draining ? `${host.id} is draining` : `${host.id} offers ${offered(host)}`))
      .join("; ");
    const labels = wanted.labels?.length ? ` with labels ${wanted.labels.join(", ")}` : "";
    return refuse(
      "NotFound",
      wanted.labels?.length ? "labels" : "provider",
      `No host can run provider ${wanted.provider}${labels}: ${offers || "no host is online"}`,
    );
  }
  const { cwd } = wanted;
  const absolute = cwd?.startsWith("/") ? posix.normalize(cwd) : undefined;
  const { home } = wanted;
  const fits = ({ id, baseDir }: Candidate, path: string) =>
    within(path, baseDir) || (home?.host === id && within(path, home.directory));
  const fitting = absolute ? candidates.filter((host) => fits(host, absolute)) : candidates;
  if (!fitting.length) {
    const bases = candidates.map(({ id, baseDir }) => `${id}: ${baseDir}`).join(", ");
    return refuse("Invalid", "cwd", `cwd ${cwd} lies in no host's base directory (${bases})`);
  }
  const load = (host: Candidate) => host.live / host.maxSessions;
  const ordered = [...fitting].sort(
    (a, b) => (absolute ? b.baseDir.length - a.baseDir.length : 0) || load(a) - load(b) || (a.id < b.id ? -1 : 1),
  );
  const free = ordered.find((host) => !full(host)) ?? (wanted.queue ? ordered[0] : undefined);
  return free ? { host: free.id } : refuse("QuotaReached", "orchestratorId", ordered.map(fullText).join("; "));
}

/** The one host's room, counted again where it is written (SPN-17). */
export function roomRefusal(host: Pick<Candidate, "id" | "live" | "maxSessions">): string | null {
  return host.live >= host.maxSessions ? fullText(host as Candidate) : null;
}

/**
 * The effective directory, or why it is refused (SPN-19, SPN-20). `own` is the directory of the agent that asks, on its
 * own host: it is the default there, and what lies in it is allowed besides the base directory.
 */
export function directoryFor(
  cwd: string | undefined,
  baseDir: string,
  own: string | null = null,
): { cwd: string } | { refused: string } {
  if (cwd?.includes("\0")) return { refused: "cwd holds a NUL character" };
  if (cwd?.startsWith("~")) return { refused: `cwd ${cwd} begins with ~; give an absolute path below ${baseDir}` };
  const path = posix.resolve(baseDir, cwd ?? own ?? ".");
  return within(path, baseDir) || (own && within(path, own))
    ? { cwd: path }
    : { refused: `cwd ${path} does not lie in the host's base directory ${baseDir}` };
}

export interface Asker {
  parent: string | null;
  /** Live agents of the kind that is asked for: children, or top-level ones that it started. */
  live: number;
  quota: number;
  topLevel: boolean;
}

/** Whether an agent may start one more child, and what to do when not (SPN-36 to SPN-38). */
export function lineageRefusal(asker: Asker) {
  if (asker.parent)
    return { code: "Forbidden" as const, message: "Children do not spawn: this agent has a parent itself" };
  return asker.live >= asker.quota
    ? { code: "QuotaReached" as const, message: quotaText(asker.live, asker.quota, asker.topLevel) }
    : null;
}

/** What to do about a quota that is used up. */
export function quotaText(live: number, quota: number, topLevel = false): string {
  return `${live}/${quota} live ${topLevel ? "top-level agents" : "children"}: shut one down, or wait for one to end`;
}
