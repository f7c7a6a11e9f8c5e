import type { ServerResponse } from "node:http";
import { statusOf, toProblem } from "@signalbox/api";

export function answerJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
}

/** The bytes of a download and what they are. */
export interface File {
  artifact: { name: string; contentType: string };
  base64: string;
}

/** A file's name for a header: in ASCII for old programs, and whole (RFC 6266). */
function disposition(name: string): string {
  const plain = name.replace(/[^\w .()+-]/g, "_");
  const whole = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}

/** Something that somebody uploaded: always to be saved, never to be shown or run as part of this origin (MCP-57). */
export function answerFile(res: ServerResponse, { artifact, base64 }: File): void {
  const bytes = Buffer.from(base64, "base64");
  const headers = {
    "content-type": artifact.contentType,
    "content-length": bytes.length,
    "content-disposition": disposition(artifact.name),
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "private, no-store",
  };
  res.writeHead(200, headers).end(bytes);
}

/** The same problem that every surface shows. */
export function answerProblem(res: ServerResponse, error: unknown, requestId: string): void {
  const problem = toProblem(error, requestId);
  const retry = problem.retryAfterSeconds;
  if (retry !== undefined) res.setHeader("retry-after", String(retry));
  answerJson(res, statusOf(problem.code), problem);
}
