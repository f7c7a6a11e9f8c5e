import type { ProviderAdapter } from "../providers/adapter.ts";
import type { Turns } from "./turns.ts";

interface Needs {
  adapter: Pick<ProviderAdapter, "provider" | "compaction">;
  turns: Turns;
  submit: (text: string) => Promise<void>;
  /** How long the program may take to become free, and again to condense. */
  patienceMs: number;
}

/** Why a conversation was not condensed, or null when it was (SPN-59). */
export async function compact({ adapter, turns, submit, patienceMs }: Needs, reload: string[]): Promise<string | null> {
  if (!adapter.compaction) return `${adapter.provider} has no compaction`;
  // Nothing is typed into a turn, and never into a question that waits for a person (MSG-48).
  const free = (turn: ReturnType<Turns["now"]>) => turn.started && turn.status === "idle";
  if (!(await turns.reached(free, patienceMs))) return `the program stayed ${turns.now().status}`;
  const { compactions } = turns.now();
  await submit(adapter.compaction);
  if (!(await turns.reached((turn) => turn.compactions > compactions, patienceMs)))
    return `${adapter.compaction} was typed, and the program has not said that it is done`;
  if (reload.length) {
    await turns.reached(free, patienceMs);
    await submit(`Read these again: ${reload.join(", ")}`);
  }
  return null;
}
