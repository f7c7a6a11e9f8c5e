import { lostOnTheWay, mcpPath, serveStdio, Unavailable } from "@signalbox/bridge";
import { openPost } from "../socket-post.ts";

interface Ends {
  input: NodeJS.ReadableStream;
  write: (line: string) => void;
}

/**
 * An MCP server on standard input and output that is the relay's: passes each message through the runner's socket, so that
 * the program's configuration holds no token (HST-56).
 */
export function serveMcp(socketPath: string, ends: Ends): Promise<void> {
  return serveStdio({
    ...ends,
    async bring(post, take) {
      const answer = await openPost(socketPath, mcpPath, post).catch((error: Error) => {
        throw new Unavailable({ message: `The session's runner does not answer: ${error.message}`, next: "" });
      });
      const type = answer.headers["content-type"] ?? "";
      if (await take({ status: answer.statusCode ?? 0, type, body: answer })) return;
      throw new Unavailable(lostOnTheWay());
    },
  });
}
