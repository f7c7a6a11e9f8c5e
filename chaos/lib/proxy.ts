import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Random } from "../random.ts";

export type Side = "host" | "relay";

/**
 * What the line does to bytes. They arrive in order and whole, as TCP makes them: what a network loses is sent again, so
 * here it is late. `cut`: nothing passes in these directions, new connections are not answered, and nobody is told.
 */
export type Line =
  | { kind: "open" }
  | { kind: "cut"; from: readonly Side[] }
  /** Every piece is this late. */
  | { kind: "late"; ms: number }
  /** One piece in five is lost, and sent again after 0.2 to 1 s. */
  | { kind: "lossy" }
  /** One byte a second. */
  | { kind: "trickle" };

export interface Cable {
  url: string;
  /** Changes the line for all connections, also those that are there; what was held goes on its way when it is healed. */
  become(line: Line): void;
  /** Milliseconds from the last `become` until each side had given up every WebSocket that was there; null while it has not. */
  noticedMs(): Record<Side, number | null>;
  close(): void;
}

interface Way {
  from: Side;
  source: Socket;
  target: Socket;
  held: Buffer[];
  ended: boolean;
  /** Shared by both ways of a connection: a WebSocket, and not an ordinary call. */
  kind: { lasting: boolean };
  pumping: boolean;
}

/** A line between hosts and a relay on loopback that can be cut without either end being told. */
export async function openProxy(port: number, random: Random): Promise<Cable> {
  let line: Line = { kind: "open" };
  let since = performance.now();
  let noticed: Record<Side, number | null> = { host: null, relay: null };
  const ways = new Set<Way>();
  let watched: Way[] = [];

  const isCut = ({ from }: Way) => line.kind === "cut" && line.from.includes(from);
  const lateMs = () => {
    if (line.kind === "late") return line.ms;
    if (line.kind === "lossy") return random.between(0, 1) < 0.2 ? random.between(200, 1_000) : 0;
    return line.kind === "trickle" ? 1_000 : 0;
  };

  async function pump(way: Way): Promise<void> {
    if (way.pumping) return;
    way.pumping = true;
    while (way.held.length && !isCut(way)) {
      const piece = way.held[0] as Buffer;
      const ms = lateMs();
      // Pieces that are late by the same time travel together.
      if (line.kind === "late") await pass(way, way.held.splice(0), ms);
      else if (line.kind === "trickle") {
        way.held[0] = piece.subarray(1);
        if (piece.length <= 1) way.held.shift();
        await pass(way, [piece.subarray(0, 1)], ms);
      } else await pass(way, [way.held.shift() as Buffer], ms);
    }
    way.pumping = false;
    if (way.ended && !way.held.length && !isCut(way)) {
      way.target.end();
      ways.delete(way);
    }
  }

  async function pass({ target }: Way, pieces: Buffer[], ms: number): Promise<void> {
    if (ms) await new Promise((resolve) => setTimeout(resolve, ms));
    for (const piece of pieces) if (!target.destroyed) target.write(piece);
  }

  function wire(from: Side, source: Socket, target: Socket, kind: Way["kind"]): void {
    const way: Way = { from, source, target, held: [], ended: false, pumping: false, kind };
    ways.add(way);
    source.on("data", (piece: Buffer) => {
      way.held.push(piece);
      kind.lasting ||= from === "host" && /^upgrade: websocket/im.test(piece.toString("latin1"));
      void pump(way);
    });
    source.on("error", () => source.destroy());
    source.on("close", () => {
      way.ended = true;
      watched = watched.filter((one) => one !== way);
      if (!watched.some((one) => one.from === from)) noticed[from] ??= performance.now() - since;
      void pump(way);
    });
  }

  const server = createServer((host) => {
    const relay = connect(port, "127.0.0.1");
    host.setNoDelay(true);
    relay.setNoDelay(true);
    const kind = { lasting: false };
    wire("host", host, relay, kind);
    wire("relay", relay, host, kind);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    become(next) {
      line = next;
      since = performance.now();
      noticed = { host: null, relay: null };
      watched = [...ways].filter(({ kind, ended }) => kind.lasting && !ended);
      for (const way of ways) void pump(way);
    },
    noticedMs: () => ({ ...noticed }),
    close() {
      server.close();
      for (const { source } of ways) source.destroy();
    },
  };
}
