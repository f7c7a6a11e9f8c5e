import type { Services } from "../context.ts";
import { endedStates } from "../contracts/index.ts";
import { transact } from "../unit.ts";
import { presenceState } from "./rules.ts";

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

/** The loop that says stale and offline at most two seconds late (HST-11); writes only changes. */
export async function watchPresence(services: Services): Promise<void> {
  const limits = {
    staleSeconds: services.settings["presence.staleSeconds"],
    offlineSeconds: services.settings["presence.offlineSeconds"],
  };
  for (const [key, dropped] of [...services.presence.dropped()]) {
    const state = presenceState(dropped.since, services.clock.now(), limits);
    if (state === dropped.said || services.presence.get(key)) continue;
    const [kind, id] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
    await transact(services, async ({ tx, now, publish }) => {
      const data = { state, stateSince: now };
      const { count } =
        kind === "host"
          ? await tx.orchestrator.updateMany({ where: { id, state: { not: state } }, data })
          : await tx.agent.updateMany({ where: { id, state: { notIn: [state, "spawning", ...endedStates] } }, data });
      if (count) publish({ type: kind as "host" | "agent", id });
    });
    dropped.said = state;
    if (state === "offline" && services.presence.dropped().get(key) === dropped) services.presence.forget(key);
  }
}
