/** What a benchmark is given. */
export interface BenchContext {
  /** The repository's root. */
  root: string;
  /** An empty directory of this case's own, removed when it ends. */
  tmp: string;
  /** A short run that shows the case works; its figures mean little. */
  quick: boolean;
  /** Progress for the person at the terminal. */
  log(line: string): void;
}

/** One figure. */
export interface BenchRow {
  /** What was measured, e.g. `messages.send p50`. */
  name: string;
  value: number;
  /** e.g. `ms`, `/s`, `MB`. */
  unit: string;
  /** The same work with nothing of ours in it, measured in the same run: what no implementation could beat. */
  floor?: { name: string; value: number };
  /** How much better or worse than the floor, as the case defines it: 1 is as good as the floor, greater is worse. */
  ratio?: number;
}

/** A file `bench/*.bench.ts` default-exports one of these. Each runs in a process of its own. */
export interface BenchCase {
  name: string;
  run(ctx: BenchContext): Promise<BenchRow[]>;
}
