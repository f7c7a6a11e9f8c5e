import { randomInt } from "node:crypto";
import { monotonicFactory } from "ulid";
import type { Clock } from "./clock.ts";
import type { Provider } from "./contracts/index.ts";

type Prefix = "cmd" | "ws" | "tok" | "ses" | "art" | "act" | "lnd" | "req" | "con";

/** Makes ids `<prefix>_<time-ordered>`; two of one process are ordered even within a millisecond. */
export function idFactory(clock: Clock): (prefix: Prefix) => string {
  // The library asks for one random byte at a time; Node draws these from a buffer.
  const next = monotonicFactory(() => randomInt(2 ** 32) / 2 ** 32);
  return (prefix) => `${prefix}_${next(clock.now().getTime()).toLowerCase()}`;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz23456789";

/** `<provider>-<six of a-z2-9>`. */
export function newAgentId(provider: Provider): string {
  return `${provider}-${Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join("")}`;
}
