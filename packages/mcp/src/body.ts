import type { IncomingMessage } from "node:http";

/** Largest request body in bytes (MCP-08). */
export const maxBodyBytes = 8 * 1024 * 1024;

/**
 * The text of a request's body, or null when it is above `maxBytes`. The rest of a body that is too large is thrown away
 * as it comes, so that a client in the middle of sending gets the answer and the connection stays usable.
 */
export async function readBody(req: IncomingMessage, maxBytes = maxBodyBytes): Promise<string | null> {
  const declared = Number(req.headers["content-length"] ?? 0);
  const text = declared > maxBytes ? null : await collect(req, maxBytes);
  if (text === null) req.resume();
  return text;
}

async function collect(req: IncomingMessage, maxBytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
