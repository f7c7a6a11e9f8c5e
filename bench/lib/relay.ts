import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Machine, makeMachine } from "../../tests/support/machine.ts";
import { launchRelay, type Relay, relayOf } from "../../tests/support/signalbox.ts";

/** The built relay alone, on a home and a port of its own. */
export interface LoneRelay {
  machine: Machine;
  relay: Relay;
  adminToken: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The relay's log is not what is measured, and on a terminal nobody reads it this fast. */
export const quiet = { LOG_LEVEL: "warn" };

/** Starts the built relay without a host. */
export async function startRelay(): Promise<LoneRelay> {
  const machine = await makeMachine();
  const program = launchRelay(machine, { env: quiet });
  const relay = await relayOf(program);
  return {
    machine,
    relay,
    adminToken: readFileSync(join(machine.home, "admin-token"), "utf8").trim(),
    async [Symbol.asyncDispose]() {
      await program.end();
      await machine[Symbol.asyncDispose]();
    },
  };
}
