// A load program: keeps its part of a fleet connected, through the links that hosts and runners use themselves.
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { createHostLink } from "../../../apps/orchestrator/src/link/host-link.ts";
import { createLink } from "../../../apps/orchestrator/src/link/link.ts";
import { followMail } from "../../../apps/orchestrator/src/runner/mail-stream.ts";
import type { Sessions } from "../../../apps/orchestrator/src/sessions/sessions.ts";
import { greetBare } from "./bare.ts";
import type { News, Order, Plan, PlannedAgent, PlannedHost } from "./plan.ts";

/** New connections a second of the first time: a fleet does not come all at once, but after a restart. */
const batch = { size: 25, everyMs: 100 };
const silent = pino({ level: "silent" });
const { random } = Math;

const now = () => performance.timeOrigin + performance.now();
const say = (news: News) => void process.send?.(news);

/** When each connection was greeted last since the order. */
let greeted: (number | undefined)[] = [];
let open = 0;

function greetedAt(n: number): void {
  if (greeted[n] === undefined) open -= 1;
  greeted[n] ??= now();
  if (open === 0) {
    say({ type: "all", at: greeted as number[] });
    open = -1;
  }
}

function again(): void {
  open = greeted.length;
  greeted = greeted.map(() => undefined);
}

/** A runner's link and its stream of messages, whose program does nothing. */
function keepAgent(url: string, { token, report }: PlannedAgent, n: number): void {
  const runnerId = `runner-${report.agentId}`;
  createLink({
    relay: new URL(url),
    token,
    random,
    async greet(connection) {
      const { relay } = connection;
      const { epoch } = await relay.agents.register.mutate({ runnerId, sessionName: report.sessionName });
      await relay.agents.setStatus.mutate({ epoch, status: "busy" });
      followMail(connection, { epoch, fresh: false }, { empty: () => undefined, take: () => undefined });
      greetedAt(n);
    },
    onFailure: () => null,
  });
}

/** A host's link; it reports its sessions, and refuses each command at once. */
function keepHost(url: string, { host, token, agents }: PlannedHost, n: number): void {
  const proof = { orchestratorId: host.id, instanceId: host.instanceId };
  const live = agents.map(({ report: { agentId, commandId, sessionName, startedAt } }) => ({
    ...{ agentId, commandId, sessionName, startedAt },
    record: null,
    piped: true,
  }));
  const reports = new Map(agents.map(({ report }) => [report.agentId, report]));
  const sessions = {
    look: async () => ({ live, ended: [], unknown: [] }),
    unreported: async () => [],
    reportOf: ({ agentId }) => reports.get(agentId) as PlannedAgent["report"],
    confirm: async () => undefined,
  } satisfies Partial<Sessions> as unknown as Sessions;
  const error = { reason: "provider_missing", message: "This host runs nothing" };
  const link = createHostLink({
    relay: new URL(url),
    token,
    host,
    random,
    sessions,
    log: silent,
    providers: async () => [
      { provider: "shell", available: true, reason: null, version: "5", approvalModes: ["open"] },
    ],
    vitals: async () => ({ load: 1, memoryFreeBytes: 1, memoryTotalBytes: 2, diskFreeBytes: 1, sessions: live.length }),
    onRegistered: () => greetedAt(n),
    onEndedForRelay: (names) => void process.stderr.write(`${host.id}: ended for the relay: ${names.join(", ")}\n`),
    onCommand({ id: commandId, agentId }) {
      say({ type: "arrived", key: agentId ?? commandId, at: now() });
      const report = { commandId, state: "failed" as const, error };
      void link.call((relay) => relay.commands.report.mutate({ ...proof, report })).catch(() => undefined);
    },
    onRequest: () => undefined,
    onLost: () => undefined,
    onRefused: (message) => void process.stderr.write(`${host.id}: refused: ${message}\n`),
  });
}

function starts(plan: Plan): ((n: number) => void)[] {
  if (plan.kind === "bare") {
    return plan.topics.map((topic) => (n) => {
      const arrived = (key: string) => say({ type: "arrived", key, at: now() });
      const greet = greetBare(topic, () => greetedAt(n), arrived);
      createLink({ relay: new URL(plan.url), token: "none", random, greet, onFailure: () => null });
    });
  }
  return plan.hosts.flatMap((host) => [
    (n: number) => keepHost(plan.url, host, n),
    ...host.agents.map((agent) => (n: number) => keepAgent(plan.url, agent, n)),
  ]);
}

async function connect(plan: Plan): Promise<void> {
  const all = starts(plan);
  greeted = all.map(() => undefined);
  open = all.length;
  for (const [n, start] of all.entries()) {
    if (n % batch.size === 0) await delay(batch.everyMs);
    start(n);
  }
}

process.on("message", (order: Order) => {
  if (order.type === "connect") void connect(order.plan);
  else again();
});
process.on("disconnect", () => process.exit());
setInterval(() => {
  if (open > 0) say({ type: "greeted", count: greeted.length - open, of: greeted.length });
}, 1_000);
