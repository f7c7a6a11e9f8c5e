import type { Connection } from "../connection.ts";

/** A host or an agent, as presence knows it. */
export type PresenceKey = `host:${string}` | `agent:${string}`;

interface Present {
  connection: Connection;
  since: Date;
  /** Instance of the host or runner behind the connection. */
  instance: string;
}

/** A connection is presence: nothing is written per beat, only when somebody has been gone long enough (HST-11). */
export interface Presence {
  /** From now on this connection is the subject's; an older one of it no longer counts. */
  connect(key: PresenceKey, present: Present, onDrop: () => void): void;
  get(key: PresenceKey): Present | null;
  /** Subjects without a connection, and since when. */
  dropped(): ReadonlyMap<PresenceKey, Date>;
  /** At the start: these were present before this relay was (HST-13). */
  assume(keys: PresenceKey[], at: Date): void;
  /** Gone for good. */
  forget(key: PresenceKey): void;
}

export function createPresence(now: () => Date): Presence {
  const connected = new Map<PresenceKey, Present>();
  const gone = new Map<PresenceKey, Date>();
  return {
    connect(key, present, onDrop) {
      connected.set(key, present);
      gone.delete(key);
      present.connection.onClose(() => {
        if (connected.get(key) !== present) return;
        connected.delete(key);
        gone.set(key, now());
        onDrop();
      });
    },
    get: (key) => connected.get(key) ?? null,
    dropped: () => gone,
    assume(keys, at) {
      for (const key of keys) if (!connected.has(key)) gone.set(key, at);
    },
    forget(key) {
      connected.delete(key);
      gone.delete(key);
    },
  };
}
