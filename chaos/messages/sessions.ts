import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { problemOf } from "../../apps/orchestrator/src/link/problem.ts";
import type { ProgramEvent } from "../../apps/orchestrator/src/providers/turns.ts";
import { createAgentLink } from "../../apps/orchestrator/src/runner/agent-link.ts";
import { createLetterbox } from "../../apps/orchestrator/src/runner/mail.ts";
import { openMailJournal } from "../../apps/orchestrator/src/runner/mail-journal.ts";
import { createOutbox } from "../../apps/orchestrator/src/runner/mail-outbox.ts";
import { followMail } from "../../apps/orchestrator/src/runner/mail-stream.ts";
import { idsIn } from "../../apps/orchestrator/src/runner/mail-text.ts";
import { createPen } from "../../apps/orchestrator/src/runner/pen.ts";
import { firstTurn } from "../../apps/orchestrator/src/runner/turn-rules.ts";
import { createTurns } from "../../apps/orchestrator/src/runner/turns.ts";
import type { Checks, Typed } from "../../apps/orchestrator/src/runner/typing.ts";
import { type Accepted, linesFile, type Orders, type PlayedAgent, type Shown } from "./plan.ts";

// A process with the sessions of several agents: the runner's own parts for messages, and a program that is played. It is
// killed and started again, each time as the next runner of the same sessions.

// Without whoever started it nobody is left who would end it.
process.on("disconnect", () => process.exit());
if (!process.connected) process.exit();

const orders = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Orders;
const prompt = ["❯"];

/** How long a played turn lasts, in milliseconds. */
const turnMs = () => 5 + Math.random() * 40;

async function play(agent: PlayedAgent) {
  const shown = linesFile<Shown>(agent, "shown");
  const journal = await openMailJournal(agent.dir);
  const link = createAgentLink({
    relay: new URL(orders.relay),
    token: agent.token,
    sessionName: agent.agentId,
    random: Math.random,
    onRegistered: (connection, epoch) => followMail(connection, { epoch, fresh: false }, mail),
  });
  const outbox = createOutbox((rung, messageIds) =>
    link.call((relay, epoch) => relay.messages.acknowledge.mutate({ epoch, rung, messageIds }), { tries: Infinity }),
  );
  let screen = prompt;
  const turns = createTurns({
    first: firstTurn(false, null),
    reader: { hear: (message) => message as ProgramEvent },
    screen: async () => screen,
    keep: async () => undefined,
    tell: (turn) => link.say(turn),
    read: (input) => mail.read(input),
  });
  async function submit(text: string, { mayPaste, mayEnter }: Checks): Promise<Typed> {
    if (!(await mayPaste?.(screen))) return "nothing";
    const ids = idsIn(text);
    shown.add({ step: "typed", ids });
    const before = screen;
    screen = text.split("\n");
    await delay(Math.random() * 5);
    if (!mayEnter?.(screen, before)) return "pasted";
    screen = prompt;
    shown.add({ step: "entered", ids });
    void turn(text, ids);
    return "submitted";
  }
  async function turn(input: string, ids: number[]): Promise<void> {
    shown.add({ step: "turn", ids });
    await turns.hear({ type: "busy", input });
    await delay(turnMs());
    await turns.hear({ type: "idle" });
  }
  const mail = createLetterbox({
    journal,
    turns,
    reader: {},
    pen: createPen(),
    submit,
    sinceKey: async () => Number.POSITIVE_INFINITY,
    outbox,
    tellWhy: async () => undefined,
  });
  await link.registered;
  link.say(turns.now());
  await turns.hear({ type: "started" });
  return { send: () => sendAll(agent, link) };
}

/** Sends what this agent has not been told to be stored, each under a key of its own, until the relay has it all. */
async function sendAll(agent: PlayedAgent, link: ReturnType<typeof createAgentLink>): Promise<void> {
  const accepted = linesFile<Accepted>(agent, "accepted");
  const others = orders.everybody.filter((id) => id !== agent.agentId);
  for (let n = accepted.read().length; n < orders.quota; ) {
    // The same for each try: under one key the same content.
    const to = others[(n * 31 + agent.agentId.charCodeAt(8) * 7) % others.length] as string;
    const body = `message ${n} of ${agent.agentId}`;
    const wanted = { to, body, idempotencyKey: `k${n}` };
    try {
      const { messageId } = await link.call((relay) => relay.messages.send.mutate(wanted));
      accepted.add({ messageId, to });
      n += 1;
    } catch (error) {
      const problem = problemOf(error);
      if (problem && problem.code !== "Unavailable" && problem.code !== "QuotaReached") throw error;
      await delay((problem?.retryAfterSeconds ?? 0.2) * 1000);
    }
  }
}

const played = await Promise.all(orders.own.map(play));
process.send?.({ type: "ready" });
await Promise.all(played.map(({ send }) => send()));
process.send?.({ type: "sent" });
