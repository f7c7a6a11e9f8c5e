import type { TestDatabase } from "@signalbox/db/testing";
import type { StreamItem } from "../commands/schema.ts";
import type { Connection } from "../connection.ts";
import type { Context } from "../context.ts";
import type { Constraints, RegisterHost, Scope, TokenProfile } from "../contracts/index.ts";
import { profileScopes } from "../identity/profiles.ts";
import type { Credential } from "../identity/token-cache.ts";
import { hashSecret, tokenText } from "../identity/token-text.ts";
import { createRelay } from "../relay.ts";
import { createCaller } from "../root.ts";

/** Where nothing can be made: a test that stores artifacts gives a directory of its own. */
const noPlace = "/dev/null/artifacts";

const quiet = { info() {}, warn() {}, error() {} };

/** A connection whose end a test decides. */
export function testConnection(id: string): Connection & { drop(): void; closedWith: string[] } {
  const onClose: (() => void)[] = [];
  const closedWith: string[] = [];
  const drop = () => {
    for (const run of onClose.splice(0)) run();
  };
  return {
    id,
    address: "127.0.0.1",
    buffered: () => 0,
    onClose: (run) => void onClose.push(run),
    close(reason) {
      closedWith.push(reason);
      drop();
    },
    closedWith,
    drop,
  };
}

export interface Given {
  profile?: TokenProfile;
  scopes?: Scope[];
  constraints?: Constraints;
  name?: string;
}

/** A relay on a real database, with a clock that a test moves, and callers for any token. */
export async function testRelay(db: TestDatabase, artifactsDir = noPlace) {
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  const clock = { now: () => new Date(now) };
  const { services } = await createRelay({ db, log: quiet, publicUrl: "http://127.0.0.1:4600", artifactsDir, clock });

  async function token({ profile = "admin", scopes, constraints = {}, name = profile }: Given = {}) {
    const id = services.newId("tok");
    const text = tokenText(id);
    await db.client.token.create({
      data: {
        id,
        name,
        profile,
        scopes: JSON.stringify(scopes ?? profileScopes[profile]),
        constraints: JSON.stringify(constraints),
        hash: hashSecret(text),
        createdBy: "test",
        createdAt: clock.now(),
        expiresAt: constraints.expiresAt ? new Date(constraints.expiresAt) : null,
      },
    });
    return { id, text };
  }

  function context(credential: Credential | null, more: Partial<Context> = {}): Context {
    return {
      ...services,
      requestId: services.newId("req"),
      transport: "internal",
      credential,
      sameOrigin: true,
      address: "127.0.0.1",
      connection: null,
      setSession: null,
      ...more,
    };
  }

  const callWith = (text: string | null, more: Partial<Context> = {}, signal?: AbortSignal) =>
    createCaller(context(text === null ? null : { type: "bearer", text }, more), { signal });

  /** A caller with a token of its own. */
  async function as(given: Given = {}, more: Partial<Context> = {}) {
    return callWith((await token(given)).text, more);
  }

  /** A registered host that offers `shell`, with its proof and caller. */
  async function host(id = "host-a", more: Partial<RegisterHost> = {}) {
    const { text, id: tokenId } = await token({ profile: "orchestrator", constraints: { orchestrators: [id] } });
    const connection = testConnection(`con-${id}`);
    const call = callWith(text, { connection });
    const instanceId = more.instanceId ?? `instance-${id}`;
    await call.orchestrators.register({
      id,
      instanceId,
      bootId: "boot-1",
      hostname: `${id}.local`,
      platform: "linux",
      version: "0.1.0",
      protocolVersion: 1,
      baseDir: "/base",
      providers: [{ provider: "shell", available: true, reason: null, version: "5.2", approvalModes: ["open"] }],
      ...more,
    });
    const proof = { orchestratorId: id, instanceId };
    /** The host's stream, until the signal. */
    const subscribe = async (signal: AbortSignal) => {
      const stream = await callWith(text, { connection }, signal).commands.subscribe(proof);
      return stream as unknown as AsyncIterable<StreamItem | [id: string, item: StreamItem]>;
    };
    return { id, call, connection, tokenId, token: text, proof, subscribe };
  }

  /** Signs in as a browser does; answers the cookie's secret. */
  async function signIn(input: { code?: string; token?: string }): Promise<string> {
    let cookie: string | null = null;
    const setSession = (secret: string | null) => {
      cookie = secret;
    };
    await callWith(null, { setSession }).auth.signIn(input);
    if (cookie === null) throw new Error("signing in set no cookie");
    return cookie;
  }

  const callAs = (secret: string, more: Partial<Context> = {}) =>
    createCaller(context({ type: "session", secret }, more));

  const advance = (ms: number) => {
    now += ms;
  };
  return { services, token, context, callWith, as, host, signIn, callAs, advance };
}

export type TestRelay = Awaited<ReturnType<typeof testRelay>>;
export type TestHost = Awaited<ReturnType<TestRelay["host"]>>;

/** Takes a host's next items as they are now, without waiting for more. */
export async function takeCommands({ subscribe }: Pick<TestHost, "subscribe">, count: number) {
  const stop = new AbortController();
  const stream = await subscribe(stop.signal);
  const items: unknown[] = [];
  for await (const item of stream) {
    items.push(item);
    if (items.length === count) break;
  }
  stop.abort();
  return items;
}

/** The host takes a command that starts an agent, and gets its runner's token. */
export async function mint({ call, proof }: Pick<TestHost, "call" | "proof">, commandId: string) {
  await call.commands.report({ ...proof, report: { commandId, state: "running" } });
  return call.tokens.issueRunner({ ...proof, commandId });
}

/** The host carries out a command that starts an agent, up to the registered runner. */
export async function carryOut(relay: TestRelay, host: TestHost, commandId: string) {
  const { token } = await mint(host, commandId);
  const sessionName = `sb-${commandId}`;
  const result = { sessionName, workspace: null, adopted: false };
  await host.call.commands.report({ ...host.proof, report: { commandId, state: "succeeded", result } });
  const connection = testConnection(`con-${commandId}`);
  const runner = relay.callWith(token, { connection });
  const { epoch } = await runner.agents.register({ runnerId: "runner-1", sessionName });
  return { token, runner, connection, epoch, sessionName };
}

/** Spawns a shell agent and carries its command out. */
export async function startAgent(relay: TestRelay, host: TestHost, person = relay.as()) {
  const { agentId, command } = await (await person).agents.spawn({ provider: "shell", prompt: "true" });
  return { agentId, commandId: command.id, ...(await carryOut(relay, host, command.id)) };
}
