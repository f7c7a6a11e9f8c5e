import { setTimeout as delay } from "node:timers/promises";
import { connect } from "../../apps/orchestrator/src/link/connection.ts";
import { read } from "../../bench/lib/gauge.ts";
import { percentile } from "../../bench/lib/samples.ts";
import { usageOf } from "../../bench/lib/usage.ts";
import { type Client, clientOf } from "../../tests/support/client.ts";
import { playHost } from "../../tests/support/played-host.ts";
import type { Program } from "../../tests/support/program.ts";
import { until } from "../../tests/support/until.ts";

/** What others had of the relay for a while. */
export interface Seen {
  /** From a person's call to the command at its host, and to the event at a page, in ms. */
  commands: number[];
  events: number[];
  /** The most resident memory that the relay took, in MiB. */
  rss: number;
  /** What its living objects held at the end, after a collection, in MiB. */
  held: number;
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
    async watch(relay: Program, over: () => boolean): Promise<Seen> {
      const seen: Seen = { commands: [], events: [], rss: 0, held: 0 };
      const look = () => {
        seen.rss = Math.max(seen.rss, usageOf(relay.pid).rss);
      };
      const timer = setInterval(look, lookMs);
      try {
        look();
        do await one(seen);
        while (!over());
        look();
        seen.held = await heldBy(relay);
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

/** Half of what others got came much later than before and after, whichever was slower: twice as late, and 10 ms. */
export function slowed(now: number[], without: number[][]): string | null {
  const limit = Math.max(...without.map((samples) => percentile(samples, 0.5))) * 2 + 10;
  return percentile(now, 0.5) > limit ? `${told(now)}, and ${without.map(told).join(" and ")} without` : null;
}

/** What the living objects of a program hold, in MiB. */
export async function heldBy(program: Program): Promise<number> {
  const { heap, external } = await read(program);
  return (heap + external) / 1024;
}
