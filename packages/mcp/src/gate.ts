import { AppError } from "@signalbox/api";

/** What of a request decides whether it may come in at all. */
export interface Arrival {
  host: string | undefined;
  origin: string | undefined;
  /** Port that the connection came in on. */
  localPort: number | undefined;
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

const parse = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

const portOf = (url: URL): number => Number(url.port || (url.protocol === "https:" ? 443 : 80));

/** Whether a Host header names the relay: its public host, or a loopback name with the listening port (MCP-13). */
export function knownHost(host: string, localPort: number | undefined, publicUrl: string): boolean {
  const known = new URL(publicUrl);
  const asked = parse(`${known.protocol}//${host}`);
  if (!asked || asked.href !== `${asked.origin}/`) return false;
  if (asked.host === known.host) return true;
  const direct = new URL(`http://${host}`);
  return loopback.has(direct.hostname) && portOf(direct) === localPort;
}

/** Whether an Origin is the console's own; loopback names are one another's equal on a relay that lives on loopback (MCP-14). */
export function knownOrigin(origin: string, publicUrl: string): boolean {
  const known = new URL(publicUrl);
  const asked = parse(origin);
  if (!asked) return false;
  if (asked.origin === known.origin) return true;
  const bothLoopback = loopback.has(asked.hostname) && loopback.has(known.hostname);
  return bothLoopback && asked.protocol === known.protocol && portOf(asked) === portOf(known);
}

type HostRule = (host: string, localPort: number | undefined) => boolean;

/** Why a request is turned away before anyone asks who it is from, or null. */
export function turnedAway(arrival: Arrival, publicUrl: string, hostAllowed: HostRule): AppError | null {
  const { host = "", origin, localPort } = arrival;
  if (!hostAllowed(host, localPort)) {
    return new AppError("Forbidden", `The host ${host || "(none)"} is not this relay's`, {
      next: `Use ${new URL(publicUrl).host}, or set SIGNALBOX_PUBLIC_URL to the address that clients use.`,
    });
  }
  if (origin !== undefined && !knownOrigin(origin, publicUrl)) {
    return new AppError("Forbidden", `Pages of ${origin} may not call this relay`, {
      next: `Call without an Origin header, or from ${new URL(publicUrl).origin}.`,
    });
  }
  return null;
}
