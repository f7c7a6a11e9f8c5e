import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connection, Context, Credential, Services } from "@signalbox/api";
import { knownOrigin } from "@signalbox/mcp";
import { parseCookie, stringifySetCookie } from "cookie";

const cookieName = "signalbox_session";

function bearerOf(header: string | undefined): Credential | null {
  if (header === undefined) return null;
  const text = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  return { type: "bearer", text: text ?? "" };
}

function sessionOf(cookies: string | undefined): Credential | null {
  const secret = cookies ? parseCookie(cookies)[cookieName] : undefined;
  return secret ? { type: "session", secret } : null;
}

interface Arrival {
  headers: IncomingMessage["headers"];
  address: string;
  transport: Context["transport"];
  connection?: Connection;
  /** `connectionParams.token` of a WebSocket. */
  paramToken?: string;
  setSession?: Context["setSession"];
  /** The console's cookie counts here (not on MCP and REST). */
  cookies: boolean;
}

/** The first credential present decides alone: header, then connection parameter, then cookie (IDN-02). */
function credentialOf({ headers, paramToken, cookies }: Arrival): Credential | null {
  const param: Credential | null = paramToken === undefined ? null : { type: "bearer", text: paramToken };
  return bearerOf(headers.authorization) ?? param ?? (cookies ? sessionOf(headers.cookie) : null);
}

/** One call's context from what its request brought. */
function contextFor(services: Services, arrival: Arrival): Context {
  const { headers, address, transport, connection = null, setSession = null } = arrival;
  const { origin } = headers;
  return {
    ...services,
    requestId: services.newId("req"),
    transport,
    credential: credentialOf(arrival),
    sameOrigin: origin !== undefined && knownOrigin(origin, services.publicUrl),
    address,
    connection,
    repeated: headers["x-signalbox-repeated"] === "1",
    setSession,
  };
}

/**
 * Where a request comes from: `X-Forwarded-For` counts only as far as trusted proxies wrote it, from its end (IDN-55).
 */
export function addressOf({ settings }: Services, req: IncomingMessage): string {
  const trusted = settings.trustedProxies;
  const forwarded = [req.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const path = [...forwarded.map((hop) => hop.trim()).filter(Boolean), req.socket.remoteAddress ?? "unknown"];
  return path.findLast((hop) => !trusted.includes(hop)) ?? (path[0] as string);
}

/** A request over tRPC's HTTP: may set the session cookie (IDN-52). */
export function httpContext(services: Services, req: IncomingMessage, res: ServerResponse): Context {
  const secure = services.publicUrl.startsWith("https:");
  const setSession = (secret: string | null) => {
    const kept = secret === null ? { value: "", maxAge: 0 } : { value: secret };
    const cookie = stringifySetCookie({
      name: cookieName,
      ...kept,
      httpOnly: true,
      sameSite: "strict",
      path: "/",
      secure,
    });
    res.setHeader("set-cookie", cookie);
  };
  return contextFor(services, {
    headers: req.headers,
    address: addressOf(services, req),
    transport: "http",
    setSession,
    cookies: true,
  });
}

/** A request over REST or MCP: the header alone counts (MCP-12). */
export function headerContext(services: Services, req: IncomingMessage, transport: "mcp" | "rest"): Context {
  return contextFor(services, { headers: req.headers, address: addressOf(services, req), transport, cookies: false });
}

/** A page that is rendered here, with the rights of its visitor's cookie; it reads and never changes. */
export function pageContext(services: Services, cookie: string | null): Context {
  const headers = cookie ? { cookie } : {};
  return contextFor(services, { headers, address: "console", transport: "internal", cookies: true });
}

/** Everything that comes over one WebSocket; made once per connection. */
export function socketContext(
  services: Services,
  req: IncomingMessage,
  connection: Connection,
  paramToken: string | undefined,
): Context {
  return contextFor(services, {
    headers: req.headers,
    address: connection.address,
    transport: "ws",
    connection,
    paramToken,
    cookies: true,
  });
}
