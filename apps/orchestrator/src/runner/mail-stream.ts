import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "../link/connection.ts";
import { isPassing, problemOf } from "../link/problem.ts";
import type { Letterbox } from "./mail.ts";

interface Registration {
  epoch: number;
  /** The program's conversation is a new one (MSG-55). */
  fresh: boolean;
}

const pauseMs = 5_000;

/**
 * Takes the agent's messages from this connection for as long as it is there; the next registration begins anew. A relay
 * that refuses for good (a token that may not read messages) is not asked again.
 */
export function followMail(
  { relay, lost }: Pick<Connection, "relay" | "lost">,
  registration: Registration,
  letterbox: Pick<Letterbox, "empty" | "take">,
): void {
  const again = () =>
    void delay(pauseMs, undefined, { signal: lost, ref: false }).then(
      () => followMail({ relay, lost }, registration, letterbox),
      () => undefined,
    );
  relay.messages.subscribe.subscribe(registration, {
    // All that waits comes again, but for what was read elsewhere while nobody could take it back (MSG-53).
    onStarted: () => letterbox.empty(),
    onData: (item) => letterbox.take("data" in item ? item.data : item),
    onError(error) {
      const problem = problemOf(error);
      if (!problem || isPassing(problem)) again();
    },
    onComplete: again,
  });
}
