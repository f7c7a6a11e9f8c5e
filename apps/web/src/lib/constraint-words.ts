import type { Constraints } from "@signalbox/api/contracts";

const listed = (names: readonly string[], last: "and" | "or"): string =>
  new Intl.ListFormat("en-GB", { type: last === "and" ? "conjunction" : "disjunction" }).format(names);

const only = (names: readonly string[], none: string, some: string): string =>
  names.length === 0 ? none : `${some} ${listed(names, "or")}`;

type Words = { [K in keyof Constraints]-?: (value: NonNullable<Constraints[K]>) => string | null };

const words: Words = {
  agents: (ids) => (ids.length === 1 ? `Speaks as ${ids[0]}` : only(ids, "Speaks as nobody", "May send as")),
  orchestrators: (ids) => only(ids, "On no host", "Only on"),
  cwd: (path) => `Only in ${path} and below`,
  cwdPrefixes: (paths) => (paths.length === 0 ? "In no directory" : `Only in ${listed(paths, "or")} and below`),
  policies: (names) => only(names, "For no managed agent", "Only for managed agent"),
  spawnRequestIds: (ids) => only(ids, "For no spawn request", "Only for spawn request"),
  targets: (names) => only(names, "Sends to nobody", "Sends only to"),
  channels: (names) => only(names, "In no channel", "Only in channel"),
  spawnedBy: (id) => `Child of ${id}`,
  parentAgents: (ids) => only(ids, "Child of nobody", "Child of"),
  maxSpawnedAgents: (most) => (most === 0 ? "No live children" : `At most ${most} live children`),
  terminalAttach: (may) => (may ? null : "Terminals are view-only"),
  logsRead: (may) => (may ? null : "No logs"),
  canDelegate: () => null,
  // Its own column, since its words depend on the time.
  expiresAt: () => null,
};

/** What limits a token beyond its scopes, one line each; the end of its life is told elsewhere (IDN-18). */
export function constraintsInWords(constraints: Constraints): string[] {
  return Object.entries(constraints).flatMap(([key, value]) => {
    const say = words[key as keyof Constraints] as ((given: unknown) => string | null) | undefined;
    if (value === undefined) return [];
    return (say ? say(value) : `${key}: ${JSON.stringify(value)}`) ?? [];
  });
}
