import type { Database } from "@signalbox/db";
import { createDenials } from "./activity/denials.ts";
import { comeBack } from "./agents/comeback.ts";
import { said } from "./agents/said.ts";
import { fileBlobs } from "./artifacts/blobs.ts";
import { localBells } from "./bells.ts";
import { type Clock, steadyClock } from "./clock.ts";
import { delivered } from "./commands/service.ts";
import type { Log, Services } from "./context.ts";
import { createHub } from "./hub.ts";
import { createLastUse } from "./identity/last-use.ts";
import { createLimits } from "./identity/limits.ts";
import { tokenCache } from "./identity/token-cache.ts";
import { idFactory } from "./ids.ts";
import { startLoops } from "./loops.ts";
import { waitingFor, witness } from "./messages/deliver.ts";
import { createMailRoom } from "./messages/mail-room.ts";
import { byIds } from "./messages/references.ts";
import { poster, storeAll } from "./messages/store.ts";
import { createFleet } from "./orchestrators/fleet.ts";
import { createPresence } from "./orchestrators/presence.ts";
import { assumePresence } from "./orchestrators/watch.ts";
import { defaultSettings } from "./settings/definitions.ts";
import { loadSettings } from "./settings/service.ts";
import { together } from "./together.ts";

interface Parts {
  /** Opened and migrated. */
  db: Database;
  log: Log;
  publicUrl: string;
  /** Where the contents of artifacts are kept; made when there is one. */
  artifactsDir: string;
  clock?: Clock;
}

/** One relay's services, ready for calls; nothing runs until `start`. */
export async function createRelay({ db, log, publicUrl, artifactsDir, clock = steadyClock() }: Parts) {
  const newId = idFactory(clock);
  const bells = localBells();
  const tokens = tokenCache();
  const services: Services = {
    db,
    clock,
    newId,
    bells,
    hub: createHub({ newId, ringHost: (id) => bells.ring(`host:${id}`) }),
    presence: createPresence(() => clock.now()),
    fleet: createFleet(),
    settings: defaultSettings(),
    tokens,
    limits: createLimits(),
    denials: createDenials(),
    comeBack: together((items) => comeBack(services, items)),
    delivered: together((ids) => delivered(services, ids)),
    said: together((items) => said(services, items)),
    waitingFor: together((ids) => waitingFor(services, ids)),
    addressed: together((ids) => byIds(services, ids)),
    post: poster(together((items) => storeAll(services, items))),
    witness: together((items) => witness(services, items)),
    mail: createMailRoom(bells),
    used: createLastUse(),
    blobs: fileBlobs(artifactsDir),
    log,
    startedAt: clock.now(),
    publicUrl,
  };
  bells.onEvent((event) => {
    if (event.type === "token") tokens.forget(event.id);
  });
  await loadSettings(services);
  await assumePresence(services);
  return { services, start: () => startLoops(services) };
}
