import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentByHand, numberedId } from "../../tests/support/agents.ts";
import { type Client, clientOf } from "../../tests/support/client.ts";
import { makeMachine } from "../../tests/support/machine.ts";
import { startProgram } from "../../tests/support/program.ts";
import { launchRelay } from "../../tests/support/signalbox.ts";
import { type Kept, keep } from "../kill-nine/kept.ts";
import { openProxy } from "../lib/proxy.ts";
import type { Random } from "../random.ts";
import { type Accepted, linesFile, type Orders, type PlayedAgent } from "./plan.ts";

/** As much as the case needs of what the settings allow. */
const settings = {
  "messages.ratePerMinute": 6_000,
  "messages.loopExchanges": 0,
  "messages.injectWithinSeconds": 86_400,
} as const;

/** Known to the relay from now on: others write to it before the process that plays its session is up. */
async function makeAgent(at: { admin: Client; url: string }, dir: string, n: number): Promise<PlayedAgent> {
  const agentId = numberedId("claude", n);
  const token = await agentByHand(at, agentId);
  const own = join(dir, agentId);
  mkdirSync(own);
  return { agentId, token, dir: own };
}

/** A relay behind a line that can be cut, and processes with sessions of agents that write to each other. */
export async function makeTalk(
  tmp: string,
  random: Random,
  { agents: count, processes, quota }: { agents: number; processes: number; quota: number },
) {
  const machine = await makeMachine(tmp);
  const cable = await openProxy(machine.port, random);
  const direct = `http://127.0.0.1:${machine.port}`;
  const relay = keep(() => launchRelay(machine, { env: { LOG_LEVEL: "warn", SIGNALBOX_PUBLIC_URL: cable.url } }));
  await relay.ready();
  const admin = clientOf(direct, readFileSync(join(machine.home, "admin-token"), "utf8").trim());
  for (const [key, value] of Object.entries(settings) as [keyof typeof settings, number][])
    await admin.settings.put.mutate({ key, value });
  const agents: PlayedAgent[] = [];
  for (let n = 0; n < count; n += 1) agents.push(await makeAgent({ admin, url: direct }, machine.dir, n));
  const everybody = agents.map(({ agentId }) => agentId);
  const sessions: Kept[] = Array.from({ length: processes }, (_, at) => {
    const orders: Orders = { relay: cable.url, own: agents.filter((_, n) => n % processes === at), everybody, quota };
    const file = join(machine.dir, `orders-${at}.json`);
    writeFileSync(file, JSON.stringify(orders));
    const args = ["--import", "tsx", join(import.meta.dirname, "sessions.ts"), file];
    return keep(() => startProgram({ args, env: machine.env }));
  });
  await Promise.all(sessions.map((one) => one.ready()));
  return {
    admin,
    relay,
    sessions,
    agents,
    cable,
    accepted: () => agents.flatMap((agent) => linesFile<Accepted>(agent, "accepted").read()),
    async [Symbol.asyncDispose]() {
      await Promise.all(sessions.map((one) => one.stop()));
      await relay.stop();
      cable.close();
      await machine[Symbol.asyncDispose]();
    },
  };
}

export type Talk = Awaited<ReturnType<typeof makeTalk>>;
