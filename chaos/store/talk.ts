import { setTimeout as delay } from "node:timers/promises";
import type { MailItem } from "../../packages/api/src/contracts/index.ts";
import { type Rung, rungs } from "../../packages/api/src/contracts/rungs.ts";
import { AppError } from "../../packages/api/src/errors.ts";
import { type Member, team } from "../../packages/api/src/testing/messages.ts";
import { type TestRelay, testRelay } from "../../packages/api/src/testing/relay.ts";
import type { Database } from "../../packages/db/src/types.ts";
import type { Broken } from "../lib/broken.ts";
import type { Random } from "../random.ts";

export const promises = ["lost", "doubled", "claimsTooMuch", "stuck"];

const pauseMs = 5;

/** Makes a call until it is answered; what the relay refuses for good is thrown. */
export async function answered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof AppError && error.reason !== "Unavailable") throw error;
      await delay(pauseMs);
    }
  }
}

/** A session that is played: it takes messages, shows each once, and says so until the relay has heard it. */
function session(it: TestRelay, { token, epoch, runner }: Member, stop: AbortSignal) {
  const shown = new Set<number>();
  const read = new Set<number>();
  const say = (rung: "sent" | "injected" | "seen", id: number) =>
    answered(() => runner.messages.acknowledge({ epoch, rung, messageIds: [id] }));
  async function take(id: number): Promise<void> {
    await say("sent", id);
    if (shown.has(id)) return;
    shown.add(id);
    await say("injected", id);
    read.add(id);
    await say("seen", id);
  }
  async function follow(): Promise<void> {
    const stream = await it.callWith(token, {}, stop).messages.subscribe({ epoch });
    for await (const [, item] of stream as unknown as AsyncIterable<[string, MailItem]>)
      if (item.kind === "mail") await take(item.mail.id);
  }
  const following = (async () => {
    while (!stop.aborted) await follow().catch(() => delay(pauseMs));
  })();
  return { shown, read, following };
}

interface Talk {
  /** On the store with faults, and beside it, for what must not fail. */
  faulty: Database & { url: string };
  plain: Database;
  random: Random;
  agents: number;
  messages: number;
  /** Called once everybody is there, and again when everything is sent; nothing fails any more when it resolves. */
  onFaults: (on: boolean) => void | Promise<void>;
}

/** [MSG-36] [MSG-38] [MSG-40]: agents write to each other on a store that fails; then all of it is compared. */
export async function playTalk({ faulty, plain, random, agents: count, messages, onFaults }: Talk) {
  const it = await testRelay(faulty);
  it.services.settings["messages.loopExchanges"] = 0;
  it.services.settings["messages.ratePerMinute"] = 6_000;
  const { agents } = await team(it, count);
  const stop = new AbortController();
  const sessions = new Map(agents.map((one) => [one.id, session(it, one, stop.signal)]));
  await onFaults(true);
  const accepted: { id: number; key: string }[] = [];
  const sending = agents.map(async (from) => {
    for (let n = 0; n < messages; n += 1) {
      const to = random.pick(agents.filter(({ id }) => id !== from.id)).id;
      const wanted = { to, body: `message ${n}`, idempotencyKey: `k${n}` };
      const { messageId } = await answered(() => from.runner.messages.send(wanted));
      accepted.push({ id: messageId, key: `${from.id} k${n}` });
    }
  });
  await Promise.all(sending);
  await onFaults(false);
  const allSeen = async () =>
    (await answered(() =>
      plain.client.delivery.count({ where: { rung: { in: ["accepted", "sent", "injected"] } } }),
    )) === 0;
  for (let n = 0; n < 1_000 && !(await allSeen()); n += 1) await delay(10);
  stop.abort();
  await Promise.all([...sessions.values()].map(({ following }) => following));

  const rows = await answered(() => plain.client.message.findMany({ include: { deliveries: true } }));
  const ids = new Set(rows.map(({ id }) => id));
  const broken: Broken[] = [];
  for (const { id } of accepted) if (!ids.has(id)) broken.push({ promise: "lost", seen: String(id) });
  const more = rows.length - new Set(accepted.map(({ id }) => id)).size;
  if (more !== 0) broken.push({ promise: "doubled", seen: `${more} messages besides those that were accepted` });
  for (const { id, deliveries } of rows)
    for (const { agentId, rung } of deliveries) {
      const one = sessions.get(agentId);
      const reached = rungs.indexOf(rung as Rung);
      if ((reached >= 2 && !one?.shown.has(id)) || (reached >= 3 && !one?.read.has(id)))
        broken.push({ promise: "claimsTooMuch", seen: `${id} is ${rung} at ${agentId}` });
      if (reached < 3) broken.push({ promise: "stuck", seen: `${id} is ${rung} at ${agentId}` });
    }
  return { broken, messages: rows.length };
}
