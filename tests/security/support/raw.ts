import { connect } from "node:net";
import { WebSocket } from "ws";

/** What came back on a connection that the test writes by itself: the first status, or how it ended. */
export interface RawAnswer {
  status: number;
  text: string;
}

/** Sends text as it is; fetch would choose and forbid headers. The connection ends with the answer, or after 5 s. */
export function raw(port: number, lines: string[], body = ""): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`));
    let text = "";
    const end = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    };
    socket.setTimeout(5_000, end);
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", end);
    socket.on("close", end);
  });
}

/** Opens the line, asks for something and cuts it hard at once. */
export function cutOff(port: number, lines: string[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n`, () => socket.resetAndDestroy());
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
  });
}

/** How a WebSocket came out: the status of a refused handshake, else `open`, and what was said on it before it closed. */
export interface SocketAnswer {
  status: number | "open";
  messages: string[];
  closed: string;
}

interface Talk {
  headers?: Record<string, string>;
  path?: string;
  /** Sent one after another once it is open. */
  say?: (string | Buffer)[];
  /** Ends the talk; by default the first message does, or the close. */
  until?: (messages: string[]) => boolean;
}

/** Talks over a WebSocket until it is closed, `until` holds, or 5 s have passed. */
export function overSocket(
  url: string,
  { headers = {}, path = "/api/trpc", say = [], until = (all) => all.length > 0 }: Talk,
) {
  return new Promise<SocketAnswer>((resolve) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}${path}`, { headers });
    const answer: SocketAnswer = { status: "open", messages: [], closed: "" };
    const end = () => {
      clearTimeout(timer);
      socket.terminate();
      resolve(answer);
    };
    const timer = setTimeout(end, 5_000);
    socket.on("open", () => {
      for (const one of say) socket.send(one);
      if (say.length === 0 && headers.authorization === undefined) end();
    });
    socket.on("message", (data) => {
      answer.messages.push(String(data));
      if (until(answer.messages)) end();
    });
    socket.on("unexpected-response", (_req, res) => {
      answer.status = res.statusCode ?? 0;
      end();
    });
    socket.on("close", (code, reason) => {
      answer.closed = `${code} ${reason}`;
      end();
    });
    socket.on("error", () => undefined);
  });
}

/** A call as a client writes it on the WebSocket. */
export const message = (path: string, input: unknown, method = "query"): string =>
  JSON.stringify({ id: 1, method, params: { path, input: { json: input } } });
