import { WebSocket } from "ws";
import type { Connection } from "../../apps/orchestrator/src/link/connection.ts";

/** One viewer of a terminal. */
export interface Screen {
  type(text: string): void;
  /** Milliseconds (`performance.now()`) at which this text had come since the last `forget`; late after 60 s. */
  shows(text: string): Promise<number>;
  /** Bytes that came since the last `forget`, without snapshots, and how often a snapshot came in their place. */
  taken(): { bytes: number; resyncs: number };
  forget(): void;
  close(): void;
}

const withinMs = 60_000;

/** Collects what comes and looks for texts in it; only the end of what came is kept. */
function collector() {
  let tail = "";
  let bytes = 0;
  let resyncs = 0;
  let waiting: { text: string; found: (at: number) => void } | null = null;
  const look = () => {
    if (!waiting || !tail.includes(waiting.text)) return;
    waiting.found(performance.now());
    waiting = null;
  };
  return {
    take(data: Buffer, fresh: boolean) {
      if (fresh) bytes += data.length;
      tail = (tail + data.toString("latin1")).slice(-64 * 1024);
      look();
    },
    resynced() {
      resyncs += 1;
    },
    shows: (text: string) =>
      new Promise<number>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`${text} was not shown; at the end: ${tail.slice(-200)}`)),
          withinMs,
        );
        waiting = {
          text,
          found(at) {
            clearTimeout(late);
            resolve(at);
          },
        };
        look();
      }),
    taken: () => ({ bytes, resyncs }),
    forget() {
      tail = "";
      [bytes, resyncs] = [0, 0];
    },
  };
}

/** A viewer of an agent's terminal, through the relay. */
export async function openScreen(connection: Connection, agentId: string): Promise<Screen> {
  const { take, resynced, ...seen } = collector();
  await new Promise<void>((resolve, reject) => {
    connection.relay.terminals.attach.subscribe(
      { agentId },
      {
        onData(item) {
          if (item.type === "output") take(Buffer.from(item.data, "base64"), true);
          if (item.type !== "snapshot") return;
          if (item.resync) resynced();
          take(Buffer.from(item.data, "base64"), false);
          resolve();
        },
        onError: reject,
      },
    );
  });
  return {
    ...seen,
    type: (data) => void connection.relay.terminals.input.mutate({ agentId, data }),
    close: () => connection.drop(),
  };
}

/** A viewer of the bare terminal. */
export async function openBareScreen(url: string): Promise<Screen> {
  const { take, resynced: _, ...seen } = collector();
  const socket = new WebSocket(url.replace("http:", "ws:"));
  socket.on("message", (data) => take(data as Buffer, true));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return { ...seen, type: (text) => socket.send(text), close: () => socket.terminate() };
}
