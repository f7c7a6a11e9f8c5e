import type { ProviderOffer, RegisteredHost, RegisterHost } from "@signalbox/api/contracts";
import {
  type Command,
  type HostRequest,
  type HostSettings,
  timing,
  usualHostSettings,
  type Vitals,
} from "@signalbox/api/contracts";
import { textOf } from "../failure.ts";
import type { Log } from "../log.ts";
import type { View } from "../sessions/rules.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Connection } from "./connection.ts";
import { createLink, type Link, type LinkOptions } from "./link.ts";
import { problemOf } from "./problem.ts";
import { olderProtocol, pauseAfter } from "./refusal.ts";

interface Options {
  relay: URL;
  token: string;
  host: Omit<RegisterHost, "providers">;
  providers: () => Promise<ProviderOffer[]>;
  sessions: Sessions;
  vitals: () => Promise<Vitals>;
  onRegistered: (settings: HostSettings) => void;
  /** Live here, and ended for the relay: nothing unseen keeps running. */
  onEndedForRelay: (sessionNames: string[]) => void;
  onCommand: (command: Command) => void;
  onRequest: (requestId: string, request: HostRequest) => void;
  /** The connection that carried commands and requests is gone. */
  onLost: () => void;
  /** The relay refused the host's first registration for good. */
  onRefused: (message: string) => void;
  random: () => number;
  /** Waits between attempts; by default on the clock. */
  pause?: LinkOptions["pause"];
  log: Log;
}

const endedPerCall = 2;

/** The host's relation to the relay: registers, reports its sessions, then takes commands; on every connection anew. */
export function createHostLink(options: Options): Link {
  const { relay, token, host, sessions, log } = options;
  const proof = { orchestratorId: host.id, instanceId: host.instanceId };
  let registeredOnce = false;
  let lastFailure = "";

  /** What ended goes ahead in small batches: its last lines could fill more than a frame. */
  async function reportEnded({ relay }: Connection, view: View): Promise<void> {
    const ended = await sessions.unreported(view);
    for (let from = 0; from < ended.length; from += endedPerCall) {
      const batch = ended.slice(from, from + endedPerCall);
      const agents = batch.map(({ record, end }) => sessions.reportOf(record, end));
      await relay.orchestrators.reportAgents.mutate({ ...proof, complete: false, agents, unknown: [] });
      await sessions.confirm(batch.map(({ record }) => record));
    }
  }

  async function reportSessions(connection: Connection): Promise<void> {
    await reportEnded(connection, await sessions.look());
    const view = await sessions.look();
    const agents = view.live.map((session) => sessions.reportOf(session, null));
    const known = await connection.relay.orchestrators.reportAgents.mutate({
      ...proof,
      complete: true,
      agents,
      unknown: view.unknown,
    });
    if (known.ended.length) options.onEndedForRelay(known.ended);
  }

  function beat(connection: Connection): void {
    const timer = setInterval(() => {
      void options
        .vitals()
        .then((vitals) => connection.relay.orchestrators.heartbeat.mutate({ ...proof, vitals }))
        .catch((error: unknown) => {
          log.warn(`heartbeat: ${textOf(error)}`);
          // Replaced by another instance, or the token is gone: whoever may come back comes back by registering.
          if (problemOf(error)) connection.drop();
        });
    }, timing.heartbeat);
    connection.lost.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  function subscribe(connection: Connection): void {
    connection.relay.commands.subscribe.subscribe(proof, {
      onData(item) {
        const data = "data" in item ? item.data : item;
        if (data.kind === "command") options.onCommand(data.command);
        else options.onRequest(data.requestId, data.request);
      },
      onError(error) {
        log.warn(`command stream: ${error.message}`);
        connection.drop();
      },
      onStopped: () => connection.drop(),
      onComplete: () => connection.drop(),
    });
  }

  /** Refused as too new it registers once more, with the protocol before its own (HST-04). */
  async function register({ relay }: Connection): Promise<RegisteredHost> {
    const about = { ...host, providers: await options.providers() };
    return relay.orchestrators.register.mutate(about).catch((error: unknown) => {
      const older = olderProtocol(host.protocolVersion, problemOf(error));
      if (older === null) throw error;
      return relay.orchestrators.register.mutate({ ...about, protocolVersion: older });
    });
  }

  async function greet(connection: Connection): Promise<void> {
    const { version, settings } = await register(connection);
    await reportSessions(connection);
    connection.lost.addEventListener("abort", options.onLost, { once: true });
    log.info({ relay: relay.origin, version }, "registered");
    registeredOnce = true;
    lastFailure = "";
    subscribe(connection);
    beat(connection);
    options.onRegistered(settings ?? usualHostSettings);
  }

  function onFailure(error: unknown): number | null {
    const problem = problemOf(error);
    const text = textOf(error);
    const isFinal = problem?.code === "Unauthenticated" || problem?.code === "Forbidden" || problem?.code === "Invalid";
    if (isFinal && !registeredOnce) options.onRefused(text);
    if (text !== lastFailure)
      log.warn({ relay: relay.origin }, problem ? `the relay refuses this host: ${text}` : `no connection: ${text}`);
    lastFailure = text;
    return pauseAfter(problem);
  }

  return createLink({ relay, token, greet, onFailure, random: options.random, pause: options.pause });
}
