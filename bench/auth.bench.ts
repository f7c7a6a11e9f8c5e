import { join } from "node:path";
import { type Connection, connect } from "../apps/orchestrator/src/link/connection.ts";
import { clientOf } from "../tests/support/client.ts";
import type { BenchCase, BenchRow } from "./harness.ts";
import { openBare } from "./lib/bare.ts";
import { startFloor } from "./lib/floor.ts";
import { inParallel, perSecond } from "./lib/parallel.ts";
import { type LoneRelay, startRelay } from "./lib/relay.ts";
import { below, latency, type Samples, sampleInTurn, timed } from "./lib/samples.ts";
import { refusingHost } from "./lib/test-host.ts";
import { whoamiClient } from "./lib/whoami.ts";

const hostId = "host-auth";
const many = 10;

interface Plan {
  /** Runs that are kept of each kind, and how many calls each of them has. */
  runs: number;
  calls: number;
  tokens: number;
  /** Spawns of a run. */
  spawns: number;
}

/** A call that does nothing but find out who is calling, beside one that does nothing. */
async function whoami({ relay, adminToken }: LoneRelay, { runs, calls }: Plan): Promise<BenchRow[]> {
  const ours = whoamiClient(relay.url);
  const answer = JSON.parse(await ours.call(adminToken)) as { result: { data: { json: object } } };
  await using server = await startFloor("trpc-http", { ANSWER: JSON.stringify(answer.result.data.json) });
  const bare = whoamiClient(server.url);
  const rows: BenchRow[] = [];
  for (const clients of [1, many]) {
    const each = { ours: [] as Samples, bare: [] as Samples };
    const warmUp = 2;
    const take = (name: "ours" | "bare", client: typeof ours) => (n: number) =>
      inParallel({ clients, calls }, () => client.call(adminToken), n < warmUp ? [] : each[name]);
    const all = await sampleInTurn({ times: runs, warmUp }, { ours: take("ours", ours), bare: take("bare", bare) });
    const name = "bare tRPC over HTTP";
    const label = `auth.whoami, ${clients} client${clients > 1 ? "s" : ""}`;
    rows.push(...latency(label, each.ours, { name, values: each.bare }, [50, 95]));
    rows.push(below(label, perSecond(calls, all.ours), { name, value: perSecond(calls, all.bare) }));
  }
  ours.close();
  bare.close();
  return rows;
}

/** The same with many tokens in turn, as many as the relay keeps in memory, beside one token. */
async function manyTokens({ relay, adminToken }: LoneRelay, { runs, calls, tokens }: Plan): Promise<BenchRow[]> {
  const admin = clientOf(relay.url, adminToken);
  const texts: string[] = [];
  await inParallel({ clients: many, calls: tokens }, async (n) => {
    texts.push((await admin.tokens.create.mutate({ name: `token ${n}`, profile: "viewer" })).text);
  });
  const client = whoamiClient(relay.url);
  const [one = ""] = texts;
  let turn = 0;
  const share = { clients: many, calls };
  const all = await sampleInTurn(
    { times: runs, warmUp: 2 },
    {
      many: () => inParallel(share, () => client.call(texts[turn++ % texts.length] as string)),
      one: () => inParallel(share, () => client.call(one)),
    },
  );
  client.close();
  const floor = { name: "one token", value: perSecond(calls, all.one) };
  return [below(`auth.whoami, ${many} clients, ${tokens} tokens in turn`, perSecond(calls, all.many), floor)];
}

/**
 * Spawns that a relay accepts while its one host takes every command and refuses it at once, which is the relay's work
 * too: each makes an agent and a command, and ends both.
 */
async function spawns({ relay, adminToken, machine }: LoneRelay, { runs, spawns: calls }: Plan): Promise<BenchRow[]> {
  const url = new URL(relay.url);
  const host = await refusingHost({ relay, adminToken }, hostId, () => undefined);
  await using server = await startFloor("trpc", { FLOOR_DATABASE: join(machine.dir, "floor.db") });
  const bare = await openBare(server.url);
  const callers: Connection[] = Array.from({ length: many }, () => connect(url, adminToken));
  const rows: BenchRow[] = [];
  for (const clients of [1, many]) {
    const all = await sampleInTurn(
      { times: runs, warmUp: 1 },
      {
        async ours() {
          const started: string[] = [];
          const took = await inParallel({ clients, calls }, async (_, client) => {
            const wanted = { provider: "shell", prompt: "true" } as const;
            started.push((await (callers[client] as Connection).relay.agents.spawn.mutate(wanted)).agentId);
          });
          // What is still under way is not the next run's.
          for (const agentId of started) await host.settled(agentId);
          return took;
        },
        bare: () => inParallel({ clients, calls }, () => bare.answer("store")),
      },
    );
    const floor = { name: "bare tRPC call with 1 commit", value: perSecond(calls, all.bare) };
    const label = `agents.spawn accepted, ${clients} client${clients > 1 ? "s" : ""}`;
    rows.push(below(label, perSecond(calls, all.ours), floor));
  }
  bare.close();
  for (const one of callers) one.drop();
  host.drop();
  return rows;
}

/** What it costs to know the caller of each call, and how many spawns a second a relay accepts. [IDN-08] */
const auth: BenchCase = {
  name: "auth",
  async run({ quick, log }) {
    const plan = quick
      ? { runs: 3, calls: 100, tokens: 50, spawns: 20 }
      : { runs: 10, calls: 1000, tokens: 1000, spawns: 100 };
    await using box = await startRelay();
    const took = await timed(() => clientOf(box.relay.url, box.adminToken).auth.whoami.query({}));
    log(`the first whoami took ${took.toFixed(0)} ms and is not counted`);
    return [...(await whoami(box, plan)), ...(await manyTokens(box, plan)), ...(await spawns(box, plan))];
  },
};

export default auth;
