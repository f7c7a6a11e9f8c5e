const CONFLICT_CODES = ["40001", "40P01"];
const MOST_TRIES = 5;

/** Prisma's error for a conflict: P2034 from a model's query, P2010 with the driver's code from a raw one. */
function isConflict(error: unknown): boolean {
  const { code, meta } = error as {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: string } } };
  };
  const original = meta?.driverAdapterError?.cause?.originalCode;
  return code === "P2034" || (original !== undefined && CONFLICT_CODES.includes(original));
}

/** Runs `attempt` up to five times while PostgreSQL ends it with a deadlock or a serialization failure. */
export async function withRetry<T>(attempt: () => Promise<T>, random: () => number = Math.random): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === MOST_TRIES || !(error instanceof Error) || !isConflict(error)) throw error;
    }
    // Two that collided must not collide again in step.
    await new Promise((wake) => setTimeout(wake, random() * 20 * 2 ** tries));
  }
}
