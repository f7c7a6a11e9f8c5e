import type { ServerResponse } from "node:http";
import { statusOf, toProblem } from "@signalbox/api";

export function answerJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
}

/** The same problem that every surface shows. */
export function answerProblem(res: ServerResponse, error: unknown, requestId: string): void {
  const problem = toProblem(error, requestId);
  const retry = problem.retryAfterSeconds;
  if (retry !== undefined) res.setHeader("retry-after", String(retry));
  answerJson(res, statusOf(problem.code), problem);
}
