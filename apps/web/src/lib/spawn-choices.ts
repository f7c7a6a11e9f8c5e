import type { ApprovalMode, ProviderOffer } from "@signalbox/api/contracts";
import type { Host as AnyHost } from "./types.ts";

/** What of a host decides what can be chosen. */
export type Host = Pick<
  AnyHost,
  "id" | "state" | "draining" | "liveSessions" | "maxSessions" | "providers" | "baseDir" | "labels"
>;

/** Why a host cannot be chosen; null when it can (CON-52). With `queue` a full host will do (SPN-18). */
export function hostRefusal(host: Host, queue: boolean): string | null {
  if (host.state !== "online") return host.state;
  if (host.draining) return "draining";
  const full = host.liveSessions >= host.maxSessions;
  return full && !queue ? `full, ${host.liveSessions} of ${host.maxSessions}` : null;
}

const union = <T>(lists: readonly (readonly T[])[], key: (item: T) => string): T[] => [
  ...new Map(lists.flat().map((item) => [key(item), item])).values(),
];

/**
 * What the chosen host offers; without one, what any usable host offers together, since the relay then chooses among
 * those that fit (SPN-14).
 */
export function offersOf(hosts: readonly Host[], orchestratorId: string, queue: boolean): ProviderOffer[] {
  if (orchestratorId) return [...(hosts.find(({ id }) => id === orchestratorId)?.providers ?? [])];
  const all = hosts.filter((host) => !hostRefusal(host, queue)).flatMap(({ providers }) => providers);
  return union([all], ({ provider }) => provider).map((one) => {
    const offers = all.filter(({ provider, available }) => provider === one.provider && available);
    if (offers.length === 0) return one;
    return {
      ...one,
      available: true,
      reason: null,
      approvalModes: union(
        offers.map(({ approvalModes }) => approvalModes),
        String,
      ),
      models: union(
        offers.map(({ models }) => models ?? []),
        ({ alias }) => alias,
      ),
    };
  });
}

/** The efforts of the chosen model, else of the default one (SPN-24). */
export function effortsOf(offer: ProviderOffer | undefined, model: string): string[] {
  const models = offer?.models ?? [];
  const entry = model ? models.find(({ alias }) => alias === model) : (models.find((one) => one.default) ?? models[0]);
  return entry?.efforts ?? [];
}

/** The mode that will be in force: the given one, else the profile's, else guarded, else the only one (SPN-26). */
export function approvalInForce(
  offer: ProviderOffer | undefined,
  given: string,
  profile: ApprovalMode | undefined,
): string | null {
  const modes = offer?.approvalModes ?? [];
  return given || profile || (modes.includes("guarded") ? "guarded" : modes[0]) || null;
}

const approvals: Record<string, string> = {
  plan: "looks and plans, changes nothing",
  guarded: "asks before it changes or runs something",
  "auto-edit": "edits files without asking, asks for the rest",
  open: "asks for nothing",
};

/** An approval mode in words: "guarded: asks before …". */
export const approvalInWords = (mode: string): string => (approvals[mode] ? `${mode}: ${approvals[mode]}` : mode);
