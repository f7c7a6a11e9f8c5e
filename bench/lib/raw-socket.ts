import { once } from "node:events";
import { WebSocket } from "ws";

interface Answer {
  id: number;
  result?: { type?: "data" | "started" | "stopped"; data?: unknown };
  error?: { json?: { message?: string }; message?: string };
}

/**
 * tRPC's protocol on a WebSocket without the stock client, which holds calls back for a timer's turn: what is measured is
 * the server. Inputs and outputs are as they are on the wire.
 */
export async function rawSocket(relay: string, path: string, token?: string) {
  const address = `${relay.replace("http:", "ws:")}${path}`;
  const socket = new WebSocket(address, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  const waiting = new Map<number, { resolve: (data: unknown) => void; reject: (error: Error) => void }>();
  const streams = new Map<number, (data: unknown) => void>();
  socket.on("message", (text) => {
    const { id, result, error } = JSON.parse(String(text)) as Answer;
    const failure = error && new Error(error.json?.message ?? error.message ?? JSON.stringify(error));
    const stream = streams.get(id);
    if (stream) {
      if (failure) throw failure;
      if (result?.type === "data") stream(result.data);
      return;
    }
    const call = waiting.get(id);
    waiting.delete(id);
    if (failure) call?.reject(failure);
    else call?.resolve(result?.data);
  });
  await once(socket, "open");
  let last = 0;
  const send = (method: string, name: string, input: unknown): number => {
    last += 1;
    socket.send(JSON.stringify({ id: last, method, params: { path: name, input } }));
    return last;
  };
  return {
    call: (method: "query" | "mutation", name: string, input: unknown): Promise<unknown> =>
      new Promise((resolve, reject) => waiting.set(send(method, name, input), { resolve, reject })),
    /** Every item of a subscription, as it comes. */
    stream: (name: string, input: unknown, onData: (data: unknown) => void) =>
      void streams.set(send("subscription", name, input), onData),
    close: () => socket.close(),
  };
}

export type RawSocket = Awaited<ReturnType<typeof rawSocket>>;
