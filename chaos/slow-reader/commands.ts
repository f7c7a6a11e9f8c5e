import type { Signalbox } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import type { Broken } from "../lib/broken.ts";
import { after, type Others, type Seen, slowed, told } from "./others.ts";
import { openReader } from "./reader.ts";
import { type SlowHost, takeCommands } from "./waiting.ts";

/** Most that the relay's memory may grow while somebody reads nothing, in MiB. */
export const mostGrowth = 20;
const watchMs = 20_000;
const takeWithinMs = 600_000;
/** Silence of 10 s and 15 s until it is stale, each looked at every few seconds (HST-11). */
const droppedWithinMs = 40_000;
const acknowledged = 100;

export interface Played {
  broken: Broken[];
  /** Growth in MiB, and how long others waited. */
  notes: string;
}

/** What others and the relay's memory were like, against the time before. */
export function compare(before: Seen, now: Seen): Played {
  const broken: Broken[] = [];
  const growth = now.rss - before.rss;
  if (growth > mostGrowth)
    broken.push({ promise: "memory", seen: `${before.rss.toFixed()} → ${now.rss.toFixed()} MiB` });
  for (const what of ["commands", "events"] as const) {
    const slow = slowed(before[what], now[what]);
    if (slow) broken.push({ promise: "slowed", seen: `${what} after ${slow}` });
  }
  const others = `others' commands after ${told(now.commands)}, ${told(before.commands)} before`;
  return { broken, notes: `relay ${growth >= 0 ? "+" : ""}${growth.toFixed(1)} MiB; ${others}` };
}

type Taken = Awaited<ReturnType<typeof takeCommands>>;

function order({ seen }: Taken, first: number, last: number): Broken[] {
  const broken: Broken[] = [];
  const what = JSON.stringify(seen);
  if (seen.gaps || seen.first !== first || seen.last !== last) broken.push({ promise: "lost", seen: what });
  if (seen.repeats) broken.push({ promise: "doubled", seen: what });
  return broken;
}

/** A host that is there and reads nothing; then a page that reads nothing while the host takes what waited. */
export async function playThere(box: Signalbox, others: Others, slow: SlowHost, count: number) {
  const { url, pid } = box.relay;
  const before = await others.watch(pid, after(watchMs));
  const host = await takeCommands(url, slow);
  await host.take(1, takeWithinMs);
  const there = compare(before, await others.watch(pid, after(watchMs)));
  if (host.lost()) there.broken.push({ promise: "dropped", seen: "the host that said it was there" });

  const third = Math.floor(count / 3);
  const whileTaking = async (to: number) => {
    let over = false;
    const taken = host.take(to, takeWithinMs).finally(() => {
      over = true;
    });
    const [seen] = await Promise.all([others.watch(pid, () => over), taken]);
    return seen;
  };
  const busy = await whileTaking(third);
  const page = openReader(url, box.adminToken);
  const heard: string[] = [];
  page.relay.events.subscribe.subscribe(undefined, { onData: ({ type }) => void heard.push(type) });
  await until("the page's hello", () => heard.includes("hello"));
  page.stop({ silent: false });
  const full = await whileTaking(count);
  there.broken.push(...order(host, 1, count));
  const paused = compare(busy, full);
  const had = heard.length;
  page.go();
  const again = () => heard.length > had && (heard.slice(had).includes("hello") || heard.length >= count - third);
  await until("the page to hear of it", again, { withinMs: 30_000 }).catch((error: Error) =>
    paused.broken.push({ promise: "lost", seen: error.message }),
  );
  const told = heard.length;
  await others.watch(pid, after(1_000));
  if (heard.length === told) paused.broken.push({ promise: "stuck", seen: "the page hears nothing any more" });
  if (page.lost()) paused.broken.push({ promise: "dropped", seen: "the page that said it was there" });
  page.drop();
  paused.notes += `; it then heard ${heard.length - had} events`;
  await host.acknowledge(acknowledged);
  host.drop();
  return { there, paused };
}

/** A host that reads nothing and does not say that it is there either: it is dropped, and begins after what it acknowledged. */
export async function playSilent(box: Signalbox, others: Others, slow: SlowHost, count: number): Promise<Played> {
  const { url, pid } = box.relay;
  const before = await others.watch(pid, after(watchMs));
  const host = await takeCommands(url, slow);
  await host.take(1, takeWithinMs);
  host.stop({ silent: true });
  const now = await others.watch(pid, after(watchMs));
  const played = compare(before, now);
  const gone = async () => (await box.admin.orchestrators.get.query({ id: slow.id })).state !== "online";
  await until("the host to be held as gone", gone, { withinMs: droppedWithinMs }).catch((error: Error) =>
    played.broken.push({ promise: "unnoticed", seen: error.message }),
  );
  host.go();
  await until("the host to notice", host.lost, { withinMs: 30_000 }).catch((error: Error) =>
    played.broken.push({ promise: "unnoticed", seen: error.message }),
  );
  host.drop();
  const next = await takeCommands(url, slow);
  const from = performance.now();
  await next.take(count - acknowledged, takeWithinMs);
  played.notes += `; all read again in ${((performance.now() - from) / 1000).toFixed()} s`;
  played.broken.push(...order(next, acknowledged + 1, count));
  next.drop();
  return played;
}
