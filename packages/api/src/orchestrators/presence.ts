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
  dropped(): ReadonlyMap<PresenceKey, Dropped>;
  /** At the start: these were present before this relay was (HST-13). */
  assume(keys: PresenceKey[], at: Date): void;
  /** Gone for good. */
  forget(key: PresenceKey): void;
}

export function createPresence(now: () => Date): Presence {
  const connected = new Map<PresenceKey, Present>();
  const gone = new Map<PresenceKey, Dropped>();
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
