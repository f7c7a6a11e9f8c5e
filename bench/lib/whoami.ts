import { Agent, request } from "node:http";

const path = `/api/trpc/auth.whoami?input=${encodeURIComponent('{"json":{}}')}`;

/** A client of `auth.whoami` over HTTP that keeps its connections, without a library between measurement and socket. */
export function whoamiClient(url: string) {
  const agent = new Agent({ keepAlive: true });
  /** One call with that token; answers the text, and throws on any status but 200. */
  const call = (token: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` };
      const out = request(`${url}${path}`, { agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(parts).toString();
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`auth.whoami at ${url}: ${answer.statusCode} ${text}`));
        });
      });
      out.on("error", reject);
      out.end();
    });
  return { call, close: () => agent.destroy() };
}
