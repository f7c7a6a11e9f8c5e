/** Remembers when each key was first seen, and lets one wait for it, whichever comes first. */
export interface Arrivals {
  arrived(key: string): void;
  /** `performance.now()` of the first time; throws, naming the key, when it does not come within 30 s. */
  of(key: string): Promise<number>;
}

const withinMs = 30_000;

export function arrivals(): Arrivals {
  const seen = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  return {
    arrived(key) {
      if (seen.has(key)) return;
      const at = performance.now();
      seen.set(key, at);
      waiting.get(key)?.(at);
    },
    of: (key) =>
      new Promise((resolve, reject) => {
        const at = seen.get(key);
        if (at !== undefined) return resolve(at);
        const late = setTimeout(() => reject(new Error(`waited ${withinMs} ms for ${key}`)), withinMs);
        waiting.set(key, (at) => {
          clearTimeout(late);
          resolve(at);
        });
      }),
  };
}
