import { createServer } from "node:net";

/** Ports of a workspace or of a queue's checks (WSP-63). */
export const portCount = 10;
const first = 20_000;
const last = 29_990;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Consecutive ports that nothing listens on, the same each time for one name where they are free; null if there are none. */
export async function freePorts(name: string): Promise<number | null> {
  const slots = Math.floor((last - first) / portCount) + 1;
  const wanted = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % slots, 7);
  for (let tried = 0; tried < slots; tried++) {
    const from = first + ((wanted + tried) % slots) * portCount;
    const free = await Promise.all(Array.from({ length: portCount }, (_, n) => isFree(from + n)));
    if (free.every(Boolean)) return from;
  }
  return null;
}
