import type { Services } from "../context.ts";
import { endedStates } from "../contracts/index.ts";
import { transact } from "../unit.ts";
import type { Dropped, PresenceKey } from "./presence.ts";
import { type PresenceState, presenceState } from "./rules.ts";

/** One write for all hosts that beat since the last one (HST-12). */
export async function flushVitals({ db, fleet }: Pick<Services, "db" | "fleet">): Promise<void> {
  const ids = [...fleet.fresh];
  fleet.fresh.clear();
  if (!ids.length) return;
  const writes = ids.flatMap((id) => {
    const beat = fleet.vitals.get(id);
    const data = beat && { vitals: JSON.stringify(beat.vitals), lastSeenAt: beat.at };
    return data ? [db.client.orchestrator.updateMany({ where: { id }, data })] : [];
  });
  await db.client.$transaction(writes).catch((error: unknown) => {
    for (const id of ids) fleet.fresh.add(id);
    throw error;
  });
}

/** At the start: whoever was present before counts as dropped now, not earlier (HST-13). */
export async function assumePresence(services: Services): Promise<void> {
  const { client } = services.db;
  const hosts = await client.orchestrator.findMany({
    where: { removedAt: null, state: { not: "offline" } },
    select: { id: true },
  });
  const agents = await client.agent.findMany({
    where: { state: { notIn: [...endedStates, "spawning", "offline"] } },
    select: { id: true },
  });
  const keys = [...hosts.map(({ id }) => `host:${id}` as const), ...agents.map(({ id }) => `agent:${id}` as const)];
  services.presence.assume(keys, services.startedAt);
}

interface Late {
  key: PresenceKey;
  id: string;
  dropped: Dropped;
}

/** How many subjects one transaction tells of: all others wait for it. */
const atOnce = 200;

async function say(services: Services, kind: "host" | "agent", state: PresenceState, late: Late[]): Promise<void> {
  const told = await transact(services, async (unit) => {
    const { tx, now, publish } = unit;
    for (const { id } of late) await unit.hold(kind === "host" ? "orchestrator" : "agent", id);
    // Whoever registers now has the next turn, and what is said here is older than that.
    const away = late.filter(({ key }) => !services.presence.isComing(key) && !services.presence.get(key));
    const ids = { in: away.map(({ id }) => id) };
    const data = { state, stateSince: now };
    const select = { id: true };
    const changed =
      kind === "host"
        ? await tx.orchestrator.updateManyAndReturn({ where: { id: ids, state: { not: state } }, data, select })
        : await tx.agent.updateManyAndReturn({
            where: { id: ids, state: { notIn: [state, "spawning", ...endedStates] } },
            data,
            select,
          });
    for (const { id } of changed) publish({ type: kind, id });
    return away;
  });
  for (const { key, dropped } of told) {
    dropped.said = state;
    if (state === "offline" && services.presence.dropped().get(key) === dropped) services.presence.forget(key);
  }
}

/** The loop that says stale and offline at most two seconds late (HST-11); writes only changes. */
export async function watchPresence(services: Services): Promise<void> {
  const limits = {
    staleSeconds: services.settings["presence.staleSeconds"],
    offlineSeconds: services.settings["presence.offlineSeconds"],
  };
  const now = services.clock.now();
  const groups = new Map<string, Late[]>();
  for (const [key, dropped] of services.presence.dropped()) {
    const state = presenceState(dropped.since, now, limits);
    if (state === dropped.said || services.presence.isComing(key)) continue;
    const [kind, id] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
    const group = groups.get(`${kind}:${state}`) ?? [];
    group.push({ key, id, dropped });
    groups.set(`${kind}:${state}`, group);
  }
  for (const [group, late] of groups) {
    const [kind, state] = group.split(":") as ["host" | "agent", PresenceState];
    for (let from = 0; from < late.length; from += atOnce) {
      await say(services, kind, state, late.slice(from, from + atOnce));
    }
  }
}
