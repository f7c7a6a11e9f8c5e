import { setMaxListeners } from "node:events";
import { flushDenials } from "./activity/denials.ts";
import { failUnregistered } from "./agents/service.ts";
import { dropOrphans, expireArtifacts } from "./artifacts/expiry.ts";
import type { Topic } from "./bells.ts";
import { releaseQueued } from "./commands/room.ts";
import { failLate } from "./commands/service.ts";
import type { Services } from "./context.ts";
import { flushLastUse } from "./identity/last-use.ts";
import { failLateMessages, forgetMessages } from "./messages/deadlines.ts";
import { passDrains } from "./orchestrators/drain.ts";
import { flushVitals, watchPresence } from "./orchestrators/watch.ts";
import { startLandings } from "./workspaces/landing.ts";
import { freeLapsed } from "./workspaces/lease.ts";
import { retainWorkspaces } from "./workspaces/retention.ts";
import { compareWorktrees } from "./workspaces/worktrees.ts";

interface Loop {
  name: string;
  everyMs: number;
  /** Also wakes it at once. */
  topic?: Topic;
  tick: (services: Services) => Promise<unknown>;
}

/** Every reconciler of the relay: named, with its tick; each can be repeated or missed without harm. */
const loops: Loop[] = [
  { name: "presence", everyMs: 1_000, tick: watchPresence },
  { name: "deadlines", everyMs: 1_000, tick: failLate },
  { name: "registration", everyMs: 1_000, tick: failUnregistered },
  { name: "room", everyMs: 1_000, tick: releaseQueued },
  { name: "drains", everyMs: 1_000, tick: passDrains },
  { name: "worktrees", everyMs: 60_000, tick: compareWorktrees },
  { name: "workspace retention", everyMs: 3_600_000, topic: "retention", tick: retainWorkspaces },
  { name: "landing", everyMs: 2_000, topic: "landing", tick: startLandings },
  { name: "leases", everyMs: 5_000, tick: freeLapsed },
  { name: "denials", everyMs: 5_000, tick: flushDenials },
  { name: "vitals", everyMs: 5_000, tick: flushVitals },
  { name: "message deadlines", everyMs: 1_000, tick: failLateMessages },
  { name: "message retention", everyMs: 60_000, tick: forgetMessages },
  { name: "artifacts", everyMs: 60_000, tick: expireArtifacts },
  { name: "orphaned artifacts", everyMs: 3_600_000, tick: dropOrphans },
  { name: "token use", everyMs: 60_000, tick: flushLastUse },
];

async function run(services: Services, { name, everyMs, topic, tick }: Loop, signal: AbortSignal): Promise<void> {
  const bell = services.bells.listen(topic ?? "loops");
  while (!signal.aborted) {
    await tick(services).catch((error: unknown) =>
      services.log.error({ loop: name, err: error }, "a loop's turn failed"),
    );
    await bell.wait(everyMs, signal);
  }
  bell.close();
}

/** Starts every loop; the answer stops them, waits for the turns under way and writes what was used since the last one. */
export function startLoops(services: Services): () => Promise<void> {
  const stop = new AbortController();
  // Each loop waits on it: that there are more than ten is no leak.
  setMaxListeners(loops.length, stop.signal);
  const running = loops.map((loop) => run(services, loop, stop.signal));
  return async () => {
    stop.abort();
    await Promise.all(running);
    await flushLastUse(services).catch((err: unknown) => services.log.error({ err }, "the last use was not written"));
  };
}
