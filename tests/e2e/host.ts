import type { AppRouter } from "@signalbox/api";
import type { RegisterHost } from "@signalbox/api/contracts";
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import superjson from "superjson";
import WebSocket from "ws";
import { clientOf } from "../support/client.ts";
import type { Signalbox } from "./signalbox.ts";

/** A host that is connected and carries nothing out: its offers can be what no machine of the tests has. */
export interface IdleHost {
  leave(): Promise<void>;
}

/** Registers a host over a connection of its own, as an orchestrator does. */
export async function idleHost(
  { url, adminToken }: Signalbox,
  offer: Pick<RegisterHost, "id" | "providers" | "labels" | "maxSessions">,
): Promise<IdleHost> {
  const created = await clientOf(url, adminToken).tokens.create.mutate({
    name: offer.id,
    profile: "orchestrator",
    constraints: { orchestrators: [offer.id] },
  });
  const socket = createWSClient({
    url: `${url.replace("http", "ws")}/api/trpc`,
    connectionParams: { token: created.text },
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  const host = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket, transformer: superjson })] });
  await host.orchestrators.register.mutate({
    instanceId: crypto.randomUUID(),
    bootId: "boot",
    hostname: `${offer.id}.local`,
    platform: "linux",
    version: "0.1.0",
    protocolVersion: 1,
    baseDir: "/srv/work",
    ...offer,
  });
  return { leave: () => socket.close() };
}
