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

/** Which side must be upgraded when the relay does not speak the host's protocol, or null (HST-03). */
export function protocolRefusal(theirs: number, ours = protocolVersion): "host" | "relay" | null {
  if (theirs === ours || theirs === ours - 1) return null;
  return theirs > ours ? "relay" : "host";
}
