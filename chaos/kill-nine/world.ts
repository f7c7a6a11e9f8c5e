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

/** Builds the world in `dir` and waits until its host is connected. */
export async function makeWorld(dir: string): Promise<World> {
  const machine = await makeMachine(dir);
  const repository = createRepository(machine.baseDir, "app");
  const first = await relayOf(launchRelay(machine, { env: quiet }));
  const token = await first.hostToken(HOST);
  await first.end();
  const relay = keep(() => launchRelay(machine, { env: quiet }));
  const orchestrator = keep(() => launchOrchestrator(machine, { relay: first.url, token, env: quiet }));
  const admin = clientOf(first.url, readFileSync(join(machine.home, "admin-token"), "utf8").trim());
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
      const once = () =>
        call(admin).then(
          (value) => ({ value }),
          (error: unknown) => {
            const code = problemOf(error)?.code;
            if (code && code !== "Unavailable" && code !== "Conflict") throw error;
            return null;
          },
        );
      return (await until("an answer of the relay", once, { withinMs: 60_000 })).value;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([relay.stop(), orchestrator.stop()]);
      await machine[Symbol.asyncDispose]();
    },
  };
}
