import type { MailItem } from "../contracts/index.ts";
import { carryOut, type TestRelay } from "./relay.ts";

/** Online agents of one host, each with its runner's caller. */
export async function team(it: TestRelay, count: number, label = (n: number) => `agent ${n}`) {
  const host = await it.host("host-a", { maxSessions: 1_000 });
  const admin = await it.as({ name: "jo" });
  const agents = [];
  for (let n = 1; n <= count; n += 1) {
    const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true", label: label(n) });
    agents.push({ id: agentId, ...(await carryOut(it, host, command.id)) });
  }
  return { host, admin, agents };
}

export type Member = Awaited<ReturnType<typeof team>>["agents"][number];

type Sent = [id: string, item: MailItem];

/** Takes the next items of an agent's stream as they are now, on a stream of its own; fewer when no more come. */
export async function takeMail(it: TestRelay, { token, epoch }: Member, count: number, fresh = false) {
  const stop = new AbortController();
  const stream = await it.callWith(token, {}, stop.signal).messages.subscribe({ epoch, fresh });
  const items: MailItem[] = [];
  for await (const [, item] of stream as unknown as AsyncIterable<Sent>) {
    items.push(item);
    if (items.length === count) break;
  }
  stop.abort();
  return items;
}
