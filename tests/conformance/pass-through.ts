import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** Passes requests on to a relay with a token that the program in front of it cannot send. */
export interface PassThrough {
  /** Its own address: the relay behind it has this as its public address, so that Host and Origin are judged unchanged. */
  url: string;
  /** Sends everything from now on to this port of this machine, with this token. */
  to(port: number, token: string): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Listens on a free port of the loopback interface. */
export async function passThrough(): Promise<PassThrough> {
  let target = { port: 0, token: "" };
  const server = createServer((incoming, answer) => {
    const { method, url, headers } = incoming;
    const authorization = headers.authorization ?? `Bearer ${target.token}`;
    const out = request({
      host: "127.0.0.1",
      port: target.port,
      method,
      path: url,
      headers: { ...headers, authorization },
      agent: false,
    });
    out.on("response", (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
      got.on("error", () => answer.destroy());
    });
    out.on("error", () => answer.destroy());
    answer.on("close", () => out.destroy());
    incoming.pipe(out);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to(port, token) {
      target = { port, token };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
