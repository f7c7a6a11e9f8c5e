import type { IncomingMessage } from "node:http";

/** Largest request body in bytes (MCP-08). */
export const maxBodyBytes = 8 * 1024 * 1024;

/**
 * The text of a request's body, or null when it is above `maxBytes`. What is not read here is thrown away by the HTTP
 * server after the answer, so that a client in the middle of sending still gets that answer.
 */
export async function readBody(req: IncomingMessage, maxBytes = maxBodyBytes): Promise<string | null> {
  if (Number(req.headers["content-length"] ?? 0) > maxBytes) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
