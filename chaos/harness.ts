/** What a fault test is given. */
export interface ChaosContext {
  /** The repository's root. */
  root: string;
  /** An empty directory of this case's own, removed when it ends. */
  tmp: string;
  /** Seed of every random choice; printed, so that a run can be repeated. */
  seed: number;
  /** A short run with few trials. */
  quick: boolean;
  /** Progress for the person at the terminal. */
  log(line: string): void;
}

/** What one fault did. */
export interface ChaosRow {
  /** What was done to the system, e.g. `kill -9 the relay under load`. */
  fault: string;
  /** How often it was done. */
  trials: number;
  /** Broken promises by name, e.g. `{ lost: 0, doubled: 0 }`; any above 0 fails the run. Name every promise that was checked. */
  violations: Record<string, number>;
  /** Figures worth reading, e.g. `recovered in 0.8 s (median)`. */
  notes?: string;
}

/** A file `chaos/*.chaos.ts` default-exports one of these. Each runs in a process of its own. */
export interface ChaosCase {
  name: string;
  run(ctx: ChaosContext): Promise<ChaosRow[]>;
}
