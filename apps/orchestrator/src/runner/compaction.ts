import type { Pen } from "./pen.ts";
import type { Turn } from "./turn-rules.ts";
import type { Turns } from "./turns.ts";

interface Needs {
  /** What condenses the conversation when it is typed; undefined: the program cannot. */
  command: string | undefined;
  turns: Turns;
  pen: Pen;
  submit: (text: string) => Promise<unknown>;
  /** For all of it: until the program is free, has condensed, and is free again. */
  withinMs: number;
}

const isFree = ({ started, status }: Turn): boolean => started && status === "idle";

/** Why a conversation was not condensed and read again, or null when it was (SPN-59). */
export async function compact(needs: Needs, reload: string[]): Promise<string | null> {
  const { command, turns, pen, submit, withinMs } = needs;
  if (!command) return "its program has no compaction";
  const until = performance.now() + withinMs;
  const reached = (condition: (turn: Turn) => boolean) => turns.reached(condition, until - performance.now());

  const condense = async (): Promise<string | null> => {
    const { compactions } = turns.now();
    await submit(command);
    if (!(await reached((turn) => turn.compactions > compactions)))
      return `${command} was typed, and the program has not said that it is done`;
    if (!reload.length) return null;
    if (!(await reached(isFree)))
      return `it is done, and ${reload.join(", ")} was not read again: the program stayed ${turns.now().status}`;
    await submit(`Read these again: ${reload.join(", ")}`);
    await turns.begun(until - performance.now());
    return null;
  };

  // Nothing is typed into a turn, and never into a question that waits for a person (MSG-48).
  while (await reached(isFree)) {
    // Whoever had the pen before may have begun a turn.
    const condensed = await pen(async () => (isFree(turns.now()) ? { failure: await condense() } : null));
    if (condensed) return condensed.failure;
  }
  return `the program stayed ${turns.now().status}`;
}
