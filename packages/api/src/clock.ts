import { uptime } from "node:os";

/** Where time comes from; tests pass their own. */
export interface Clock {
  now(): Date;
}

interface Parts {
  /** The machine's clock, milliseconds since the epoch; somebody may set it at any moment. */
  wall: () => number;
  /** Milliseconds that nobody sets, from any start; may stand still while the machine sleeps. */
  steady: () => number;
  /** Milliseconds since the machine's start, its sleep included. */
  up: () => number;
}

const lookMs = 1_000;
/** A sleep shorter than this is none. */
const sleptMs = 2_000;
/** How much of a difference to the machine's clock is made up for, of the time that passes: 1 ms in a second. */
const slew = 0.001;

const machine: Parts = { wall: Date.now, steady: () => performance.now(), up: () => uptime() * 1_000 };

/**
 * A clock that goes on from where the machine's stood at the start: when that is set, by an hour or a day, forward or
 * back, nothing here expires early, late or out of order. A machine's sleep counts; a small difference is made up for.
 */
export function steadyClock({ wall, steady, up }: Parts = machine): Clock {
  let [time, at, awake] = [wall(), steady(), up() - steady()];
  let looked = at;
  return {
    now() {
      const next = steady();
      time += next - at;
      at = next;
      if (at - looked >= lookMs) {
        const asleep = up() - at - awake;
        if (asleep > sleptMs) {
          time += asleep;
          awake += asleep;
        }
        const most = (at - looked) * slew;
        time += Math.max(-most, Math.min(most, wall() - time));
        looked = at;
      }
      return new Date(Math.floor(time));
    },
  };
}
