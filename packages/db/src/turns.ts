/** Runs tasks one after the other, in the order they came. */
export interface Turns {
  /** Runs `task` when its turn has come; its outcome is the caller's alone. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when every task that has been given is done. */
  idle(): Promise<void>;
}

/** Makes an empty queue. */
export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const turn = last.then(task);
      last = turn.catch(() => undefined);
      return turn;
    },
    idle: async () => void (await last),
  };
}
