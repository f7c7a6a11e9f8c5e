import { randomUUID } from "node:crypto";
import type { SessionEnd } from "@signalbox/api/contracts";
import { createLink } from "../link/link.ts";
import { problemOf } from "../link/problem.ts";

/** The agent's relation to the relay. */
export interface AgentLink {
  /** At the first registration; false when the relay refuses this runner for good before. */
  registered: Promise<boolean>;
  /** What the agent does now; said again after each registration (SPN-51). */
  setStatus(status: "busy" | "idle"): void;
  /** Tells result and end, for as long as it takes; false when the relay no longer listens to this runner. */
  farewell(result: string | null, end: SessionEnd): Promise<boolean>;
  close(): void;
}

interface Options {
  relay: URL;
  token: string;
  sessionName: string;
  random: () => number;
}

export function createAgentLink({ relay, token, sessionName, random }: Options): AgentLink {
  const runnerId = randomUUID();
  let epoch = 0;
  let status: "busy" | "idle" | null = null;
  let first = (_: boolean) => {};
  const registered = new Promise<boolean>((resolve) => {
    first = resolve;
  });
  let refuse = (_: false) => {};
  const refused = new Promise<false>((resolve) => {
    refuse = resolve;
  });
  const link = createLink({
    relay,
    token,
    random,
    async greet({ relay }) {
      ({ epoch } = await relay.agents.register.mutate({ runnerId, sessionName }));
      if (status) await relay.agents.setStatus.mutate({ epoch, status });
      first(true);
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
      if (result) {
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
    setStatus(next) {
      status = next;
      // What fails here is said again at the next registration.
      void link
        .current()
        ?.relay.agents.setStatus.mutate({ epoch, status })
        .catch(() => undefined);
    },
    farewell(result, end) {
      status = null;
      return Promise.race([tell(result, end), refused]);
    },
    close: () => link.close(),
  };
}
