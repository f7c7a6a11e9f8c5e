import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { SessionEnd } from "@signalbox/api/contracts";
import { pauseMs } from "@signalbox/bridge";
import type { Connection, Relay } from "../link/connection.ts";
import { type CallOptions, createLink } from "../link/link.ts";
import { isPassing, problemOf } from "../link/problem.ts";
import type { Turn } from "./turn-rules.ts";

/** What the relay is told of a turn. */
export type Doing = Pick<Turn, "status" | "blocked" | "result">;

/** The agent's relation to the relay. */
export interface AgentLink {
  /** At the first registration; false when the relay refuses this runner for good before. */
  registered: Promise<boolean>;
  /** What the agent does now, and the result of its last turn; said again after each registration (SPN-51, HST-59). */
  say(doing: Doing): void;
  /** Runs a call with the epoch of the registration, on whatever connection there is: see `Link.call`. */
  call<T>(run: (relay: Relay, epoch: number) => Promise<T>, options?: CallOptions): Promise<T>;
  /** Tells result and end, for as long as it takes; false when the relay no longer listens to this runner. */
  farewell(result: string | null, end: SessionEnd): Promise<boolean>;
  close(): void;
}

interface Options {
  relay: URL;
  token: string;
  sessionName: string;
  random: () => number;
  /** After each registration. */
  onRegistered?: (connection: Connection, epoch: number) => void;
}

export function createAgentLink({ relay, token, sessionName, random, onRegistered }: Options): AgentLink {
  const runnerId = randomUUID();
  let epoch = 0;
  let saying: Promise<void> = Promise.resolve();
  let doing: Doing | null = null;
  let toldResult: string | null = null;
  let first = (_: boolean) => {};
  const registered = new Promise<boolean>((resolve) => {
    first = resolve;
  });
  let refuse = (_: false) => {};
  const refused = new Promise<false>((resolve) => {
    refuse = resolve;
  });
  /** The result first: whoever waits for the end of a turn finds what came of it. */
  async function told(relay: Relay): Promise<void> {
    if (!doing) return;
    const { status, blocked, result } = doing;
    if (result && result !== toldResult) {
      await relay.agents.reportResult.mutate({ text: result, captured: true });
      toldResult = result;
    }
    if (doing) await relay.agents.setStatus.mutate({ epoch, status, ...(blocked ? { blocked } : {}) });
  }

  /** All that is said while it is told, too: until the link has greeted, nobody else tells it. */
  async function tellLatest(relay: Relay): Promise<void> {
    let said: Doing | null;
    do {
      said = doing;
      await told(relay);
    } while (doing !== said);
  }

  /** What a relay that cannot serve it just now did not hear would be unknown until the next turn: it is told again. */
  async function sayNow(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const connection = link.current();
      if (!connection) return;
      const problem = await told(connection.relay).then(() => null, problemOf);
      if (!problem || !isPassing(problem)) return;
      await delay(pauseMs(attempt, random), undefined, { ref: false });
    }
  }

  const link = createLink({
    relay,
    token,
    random,
    async greet(connection) {
      const { relay } = connection;
      ({ epoch } = await relay.agents.register.mutate({ runnerId, sessionName }));
      await tellLatest(relay);
      first(true);
      onRegistered?.(connection, epoch);
    },
    onFailure(error) {
      // The token is gone: the relay holds this agent as ended.
      if (problemOf(error)?.code === "Unauthenticated") {
        refuse(false);
        first(false);
      }
      return null;
    },
  });

  async function tell(result: string | null, end: SessionEnd): Promise<boolean> {
    try {
      if (result && result !== toldResult) {
        const text = result.slice(0, 64 * 1024);
        await link.call((relay) => relay.agents.reportResult.mutate({ text, captured: true }));
      }
      await link.call((relay) => relay.agents.reportExit.mutate({ epoch, end }));
      return true;
    } catch (error) {
      if (problemOf(error)) return false;
      throw error;
    }
  }

  return {
    registered,
    say(now) {
      doing = now;
      // One after the other, so that an older status never overtakes a newer one; what fails is said again at the next registration.
      saying = saying.then(sayNow);
    },
    call: (run, options) => link.call((relay) => run(relay, epoch), options),
    farewell(result, end) {
      doing = null;
      return Promise.race([tell(result, end), refused]);
    },
    close: () => link.close(),
  };
}
