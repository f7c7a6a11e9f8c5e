/** A command that waits or runs, as the order of commands sees it. */
export interface Turn {
  id: string;
  seq: number;
  keys: string[];
}

const overlap = (a: Turn, b: Turn): boolean => a.keys.some((key) => b.keys.includes(key));

/**
 * Which of the waiting commands start now, in order (HST-28): one waits for every earlier and every running one that it
 * shares a key with, and for nothing else.
 */
export function startable(waiting: Turn[], running: Turn[]): Turn[] {
  const before = [...running];
  const start: Turn[] = [];
  for (const turn of [...waiting].sort((a, b) => a.seq - b.seq)) {
    if (!before.some((other) => overlap(turn, other))) start.push(turn);
    before.push(turn);
  }
  return start;
}
