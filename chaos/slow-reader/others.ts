import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../../apps/orchestrator/src/link/connection.ts";
import { percentile } from "../../bench/lib/samples.ts";
import { usageOf } from "../../bench/lib/usage.ts";
import { type Client, clientOf } from "../../tests/support/client.ts";
import { playHost } from "../../tests/support/played-host.ts";
import { until } from "../../tests/support/until.ts";

/** What others had of the relay for a while, and the most memory that it took, in MiB. */
export interface Seen {
  /** From a person's call to the command at its host, and to the event at a page, in ms. */
  commands: number[];
  events: number[];
  rss: number;
}

const pauseMs = 25;
const lookMs = 100;

/** A host and a page that read all that comes, beside the one that does not. */
export async function makeOthers(url: string, admin: Client, adminToken: string) {
  const host = await playHost(url, admin, "host-other");
  const { agentId, commandId, token } = await host.agent();
  const agent = clientOf(url, token);
  const { epoch } = await agent.agents.register.mutate({ runnerId: "runner", sessionName: `sb-${commandId}` });
  await agent.agents.setStatus.mutate({ epoch, status: "busy" });
  const [command, event] = [new Map<string, number>(), new Map<string, number>()];
  host.relay.commands.subscribe.subscribe(host.proof, {
    onData(item) {
      const data = "data" in item ? item.data : item;
      if (data.kind === "command") command.set(data.command.id, performance.now());
    },
  });
  const page = connect(new URL(url), adminToken);
  let greeted = false;
  page.relay.events.subscribe.subscribe(undefined, {
    onData(one) {
      if (one.type === "hello") greeted = true;
      if (one.type === "command" && !event.has(one.id)) event.set(one.id, performance.now());
    },
  });
  await until("the page's hello", () => greeted);
  const error = { reason: "provider_missing", message: "This host runs nothing" } as const;

  async function one(into: Seen): Promise<void> {
    const from = performance.now();
    const { command: asked } = await admin.agents.interrupt.mutate({ agentId });
    const id = asked?.id ?? "";
    await until("an interrupt at its host and on the page", () => command.has(id) && event.has(id));
    into.commands.push((command.get(id) as number) - from);
    into.events.push((event.get(id) as number) - from);
    await host.relay.commands.report.mutate({ ...host.proof, report: { commandId: id, state: "failed", error } });
    await delay(pauseMs);
  }

  return {
    /** Watches the relay and its others until `over`. */
    async watch(pid: number, over: () => boolean): Promise<Seen> {
      const seen: Seen = { commands: [], events: [], rss: 0 };
      const look = () => {
        seen.rss = Math.max(seen.rss, usageOf(pid).rss);
      };
      const timer = setInterval(look, lookMs);
      try {
        look();
        while (!over()) await one(seen);
        look();
      } finally {
        clearInterval(timer);
      }
      return seen;
    },
    drop() {
      host.drop();
      page.drop();
    },
  };
}
export type Others = Awaited<ReturnType<typeof makeOthers>>;

/** Over so many milliseconds from now. */
export function after(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() > end;
}

const ms = (samples: number[], share: number): string => `${percentile(samples, share).toFixed(1)} ms`;
export const told = (samples: number[]): string => `${ms(samples, 0.5)} (95 %: ${ms(samples, 0.95)})`;

/** Half of what others got came later than it may: more than half as much again, and 5 ms. */
export function slowed(without: number[], with_: number[]): string | null {
  const [before, now] = [percentile(without, 0.5), percentile(with_, 0.5)];
  return now > before * 1.5 + 5 ? `${told(with_)}, and ${told(without)} without` : null;
}
