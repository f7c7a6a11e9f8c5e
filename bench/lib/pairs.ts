import { connect } from "../../apps/orchestrator/src/link/connection.ts";
import { numberedId, tokenByHand } from "../../tests/support/agents.ts";
import { clientOf } from "../../tests/support/client.ts";
import { arrivals } from "./arrivals.ts";
import { type RawSocket, rawSocket } from "./raw-socket.ts";
import type { LoneRelay } from "./relay.ts";

/** A sender and a recipient, each on a WebSocket of its own; both answer milliseconds. */
export interface Pair {
  /** From the call of a send until its recipient holds it, and until the relay has that on record. */
  message(): Promise<{ held: number; sent: number }>;
  close(): void;
}

interface Sent {
  json: { messageId: number };
}

/** A person and an agent whose runner takes messages as a real one does, but injects nothing. */
export async function ourPair(
  { relay, adminToken }: Pick<LoneRelay, "relay" | "adminToken">,
  n: number,
): Promise<Pair> {
  const admin = clientOf(relay.url, adminToken);
  const agentId = numberedId("claude", n);
  const token = await tokenByHand(admin, agentId);
  const first = connect(new URL(relay.url), token);
  const { epoch } = await first.relay.agents.register.mutate({ runnerId: agentId, sessionName: agentId });
  const sender = await rawSocket(relay.url, "/api/trpc", adminToken);
  const runner = await rawSocket(relay.url, "/api/trpc", token);
  const items = arrivals();
  runner.stream("messages.subscribe", { json: { epoch } }, (data) => {
    const { kind, mail } = (data as { json: { data: { kind: string; mail?: { id: number; body: string } } } }).json
      .data;
    if (kind === "mail" && mail) void held(mail.id, mail.body);
  });
  const acknowledged = new Map<string, Promise<number>>();
  const held = (id: number, key: string) => {
    const done = runner
      .call("mutation", "messages.acknowledge", { json: { epoch, rung: "sent", messageIds: [id] } })
      .then(() => performance.now());
    acknowledged.set(key, done);
    items.arrived(key);
  };
  let count = 0;
  return {
    async message() {
      const key = `message ${count++}`;
      const from = performance.now();
      const answered = sender.call("mutation", "messages.send", { json: { to: agentId, body: key, from: "bench" } });
      const at = await items.of(key);
      const sent = await (acknowledged.get(key) as Promise<number>);
      acknowledged.delete(key);
      if (((await answered) as Sent).json.messageId < 1) throw new Error("no message");
      return { held: at - from, sent: sent - from };
    },
    close() {
      for (const one of [sender, runner]) one.close();
      first.drop();
    },
  };
}

/** The same on a bare tRPC server that commits each message as one row and gives it to its subscriber. */
export async function barePair(url: string, n: number): Promise<Pair> {
  const [sender, subscriber]: RawSocket[] = [await rawSocket(url, ""), await rawSocket(url, "")];
  const items = arrivals();
  subscriber?.stream("items", { to: n }, (data) => items.arrived(String((data as { n: number }).n)));
  await items.of("-1");
  let count = 0;
  return {
    async message() {
      const key = n * 1_000_000 + count++;
      const from = performance.now();
      const answered = sender?.call("mutation", "store", { n: key, to: n });
      const at = await items.of(String(key));
      await answered;
      return { held: at - from, sent: at - from };
    },
    close() {
      sender?.close();
      subscriber?.close();
    },
  };
}
