import type { BenchCase, BenchRow } from "./harness.ts";
import { startFloor } from "./lib/floor.ts";
import { jsonRpcClient } from "./lib/json-rpc.ts";
import { startRelay } from "./lib/relay.ts";
import { below, latency, type Samples, sampleInTurn, timed } from "./lib/samples.ts";

const session = { "mcp-protocol-version": "2025-11-25" };
const newest = {
  "mcp-protocol-version": "2026-07-28",
  "mcp-method": "tools/call",
  "mcp-name": "relay_whoami",
};
const newestMeta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Calls `relay_whoami` of a server and answers the text; throws when that is not a result. */
function caller(url: string, headers: Record<string, string>, meta?: object) {
  const client = jsonRpcClient(url, headers);
  const params = { name: "relay_whoami", arguments: {}, ...(meta ? { _meta: meta } : {}) };
  return async () => {
    const answer = await client.call("tools/call", params);
    if (answer.includes('"isError"') || !answer.includes('"result"')) throw new Error(`not an answer: ${answer}`);
    return answer;
  };
}

const clients = 10;
const blocks = 10;

/** Ten clients, each of which waits for its answers, make their share of `calls`; answers milliseconds. */
const tenClients = (call: () => Promise<string>, calls: number) =>
  timed(() =>
    Promise.all(
      Array.from({ length: clients }, async () => {
        for (let n = 0; n < calls / clients; n += 1) await call();
      }),
    ),
  );

const perSecond = (calls: number, samples: Samples) => calls / (samples.reduce((sum, ms) => sum + ms, 0) / 1000);

/** What a tool call costs that does almost nothing: whoami, with its authentication and its durable audit record. [MCP-36] */
const mcp: BenchCase = {
  name: "mcp",
  async run({ quick }) {
    await using box = await startRelay();
    const url = `${box.relay.url}/api/mcp`;
    const bearer = { authorization: `Bearer ${box.adminToken}` };
    const { result } = JSON.parse(await caller(url, { ...session, ...bearer })()) as { result: object };
    const env = { ANSWER: JSON.stringify(result) };
    await using bare = await startFloor("json-rpc", env);
    await using sdk = await startFloor("mcp-sdk", env);

    const servers = {
      ours: caller(url, { ...session, ...bearer }),
      oursNewest: caller(url, { ...newest, ...bearer }, newestMeta),
      bare: caller(bare.url, session),
      sdk: caller(sdk.url, session),
      sdkNewest: caller(sdk.url, newest, newestMeta),
    };
    type Server = keyof typeof servers;
    const each = <T>(of: (call: () => Promise<string>) => T) =>
      Object.fromEntries(Object.entries(servers).map(([name, call]) => [name, of(call)])) as Record<Server, T>;
    const plan = quick ? { times: 100, warmUp: 20 } : { times: 1500, warmUp: 300 };
    const one = await sampleInTurn(
      plan,
      each((call) => () => timed(call)),
    );
    const calls = plan.times / blocks;
    const many = await sampleInTurn(
      { times: blocks, warmUp: 1 },
      each((call) => () => tenClients(call, calls)),
    );

    const rows = (label: string, of: Server, name: string, floor: Server): BenchRow[] => [
      ...latency(label, one[of], { name, values: one[floor] }),
      below(`${label}, 1 client`, perSecond(plan.times, one[of]), { name, value: perSecond(plan.times, one[floor]) }),
      below(`${label}, ${clients} clients`, perSecond(calls * blocks, many[of]), {
        name,
        value: perSecond(calls * blocks, many[floor]),
      }),
    ];
    return [
      ...rows("relay_whoami", "ours", "bare JSON-RPC", "bare"),
      ...rows("relay_whoami beside the SDK", "ours", "SDK's own server", "sdk"),
      ...rows("relay_whoami of 2026-07-28", "oursNewest", "SDK's own server", "sdkNewest"),
      ...rows("the SDK's own server", "sdk", "bare JSON-RPC", "bare"),
    ];
  },
};

export default mcp;
