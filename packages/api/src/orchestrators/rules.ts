import { protocolVersion } from "../contracts/index.ts";

export type PresenceState = "online" | "stale" | "offline";

/** What a subject without a connection has become (HST-11, SPN-49). */
export function presenceState(
  droppedAt: Date,
  now: Date,
  limits: { staleSeconds: number; offlineSeconds: number },
): PresenceState {
  const gone = (now.getTime() - droppedAt.getTime()) / 1000;
  if (gone >= limits.offlineSeconds) return "offline";
  return gone >= limits.staleSeconds ? "stale" : "online";
}

/** The versions that the relay speaks: its own and the one before it (HST-03). */
export const spokenVersions = (ours = protocolVersion): number[] => [ours, ours - 1];

/** Which side must be upgraded when the relay does not speak the host's protocol, or null (HST-03). */
export function protocolRefusal(theirs: number, ours = protocolVersion): "host" | "relay" | null {
  if (spokenVersions(ours).includes(theirs)) return null;
  return theirs > ours ? "relay" : "host";
}
