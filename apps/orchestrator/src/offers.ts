import type { CommandType, ProviderOffer, SessionEnd } from "@signalbox/api/contracts";
import type { Handler } from "./commands/handler.ts";
import { readExit } from "./sessions/record.ts";
import type { Sessions } from "./sessions/sessions.ts";

/** What this host can run, as the programs say it themselves (HST-09). */
export interface Offers {
  /** Asks the programs; the answer is what the relay is told with the registration. */
  now(): Promise<ProviderOffer[]>;
  /** Asks again, and tells the relay where something has changed. */
  again(): Promise<void>;
}

interface Needs {
  probe: () => Promise<ProviderOffer[]>;
  /** Tells the relay over the connection of now; false when there is none. */
  tell: (offers: ProviderOffer[]) => Promise<boolean>;
}

export function createOffers({ probe, tell }: Needs): Offers {
  let told: string | null = null;
  let asking: Promise<void> | null = null;
  async function ask(): Promise<void> {
    const found = await probe();
    const text = JSON.stringify(found);
    if (told !== null && text !== told && (await tell(found))) told = text;
  }
  return {
    async now() {
      const found = await probe();
      told = JSON.stringify(found);
      return found;
    },
    again() {
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
  };
}

/** A handler after whose failures the programs are looked at again. */
export function watched<T extends CommandType>(handler: Handler<T>, failed: () => void): Handler<T> {
  return {
    ...handler,
    async run(task) {
      try {
        return await handler.run(task);
      } catch (error) {
        failed();
        throw error;
      }
    },
  };
}

/** Whether a session ended because its program could not be run at all: not found, not executable, no exit of its own. */
const neverRan = ({ exitCode, signal }: SessionEnd) =>
  (exitCode === null && signal === null) || exitCode === 126 || exitCode === 127;

/** Says whether a session has ended since the last look whose program could not be run; what was over before counts not. */
export function createLaunchWatch(sessions: Sessions): () => Promise<boolean> {
  let seen: Set<string> | null = null;
  return async () => {
    const ended = (await sessions.look()).ended.map(({ commandId }) => commandId);
    const fresh = seen ? ended.filter((id) => !seen?.has(id)) : [];
    seen = new Set(ended);
    const exits = await Promise.all(fresh.map((id) => readExit(sessions.dirOf(id))));
    return exits.some((exit) => exit !== null && neverRan(exit.end));
  };
}
