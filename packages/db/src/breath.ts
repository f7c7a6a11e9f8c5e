const LONGEST_MS = 5;

/**
 * SQLite answers synchronously, so a loop that awaits one query after the other never lets timers and sockets in.
 * Awaiting the function this makes before each query does, whenever 5 ms have passed without a pause.
 */
export function createBreath(now: () => number = () => performance.now()): () => Promise<void> {
  let turnBegan: number | undefined;
  return async () => {
    if (turnBegan !== undefined && now() - turnBegan < LONGEST_MS) return;
    if (turnBegan !== undefined) await new Promise((next) => setImmediate(next));
    if (turnBegan !== undefined) return;
    turnBegan = now();
    setImmediate(() => {
      turnBegan = undefined;
    });
  };
}
