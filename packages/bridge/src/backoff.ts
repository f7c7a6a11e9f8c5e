const firstMs = 500;
const mostMs = 10_000;

/** Pause before attempt `n` (0, 1, …): from 0.5 s half as much again each time, up to 10 s, of which half is chance (HST-21). */
export function pauseMs(attempt: number, random: () => number): number {
  const full = Math.min(mostMs, firstMs * 1.5 ** Math.min(attempt, 20));
  return Math.max(firstMs, full * (0.5 + random() / 2));
}
