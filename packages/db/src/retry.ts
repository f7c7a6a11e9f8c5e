const CONFLICT_CODES = ["40001", "40P01"];
const MOST_TRIES = 5;

interface DriverError {
  cause?: { originalCode?: string };
}

/** A conflict: Prisma's P2034 from a model's query, P2010 around the driver's error from a raw one, or that error alone. */
function isConflict(error: unknown): boolean {
  const { code, meta, cause } = error as { code?: unknown; meta?: { driverAdapterError?: DriverError } } & DriverError;
  const original = meta?.driverAdapterError?.cause?.originalCode ?? cause?.originalCode;
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
