/** How many rounds a fault is played: `CHAOS_ROUNDS` where it is set, else few in a quick run. */
export function roundsOf(quick: boolean, { quick: few, full }: { quick: number; full: number }): number {
  const asked = Number(process.env.CHAOS_ROUNDS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return quick ? few : full;
}
