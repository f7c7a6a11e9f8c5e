import { type IncomingMessage, request } from "node:http";

interface Post {
  body: string;
  headers?: Record<string, string>;
  /** Rejects when there is no answer by then, in milliseconds. */
  withinMs?: number;
  /** Aborted when nobody wants the answer any more. */
  signal?: AbortSignal;
}

/** Posts JSON to a program that listens on a local socket; the answer, whose body may still be on its way. */
export function openPost(socketPath: string, path: string, post: Post): Promise<IncomingMessage> {
  const { body, withinMs } = post;
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...post.headers };
  const signals = [post.signal ?? [], withinMs === undefined ? [] : AbortSignal.timeout(withinMs)].flat();
  const signal = signals.length > 0 ? AbortSignal.any(signals) : undefined;
  return new Promise((resolve, reject) => {
    const out = request({ socketPath, path, method: "POST", headers, signal }, resolve);
    out.on("error", reject);
    out.end(body);
  });
}

/** The same, with the answer's whole text. */
export async function postTo(
  socketPath: string,
  path: string,
  post: Post,
): Promise<{ status: number; type: string; text: string }> {
  const answer = await openPost(socketPath, path, post);
  const text = Buffer.concat(await answer.toArray()).toString("utf8");
  return { status: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "", text };
}
