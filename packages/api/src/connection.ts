/** One open WebSocket, as services see it. */
export interface Connection {
  id: string;
  /** Address of the other end, as the socket has it. */
  address: string;
  /** Bytes not yet taken by the network. */
  buffered(): number;
  /** Ends it with Unauthenticated or Conflict, saying why. */
  close(reason: string): void;
  onClose(run: () => void): void;
}

const limit = 1024 * 1024;

/** Waits until less than 1 MiB is buffered: a stream yields only while its socket drains. */
export async function drained(connection: Connection | null, signal: AbortSignal | undefined): Promise<void> {
  while (connection && connection.buffered() > limit && !signal?.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
