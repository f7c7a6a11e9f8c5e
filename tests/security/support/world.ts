import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@signalbox/db/testing";
import { clientOf } from "../../support/client.ts";
import { makeMachine } from "../../support/machine.ts";
import { playHost } from "../../support/played-host.ts";
import { launchRelay, relayOf } from "../../support/signalbox.ts";

type Engine = TestDatabase["engine"];

/** The built relay on a machine and a database of its own, with two hosts that the test plays. */
export async function startWorld(engine: Engine = "sqlite") {
  const machine = await makeMachine();
  const database = await createTestDatabase(engine);
  const program = launchRelay(machine, { env: { DATABASE_URL: database.url } });
  const dispose = async () => {
    await program.end();
    await database.remove();
    await machine[Symbol.asyncDispose]();
  };
  try {
    const relay = await relayOf(program);
    const { url } = relay;
    const adminToken = readFileSync(join(machine.home, "admin-token"), "utf8").trim();
    const admin = clientOf(url, adminToken);
    // Each caller of a test comes from an address of its own, and none of them is to be slowed down.
    await admin.settings.put.mutate({ key: "trustedProxies", value: ["127.0.0.1"] });
    await admin.settings.put.mutate({ key: "tokens.integrationPerMinute", value: 6_000 });
    const [hostA, hostB] = await Promise.all([playHost(url, admin, "host-a"), playHost(url, admin, "host-b")]);
    return {
      url,
      port: machine.port,
      relay,
      admin,
      adminToken,
      hostA,
      hostB,
      output: () => program.output(),
      async [Symbol.asyncDispose]() {
        hostA.drop();
        hostB.drop();
        await dispose();
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>;
