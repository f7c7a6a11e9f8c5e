import type { Caller, Connection, Services } from "@signalbox/api";

/** How often the tokens of all open connections are looked at, in milliseconds: an expiry has no event, and one may be lost. */
const everyMs = 2_000;

/** Ends the connections of a token at its revocation, and within five seconds of its expiry; streams look by themselves (IDN-09). */
export function closeEnded(services: Services, open: ReadonlyMap<Connection, Pick<Caller, "tokenId">>): () => void {
  const failed = (err: unknown) => services.log.error({ err }, "an ended token's connections could not be closed");

  async function look(tokenIds: string[]): Promise<void> {
    if (!tokenIds.length) return;
    const ended = await services.db.client.token.findMany({
      where: {
        id: { in: tokenIds },
        OR: [{ revokedAt: { not: null } }, { expiresAt: { lte: services.clock.now() } }],
      },
      select: { id: true, revokedAt: true },
    });
    const reasons = new Map(ended.map(({ id, revokedAt }) => [id, revokedAt ? "was revoked" : "has expired"]));
    for (const [connection, { tokenId }] of open) {
      const reason = reasons.get(tokenId);
      if (reason) connection.close(`this token ${reason}`);
    }
  }

  const inUse = () => [...new Set([...open.values()].map(({ tokenId }) => tokenId))];
  const timer = setInterval(() => void look(inUse()).catch(failed), everyMs);
  const stop = services.bells.onEvent((event) => {
    if (event.type === "token" && inUse().includes(event.id)) void look([event.id]).catch(failed);
  });
  return () => {
    clearInterval(timer);
    stop();
  };
}
