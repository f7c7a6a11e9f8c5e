import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../errors.ts";

/** Failed authentications that one address may make in a minute (IDN-55). */
const failuresPerMinute = 10;
const minute = 60;

/** What bounds how often somebody may try or call; counted per relay instance. */
export interface Limits {
  /** Counts a failed authentication; throws QuotaReached from the eleventh in a minute on (IDN-55). */
  failed(address: string): Promise<void>;
  /** Counts a call of an integration token; throws QuotaReached above the setting (IDN-38). */
  integration(tokenId: string, perMinute: number): Promise<void>;
}

async function take(limiter: RateLimiterMemory, key: string, message: (seconds: number) => string): Promise<void> {
  await limiter.consume(key).catch((full: unknown) => {
    if (!(full instanceof RateLimiterRes)) throw full;
    const retryAfterSeconds = Math.max(1, Math.ceil(full.msBeforeNext / 1000));
    const next = `Wait ${retryAfterSeconds} s, then call again.`;
    throw new AppError("QuotaReached", message(retryAfterSeconds), { retryAfterSeconds, next });
  });
}

export function createLimits(): Limits {
  const failures = new RateLimiterMemory({ points: failuresPerMinute, duration: minute });
  const integrations = new Map<number, RateLimiterMemory>();
  return {
    failed: (address) =>
      take(failures, address, (seconds) => `Too many failed attempts from ${address}; try again in ${seconds} s`),
    integration(tokenId, perMinute) {
      const limiter = integrations.get(perMinute) ?? new RateLimiterMemory({ points: perMinute, duration: minute });
      integrations.set(perMinute, limiter);
      return take(
        limiter,
        tokenId,
        (seconds) => `This token may make ${perMinute} calls a minute; go on in ${seconds} s`,
      );
    },
  };
}
