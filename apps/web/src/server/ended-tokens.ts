import type { Caller, Connection, Services } from "@signalbox/api";

/** How often the tokens of all open connections are looked at, in milliseconds: an expiry has no event, and one may be lost. */
const everyMs = 2_000;

/** How far back it looks: a revocation may take half a minute from its time to its commit, and a token that was known counts for five seconds more. */
const overlapMs = 60_000;

/** Ends the connections of a token at its revocation, and within five seconds of its expiry; streams look by themselves (IDN-09). */
export function closeEnded(services: Services, open: ReadonlyMap<Connection, Pick<Caller, "tokenId">>): () => void {
  const failed = (err: unknown) => services.log.error({ err }, "an ended token's connections could not be closed");

  let lookedAt = services.clock.now();

  /** All that ended lately, and not each open connection's token: of these there may be thousands. */
  async function look(): Promise<void> {
    const now = services.clock.now();
    // The clock may have been set back.
    const since = new Date(Math.min(lookedAt.getTime(), now.getTime()) - overlapMs);
    const ended = await services.db.client.token.findMany({
      where: { OR: [{ revokedAt: { gt: since } }, { expiresAt: { gt: since, lte: now } }] },
      select: { id: true, revokedAt: true },
    });
    lookedAt = now;
    const reasons = new Map(ended.map(({ id, revokedAt }) => [id, revokedAt ? "was revoked" : "has expired"]));
    for (const [connection, { tokenId }] of open) {
      const reason = reasons.get(tokenId);
      if (reason) connection.close(`this token ${reason}`);
    }
  }

  const inUse = (id: string) => [...open.values()].some(({ tokenId }) => tokenId === id);
  const timer = setInterval(() => void look().catch(failed), everyMs);
  const stop = services.bells.onEvent((event) => {
    if (event.type === "token" && inUse(event.id)) void look().catch(failed);
  });
  return () => {
    clearInterval(timer);
    stop();
  };
}
