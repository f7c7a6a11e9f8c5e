import type { Turns } from "./turns.ts";

interface Needs {
  /** What condenses the conversation when it is typed; undefined: the program cannot. */
  command: string | undefined;
  turns: Turns;
  submit: (text: string) => Promise<void>;
  /** For all of it: until the program is free, has condensed, and is free again. */
  withinMs: number;
}

/** Why a conversation was not condensed and read again, or null when it was (SPN-59). */
export async function compact({ command, turns, submit, withinMs }: Needs, reload: string[]): Promise<string | null> {
  if (!command) return "its program has no compaction";
  const until = performance.now() + withinMs;
  const reached = (condition: Parameters<Turns["reached"]>[0]) => turns.reached(condition, until - performance.now());
  // Nothing is typed into a turn, and never into a question that waits for a person (MSG-48).
  const free = () => reached((turn) => turn.started && turn.status === "idle");
  if (!(await free())) return `the program stayed ${turns.now().status}`;
  const { compactions } = turns.now();
  await submit(command);
  if (!(await reached((turn) => turn.compactions > compactions)))
    return `${command} was typed, and the program has not said that it is done`;
  if (!reload.length) return null;
  if (!(await free()))
    return `it is done, and ${reload.join(", ")} was not read again: the program stayed ${turns.now().status}`;
  await submit(`Read these again: ${reload.join(", ")}`);
  return null;
}
