import { Agent, request } from "node:http";

/** A client that keeps its connections open. */
export interface JsonRpcClient {
  /** Makes one call and answers the text of its answer; throws on any status but 200. */
  call(method: string, params: object): Promise<string>;
  close(): void;
}

const accept = "application/json, text/event-stream";

/** A client of one JSON-RPC endpoint over HTTP, without a library between the measurement and the socket. */
export function jsonRpcClient(url: string, headers: Record<string, string> = {}): JsonRpcClient {
  const agent = new Agent({ keepAlive: true });
  let id = 0;
  return {
    close: () => agent.destroy(),
    call(method, params) {
      id += 1;
      const body = JSON.stringify({ jsonrpc: "2.0", id, method, params });
      const length = Buffer.byteLength(body);
      const all = { accept, "content-type": "application/json", "content-length": length, ...headers };
      return new Promise((resolve, reject) => {
        const out = request(url, { method: "POST", agent, headers: all }, (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () => {
            const text = Buffer.concat(parts).toString();
            if (answer.statusCode === 200) resolve(text);
            else reject(new Error(`${method} at ${url}: ${answer.statusCode} ${text}`));
          });
        });
        out.on("error", reject);
        out.end(body);
      });
    },
  };
}
