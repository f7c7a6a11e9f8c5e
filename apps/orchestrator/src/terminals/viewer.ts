import type { TerminalChunk } from "@signalbox/api/contracts";
import type { Snapshot } from "./snapshot.ts";

/** What a viewer is sent, before it is encoded. */
type Item = { type: "output"; data: Buffer } | Exclude<TerminalChunk, { type: "output" }>;

/** How a session ended (HST-47). */
export type SessionExit = Omit<Extract<TerminalChunk, { type: "exit" }>, "type">;

/** One person's view of a terminal. */
export interface Viewer {
  output(data: Buffer): void;
  resized(size: { cols: number; rows: number }): void;
  /** The screen as it is at this point of the stream; what was waiting before it is obsolete. */
  restart(snapshot: Snapshot): void;
  /** The session ended; nothing follows. */
  exited(exit: SessionExit): void;
  /** Sends nothing any more. */
  close(): void;
}

interface Options {
  /** Sends one chunk; answers whether anybody still looks. One at a time. */
  send: (chunk: TerminalChunk, done: boolean) => Promise<boolean>;
  /** The viewer fell too far behind: it wants a `restart` in place of what it missed (HST-43). */
  resync: () => void;
  /** Nobody looks any more, or the exit has been said. */
  onClose: () => void;
}

const mostWaiting = 1024 * 1024;
const largestChunk = 256 * 1024;

const encode = (item: Item): TerminalChunk =>
  item.type === "output" ? { type: "output", data: item.data.toString("base64") } : item;

/**
 * Sends what comes in order, one answer in flight: what comes meanwhile is joined, so a key's echo waits for nothing and a
 * flood comes in large pieces. Waiting bytes are bounded (HST-43).
 */
export function createViewer({ send, resync, onClose }: Options): Viewer {
  let queue: Item[] = [];
  let waiting = 0;
  let sending = false;
  let turn: NodeJS.Immediate | undefined;
  let state: "starting" | "showing" | "behind" | "closed" = "starting";

  function close(): void {
    if (state === "closed") return;
    state = "closed";
    clearImmediate(turn);
    queue = [];
    onClose();
  }

  function add(item: Item, bytes: number): void {
    queue.push(item);
    waiting += bytes;
    if (waiting > mostWaiting) {
      queue = [];
      waiting = 0;
      state = "behind";
    }
    wake();
  }

  function wake(): void {
    if (sending || turn || state === "closed") return;
    turn = setImmediate(() => {
      turn = undefined;
      void pump();
    });
  }

  function next(): Item | undefined {
    const first = queue.shift();
    if (first?.type !== "output") return first;
    const parts = [first.data];
    let size = first.data.length;
    while (queue[0]?.type === "output" && size + queue[0].data.length <= largestChunk) {
      const { data } = queue.shift() as { data: Buffer };
      parts.push(data);
      size += data.length;
    }
    waiting -= size;
    return { type: "output", data: Buffer.concat(parts) };
  }

  async function pump(): Promise<void> {
    const item = next();
    if (item) {
      sending = true;
      const done = item.type === "exit";
      const wanted = await send(encode(item), done);
      sending = false;
      if (!wanted || done) return close();
    } else if (state === "behind") {
      state = "starting";
      resync();
    }
    if (queue.length || state === "behind") wake();
  }

  let restarts = 0;
  return {
    output(data) {
      if (state === "showing") add({ type: "output", data }, data.length);
    },
    resized(size) {
      if (state === "showing") add({ type: "resize", ...size }, 0);
    },
    restart({ cols, rows, data }) {
      if (state === "closed") return;
      state = "showing";
      add({ type: "snapshot", cols, rows, data: data.toString("base64"), resync: restarts++ > 0 }, 0);
    },
    exited(exit) {
      if (state === "closed") return;
      state = "showing";
      add({ type: "exit", ...exit }, 0);
    },
    close,
  };
}
