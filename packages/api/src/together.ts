interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * One run at a time: whoever asks while one is under way shares the next, of at most `most` items, in the order in which
 * they came. `run` answers one result for each item; what it throws is thrown to all whom it ran for, and the next goes on.
 */
export function together<Item, Result>(run: (items: Item[]) => Promise<Result[]>, most = 200) {
  const waiting: Waiting<Item, Result>[] = [];
  let running = false;

  async function work(): Promise<void> {
    running = true;
    // Whoever asks in the same turn of the event loop is with the first.
    await Promise.resolve();
    while (waiting.length > 0) {
      const now = waiting.splice(0, most);
      try {
        const results = await run(now.map(({ item }) => item));
        for (const [n, { resolve }] of now.entries()) resolve(results[n] as Result);
      } catch (error) {
        for (const { reject } of now) reject(error);
      }
    }
    running = false;
  }

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void work();
    });
}
