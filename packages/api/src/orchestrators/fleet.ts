import type { z } from "zod";
import type { UnknownSession, Vitals } from "../contracts/index.ts";

/** What hosts say too often to write each time (HST-12). */
export interface Fleet {
  vitals: Map<string, { vitals: Vitals; at: Date }>;
  /** Hosts that beat since the last flush. */
  fresh: Set<string>;
  unknown: Map<string, z.infer<typeof UnknownSession>[]>;
}

export const createFleet = (): Fleet => ({ vitals: new Map(), fresh: new Set(), unknown: new Map() });
