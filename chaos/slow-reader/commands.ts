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

/** What others and the relay's memory were like, against the time before; and how others fared after it. */
export function compare(before: Seen, now: Seen, after: Seen): Played {
  const broken: Broken[] = [];
  const growth = now.held - before.held;
  if (growth > mostGrowth)
    broken.push({ promise: "memory", seen: `${before.held.toFixed(1)} → ${now.held.toFixed(1)} MiB` });
  for (const what of ["commands", "events"] as const) {
    const slow = slowed(now[what], [before[what], after[what]]);
    if (slow) broken.push({ promise: "slowed", seen: `${what} after ${slow}` });
  }
  const others = `others' commands after ${told(now.commands)}, ${told(before.commands)} before`;
  const memory = `${signed(growth)} MiB held, ${signed(now.rss - before.rss)} MiB resident at most`;
  return { broken, notes: `relay ${memory}; ${others}` };
}

/** With its sign. */
export const signed = (mib: number): string => `${mib < 0 ? "" : "+"}${mib.toFixed(1)}`;

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
  const { relay } = box;
  const before = await others.watch(relay, after(watchMs));
  const host = await takeCommands(relay.url, slow);
  await host.take(1, takeWithinMs);
  const now = await others.watch(relay, after(watchMs));
  const dropped = host.lost();

  const whileTaking = async (to: number) => {
    let over = false;
    const taken = host.take(to, takeWithinMs).finally(() => {
      over = true;
    });
    const [seen] = await Promise.all([others.watch(relay, () => over), taken]);
    return seen;
  };
  const third = Math.floor(count / 3);
  const busy = await whileTaking(third);
  const page = openReader(relay.url, box.adminToken);
  const heard: string[] = [];
  page.relay.events.subscribe.subscribe(undefined, { onData: ({ type }) => void heard.push(type) });
  await until("the page's hello", () => heard.includes("hello"));
  page.stop({ silent: false });
  const full = await whileTaking(count);
  const had = heard.length;
  page.go();
  // Without a new hello it has heard of all but the few that were on their way to the host before it listened.
  const again = () => heard.slice(had).includes("hello") || heard.length - had > (count - third) * 0.9;
  const deaf = await until("the page to hear of it", again, { withinMs: 30_000 }).then(
    () => null,
    (error: Error) => error.message,
  );
  const then = heard.length;
  const later = await others.watch(relay, after(watchMs));
  await host.acknowledge(acknowledged);

  const there = compare(before, now, later);
  there.broken.push(...order(host, 1, count));
  if (dropped) there.broken.push({ promise: "dropped", seen: "the host that said it was there" });
  const paused = compare(busy, full, busy);
  if (deaf) paused.broken.push({ promise: "lost", seen: deaf });
  if (heard.length === then) paused.broken.push({ promise: "stuck", seen: "the page hears nothing any more" });
  if (page.lost()) paused.broken.push({ promise: "dropped", seen: "the page that said it was there" });
  paused.notes += `; it then heard ${then - had} events`;
  page.drop();
  host.drop();
  return { there, paused };
}

/** A host that reads nothing and does not say that it is there either: it is dropped, and begins after what it acknowledged. */
export async function playSilent(box: Signalbox, others: Others, slow: SlowHost, count: number): Promise<Played> {
  const { relay } = box;
  const { url } = relay;
  const before = await others.watch(relay, after(watchMs));
  const host = await takeCommands(url, slow);
  await host.take(1, takeWithinMs);
  host.stop({ silent: true });
  const now = await others.watch(relay, after(watchMs));
  const played = compare(before, now, before);
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
