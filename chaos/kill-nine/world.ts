import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRepository, type Repository } from "../../tests/e2e/repository.ts";
import { type Client, clientOf, problemOf } from "../../tests/support/client.ts";
import { type Machine, makeMachine } from "../../tests/support/machine.ts";
import { HOST, launchOrchestrator, launchRelay, relayOf } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { type Kept, keep } from "./kept.ts";

/** One home, one repository, and the two programs, each started again when it ends. */
export interface World {
  machine: Machine;
  repository: Repository;
  /** Where every agent writes that it ran; outside git. */
  ledger: string;
  relay: Kept;
  orchestrator: Kept;
  admin: Client;
  /** Makes a call until it is answered; what the relay refuses for good is thrown. */
  answered<T>(call: (admin: Client) => Promise<T>): Promise<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

const quiet = { LOG_LEVEL: "info" };

interface Extra {
  /** For the orchestrator alone, and for the relay alone. */
  env?: Record<string, string>;
  relayEnv?: Record<string, string>;
  /** Done to the machine whenever the orchestrator is down. */
  whileDown?: (machine: Machine) => void;
  /** Opens what lies between the relay's port and the host and its agents; answers the address that they use. */
  between?: (port: number) => Promise<string>;
}

/** Builds the world in `dir` and waits until its host is connected. */
export async function makeWorld(
  dir: string,
  { env = {}, relayEnv = {}, whileDown, between }: Extra = {},
): Promise<World> {
  const machine = await makeMachine(dir);
  const repository = createRepository(machine.baseDir, "app");
  const direct = `http://127.0.0.1:${machine.port}`;
  const address = between ? await between(machine.port) : direct;
  const startRelay = () => launchRelay(machine, { env: { ...quiet, SIGNALBOX_PUBLIC_URL: address, ...relayEnv } });
  const first = await relayOf(startRelay());
  const token = await first.hostToken(HOST);
  await first.end();
  const relay = keep(startRelay);
  const launchHost = () => launchOrchestrator(machine, { relay: address, token, env: { ...quiet, ...env } });
  const orchestrator = keep(launchHost, () => whileDown?.(machine));
  const admin = clientOf(direct, readFileSync(join(machine.home, "admin-token"), "utf8").trim());
  await relay.ready();
  await orchestrator.ready();
  return {
    machine,
    repository,
    ledger: join(machine.dir, "ledger"),
    relay,
    orchestrator,
    admin,
    async answered(call) {
      let last: unknown;
      const once = () =>
        call(admin).then(
          (value) => ({ value }),
          (error: unknown) => {
            last = error;
            const code = problemOf(error)?.code;
            if (code && code !== "Unavailable" && code !== "Conflict") throw error;
            return null;
          },
        );
      return (await until("an answer of the relay", once, { withinMs: 60_000, also: () => String(last) })).value;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([relay.stop(), orchestrator.stop()]);
      await machine[Symbol.asyncDispose]();
    },
  };
}
