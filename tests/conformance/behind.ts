import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startRelay } from "../../packages/mcp/test/relay.ts";
import { suiteToolNames, suiteTools } from "../../packages/mcp/test/suite-tools.ts";
import { makeMachine } from "../support/machine.ts";
import { launchRelay, relayOf } from "../support/signalbox.ts";
import { passThrough } from "./pass-through.ts";

/** The address of an MCP endpoint that asks for no token, because what stands before it adds one. */
export interface Endpoint extends AsyncDisposable {
  url: string;
}

/** The built relay, as its administrator. */
export async function builtRelay(): Promise<Endpoint> {
  const front = await passThrough();
  const machine = await makeMachine();
  const program = launchRelay(machine, { env: { SIGNALBOX_PUBLIC_URL: front.url } });
  const dispose = async () => {
    await program.end();
    await front[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
  };
  try {
    await relayOf(program);
    front.to(machine.port, readFileSync(join(machine.home, "admin-token"), "utf8").trim());
    return { url: `${front.url}/api/mcp`, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The relay's endpoint, with its gate and its real identity behind it, serving the tools that the suite calls. */
export async function fixtureEndpoint(): Promise<Endpoint> {
  const front = await passThrough();
  const options = { publicUrl: front.url, toolNames: suiteToolNames, progressEveryMs: 20 };
  const relay = await startRelay(suiteTools, options);
  front.to(relay.port, await relay.token("mcp:use"));
  return {
    url: `${front.url}/api/mcp`,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
    },
  };
}
