import type { Connection } from "../connection.ts";
import type { PresenceState } from "./rules.ts";

/** A host or an agent, as presence knows it. */
export type PresenceKey = `host:${string}` | `agent:${string}`;

interface Present {
  connection: Connection;
  since: Date;
  /** Instance of the host or runner behind the connection. */
  instance: string;
}

/** A subject without a connection. */
export interface Dropped {
  since: Date;
  /** What everybody was told last; written only when it changes. */
  said: PresenceState;
}

/** A connection is presence: nothing is written per beat, only when somebody has been gone long enough (HST-11). */
export interface Presence {
  /** From now on this connection is the subject's; an older one of it no longer counts. */
  connect(key: PresenceKey, present: Present, onDrop: () => void): void;
  get(key: PresenceKey): Present | null;
  /** It is being registered: whatever the loop was about to say of its absence is no longer so. Call when that is over. */
  coming(key: PresenceKey): () => void;
  isComing(key: PresenceKey): boolean;
  dropped(): ReadonlyMap<PresenceKey, Dropped>;
  /** At the start: these were present before this relay was (HST-13). */
  assume(keys: PresenceKey[], at: Date): void;
  /** Gone for good. */
  forget(key: PresenceKey): void;
}

export function createPresence(now: () => Date): Presence {
  const connected = new Map<PresenceKey, Present>();
  const gone = new Map<PresenceKey, Dropped>();
  const arriving = new Map<PresenceKey, number>();
  return {
    connect(key, present, onDrop) {
      connected.set(key, present);
      gone.delete(key);
      present.connection.onClose(() => {
        if (connected.get(key) !== present) return;
        connected.delete(key);
        gone.set(key, { since: now(), said: "online" });
        onDrop();
      });
    },
    get: (key) => connected.get(key) ?? null,
    coming(key) {
      arriving.set(key, (arriving.get(key) ?? 0) + 1);
      return () => {
        const others = (arriving.get(key) ?? 1) - 1;
        if (others > 0) arriving.set(key, others);
        else arriving.delete(key);
      };
    },
    isComing: (key) => arriving.has(key),
    dropped: () => gone,
    assume(keys, at) {
      for (const key of keys) if (!connected.has(key)) gone.set(key, { since: at, said: "online" });
    },
    forget(key) {
      connected.delete(key);
      gone.delete(key);
    },
  };
}
