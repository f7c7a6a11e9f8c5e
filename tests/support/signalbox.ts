import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, clientOf } from "./client.ts";
import { type Machine, makeMachine } from "./machine.ts";
import { type Program, programPath, startProgram } from "./program.ts";

export const HOST = "host-it";

export interface Relay extends Program {
  url: string;
  /** One-time link for a person. */
  signInUrl: string;
  /** A new token for the host on this machine; the one before it no longer counts. */
  hostToken(id: string): Promise<string>;
}

type Extra = { env?: Record<string, string> };

/** Starts the built relay; `told("ready")` resolves when it listens. */
export function launchRelay({ env: base }: Pick<Machine, "env">, { env = {} }: Extra = {}): Program {
  const mode = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  return startProgram({ args: [programPath("relay")], env: { ...base, ...mode, ...env } });
}

/** A started relay, as soon as it listens. */
export async function relayOf(program: Program): Promise<Relay> {
  const { url = "", signInUrl = "" } = await program.told("ready");
  return {
    ...program,
    url,
    signInUrl,
    async hostToken(orchestratorId) {
      program.send({ type: "issue-host-token", orchestratorId });
      return (await program.told("host-token")).token ?? "";
    },
  };
}

interface Host extends Extra {
  relay: string;
  token: string;
  id?: string;
}

/** Starts the built orchestrator; `told("ready")` resolves once the relay has taken it. */
export function launchOrchestrator(machine: Machine, { relay, token, id = HOST, env = {} }: Host): Program {
  const own = { RELAY_URL: relay, RELAY_TOKEN: token, SIGNALBOX_HOST_ID: id, SIGNALBOX_BASE_DIR: machine.baseDir };
  const { PORT: _, ...base } = machine.env;
  return startProgram({ args: [programPath("orchestrator")], env: { ...base, ...own, ...env } });
}

/** A relay and one host of the same machine, as a person starts them; either can be killed and started again. */
export interface Signalbox {
  machine: Machine;
  relay: Relay;
  orchestrator: Program;
  /** The host's token: the same for all its starts. */
  hostToken: string;
  adminToken: string;
  admin: Client;
  /** Starts the relay again after its end, on the same home and port. */
  restartRelay(): Promise<void>;
  /** Starts the orchestrator again after its end; resolves when the relay has taken it. */
  restartOrchestrator(): Promise<void>;
  /** All that every start of both programs has written. */
  output(): string;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Options extends Extra {
  /** An empty directory for everything; by default a temporary one. Removed at the end. */
  dir?: string;
  /** Changes the machine before anything is started on it. */
  prepare?: (machine: Machine) => void;
}

/** Starts both programs on a machine of their own and waits until the host is connected. */
export async function startSignalbox({ dir, prepare, env = {} }: Options = {}): Promise<Signalbox> {
  const machine = await makeMachine(dir);
  const starts: Program[] = [];
  const begun = (program: Program): Program => {
    starts.push(program);
    return program;
  };
  const dispose = async () => {
    await Promise.all(starts.map((program) => program.end()));
    await machine[Symbol.asyncDispose]();
  };
  try {
    prepare?.(machine);
    const relay = await relayOf(begun(launchRelay(machine, { env })));
    const hostToken = await relay.hostToken(HOST);
    const orchestrator = begun(launchOrchestrator(machine, { relay: relay.url, token: hostToken, env }));
    await orchestrator.told("ready");
    const adminToken = readFileSync(join(machine.home, "admin-token"), "utf8").trim();
    const box: Signalbox = {
      machine,
      relay,
      orchestrator,
      hostToken,
      adminToken,
      admin: clientOf(relay.url, adminToken),
      async restartRelay() {
        await box.relay.ended;
        box.relay = await relayOf(begun(launchRelay(machine, { env })));
      },
      async restartOrchestrator() {
        await box.orchestrator.ended;
        box.orchestrator = begun(launchOrchestrator(machine, { relay: box.relay.url, token: hostToken, env }));
        await box.orchestrator.told("ready");
      },
      output: () => starts.map((program) => program.output()).join("\n"),
      [Symbol.asyncDispose]: dispose,
    };
    return box;
  } catch (error) {
    await dispose();
    throw error;
  }
}
