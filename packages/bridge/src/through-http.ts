import type { Answer, Target } from "./forward.ts";
import { callPatiently } from "./patient.ts";
import { type Brought, type Post, Unavailable } from "./stdio.ts";

interface Options extends Target {
  /** How long a request waits for a relay that is away, in milliseconds; a minute by default (MCP-47). */
  patienceMs?: number;
  /** Told when the relay goes away under a request, and when it serves one again. */
  log?: (line: string) => void;
}

async function* whole(body: Buffer) {
  yield body;
}

const brought = ({ status, headers, body }: Answer): Brought => ({
  status,
  type: headers["content-type"] ?? "",
  body: Buffer.isBuffer(body) ? whole(body) : body,
});

/** Brings the messages of a client to the relay over HTTP, with a token. */
export function throughHttp({ relay, token, patienceMs = 60_000, log = () => {} }: Options) {
  let away = false;
  const saw = (now: boolean) => {
    if (now !== away) log(now ? `${relay.origin} cannot be reached; trying again` : `${relay.origin} answers again`);
    away = now;
  };
  return async ({ body, headers, signal }: Post, take: (answer: Brought) => Promise<boolean>): Promise<void> => {
    const call = { headers, body: Buffer.from(body) };
    const give = (answer: Answer) => {
      saw(false);
      return take(brought(answer));
    };
    const end = await callPatiently(call, { relay, token }, { patienceMs, signal, give, onPause: () => saw(true) });
    if (typeof end === "object") throw new Unavailable(end);
  };
}
