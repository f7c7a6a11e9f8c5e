import { fromNow } from "./time.ts";
import type { Command, Host } from "./types.ts";
import { count, hostSignals, type Signal, signalOf } from "./words.ts";

export const hostHref = (id: string): string => `/hosts/${encodeURIComponent(id)}`;

/** What a list of hosts is narrowed to, in the order in which it is offered. */
export const hostFilters = { all: "All", online: "Online", away: "Away", draining: "Draining", attention: "Trouble" };
export type HostFilter = keyof typeof hostFilters;

const unavailable = (host: Host) => host.providers.filter((offer) => !offer.available).length;

const fits: Record<HostFilter, (host: Host) => boolean> = {
  all: () => true,
  online: ({ state }) => state === "online",
  away: ({ state }) => state !== "online",
  draining: ({ draining }) => draining !== null,
  attention: (host) =>
    host.state !== "online" ||
    host.draining?.overdue === true ||
    host.unknownSessions.length > 0 ||
    unavailable(host) === host.providers.length,
};

/** The hosts that fit: by state, and by a part of id, machine name, label or base directory. */
export function narrowed(hosts: readonly Host[], filter: HostFilter, text: string): Host[] {
  const part = text.toLowerCase();
  const said = ({ id, hostname, labels, baseDir }: Host) => [id, hostname, baseDir, ...labels].join("\n").toLowerCase();
  return hosts.filter((host) => fits[filter](host) && said(host).includes(part));
}

/** A host's one signal: whether it is there, and then whether it takes agents. */
export function hostSignal(host: Pick<Host, "state" | "draining">): Signal {
  if (host.state !== "online" || !host.draining) return signalOf(hostSignals, host.state);
  return { word: "Draining", tone: "amber", shape: "dash" };
}

/** Why a host is in its state; null when there is nothing to say. */
export function hostReason({ state, draining, liveSessions }: Host, now: number): string | null {
  if (state !== "online") return state === "stale" ? "its connection dropped" : "it is not connected";
  if (!draining) return null;
  const stay = liveSessions > 0 ? count(liveSessions, "agent still there", "agents still there") : "empty";
  if (draining.deadlineAt === null) return `takes no new agent; ${stay}`;
  if (draining.overdue) return `past its deadline; ${stay}`;
  return Date.parse(draining.deadlineAt) > now ? `deadline ${fromNow(draining.deadlineAt, now)}; ${stay}` : stay;
}

/** What a program is, and what it speaks; the page is given the relay's. */
export type Versions = Pick<Host, "version" | "protocolVersion">;

/** How a host's version stands to the relay's; null when both are the same (CON-36). */
export function versionGap({ version, protocolVersion }: Versions, relay: Versions): string | null {
  if (version === relay.version && protocolVersion === relay.protocolVersion) return null;
  const same = protocolVersion === relay.protocolVersion;
  const protocol = same ? "" : `, protocol ${protocolVersion} (the relay's is ${relay.protocolVersion})`;
  return `the relay is ${relay.version}${protocol}`;
}

/** The command that starts an orchestrator elsewhere, on lines that a shell joins (CON-37). */
export function startCommand(given: { relay: string; token: string; id: string; baseDir: string }): string {
  const word = (text: string) => (/^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return [
    `npm run orchestrator -- --relay ${word(given.relay)}`,
    `--token ${word(given.token)}`,
    `--id ${word(given.id)} --base-dir ${word(given.baseDir)}`,
  ].join(" \\\n  ");
}

const commandNames: Partial<Record<Command["type"], string>> = {
  "agent.spawn": "Start agent",
  "agent.restart": "Restart agent",
  "agent.shutdown": "Shut down agent",
  "agent.compact": "Compact",
  "agent.interrupt": "Interrupt",
  "workspace.land": "Land",
};
export const commandName = (type: Command["type"]): string => commandNames[type] ?? type;

const commandSignals: Record<string, Signal> = {
  pending: { word: "Waiting", tone: "grey", shape: "ring" },
  delivered: { word: "Delivered", tone: "blue", shape: "ring" },
  running: { word: "Running", tone: "blue", shape: "half" },
  succeeded: { word: "Done", tone: "green", shape: "check" },
  failed: { word: "Failed", tone: "red", shape: "cross" },
  expired: { word: "Expired", tone: "red", shape: "cross" },
  cancelled: { word: "Cancelled", tone: "grey", shape: "dash" },
};
export const commandSignal = (state: Command["state"]): Signal => signalOf(commandSignals, state);
