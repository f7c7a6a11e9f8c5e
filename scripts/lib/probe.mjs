/** Where this environment's relay listens, as a client on this machine reaches it; undefined when PORT is not a port. */
export function relayAddress(env = process.env) {
  const port = Number(env.PORT || 4600);
  if (!Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  const host = env.HOST || "127.0.0.1";
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** What answers at an address within a second: `free` (nothing), `signalbox` (a relay) or `other`. */
export async function whoAnswers(address) {
  try {
    const response = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(1000) });
    return /signalbox/i.test(await response.text()) ? "signalbox" : "other";
  } catch (error) {
    return error.cause?.code === "ECONNREFUSED" || error.cause?.code === "ENOTFOUND" ? "free" : "other";
  }
}
