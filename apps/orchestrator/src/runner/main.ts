import { setTimeout as delay } from "node:timers/promises";
import type { SessionEnd } from "@signalbox/api/contracts";
import { agentBase, readEnvironment } from "../env.ts";
import { turnReaders } from "../providers/turns.ts";
import { endLeft } from "../sessions/end.ts";
import { noteInLog } from "../sessions/output.ts";
import { markReported, readRecord, takeLaunch, writeExit, writeTurn } from "../sessions/record.ts";
import { createAgentLink } from "./agent-link.ts";
import { openBridge } from "./bridge.ts";
import { compact } from "./compaction.ts";
import { type CompactAnswer, type CompactCall, compactPath, hookPath } from "./door.ts";
import { programEnvironment } from "./environment.ts";
import { sinceKey } from "./keys.ts";
import { captured, linesBefore } from "./last-words.ts";
import { createLetterbox } from "./mail.ts";
import { openMailJournal } from "./mail-journal.ts";
import { createOutbox } from "./mail-outbox.ts";
import { followMail } from "./mail-stream.ts";
import { createPen } from "./pen.ts";
import { farewell, type ProgramEnd, runProgram } from "./program.ts";
import { createScreen } from "./screen.ts";
import { firstTurn } from "./turn-rules.ts";
import { createTurns } from "./turns.ts";
import { submit } from "./typing.ts";

const registerWithinMs = 10_000;
/** A compaction is given up before the relay gives up its command (HST-33). */
const compactWithinMs = 4 * 60_000;
/** What is still to be said of messages does not hold up the end for longer. */
const lastSayingMs = 2_000;

/** Signals that a person's keys send to the whole foreground group: they are the program's. */
for (const signal of ["SIGINT", "SIGQUIT", "SIGTTOU", "SIGTTIN", "SIGTSTP"] as const) {
  process.on(signal, () => undefined);
}
/** The terminal is gone, with the session: what ran in it is told, and does not outlive it. */
let endAll = async () => {};
let hungUp: Promise<void> | undefined;
process.on("SIGHUP", () => {
  process.stdout.on("error", () => undefined);
  hungUp ??= endAll();
});
const asked = new Promise<"ended">((resolve) => process.on("SIGTERM", () => resolve("ended")));

const dir = process.argv[2] ?? "";
const record = await readRecord(dir);
const launch = await takeLaunch(dir);
const reader = record && turnReaders[record.provider];
if (!record || !launch || !reader) {
  process.stderr.write(`[signalbox] ${dir} is not the directory of a new session\n`);
  process.exit(1);
}
const { env, token } = launch;
const { sessionName } = record;
const own = readEnvironment(process.env).all;
const tmux = { socket: record.tmuxSocket, env: agentBase(own) };
const session = { tmux, sessionName, agentId: record.agentId, runner: process.pid };
endAll = () => endLeft(session, "SIGHUP");
const relay = new URL(record.relay);
const journal = reader.hear ? await openMailJournal(dir) : null;
const link = createAgentLink({
  relay,
  token,
  sessionName,
  random: Math.random,
  onRegistered(connection, epoch) {
    if (mail) followMail(connection, { epoch, fresh: !record.resumed }, mail);
  },
});
const outbox = createOutbox((rung, messageIds) =>
  link.call((relay, epoch) => relay.messages.acknowledge.mutate({ epoch, rung, messageIds }), { tries: Infinity }),
);
const first = firstTurn(record.hasPrompt, record.conversation);
const typing = { tmux, sessionName, dir };
const pen = createPen();
const turns = createTurns({
  first,
  reader,
  screen: createScreen(typing),
  keep: (turn) => writeTurn(dir, turn),
  tell: (turn) => link.say(turn),
  read: (input) => mail?.read(input),
});
/** Of a program that takes no typed input messages wait in its inbox (MSG-54). */
const mail =
  journal &&
  createLetterbox({
    journal,
    turns,
    reader,
    pen,
    submit: (text, checks) => submit(text, typing, checks),
    sinceKey: () => sinceKey(typing),
    outbox,
    tellWhy: (why) => noteInLog(dir, `messages cannot be typed now, which is tried again: ${why}`),
  });
const bridge = await openBridge({
  socket: record.runnerSocket,
  relay,
  token,
  own: {
    [hookPath]: (message) => turns.hear(message),
    async [compactPath](message): Promise<CompactAnswer> {
      const { reload } = message as CompactCall;
      const needs = { command: reader.compaction, turns, pen, submit: (text: string) => submit(text, typing) };
      return { failure: await compact({ ...needs, withinMs: compactWithinMs }, reload) };
    },
  },
});

const wanted = link.registered.then((registered) => (registered ? "registered" : "refused"));
const waited = await Promise.race([wanted, delay(registerWithinMs), asked]);
let ended: ProgramEnd = { exitCode: null, signal: "SIGTERM" };
// What the relay holds as ended is not begun; a relay that is away is not waited for.
if (waited !== "ended" && waited !== "refused") {
  link.say(first);
  const program = { command: record.command, cwd: record.cwd };
  ended = await runProgram({ ...program, env: programEnvironment({ record, dir, base: env, term: own.TERM }) });
}

mail?.close();
turns.close();
const last = farewell(ended);
const lines = await linesBefore(last, { tmux, sessionName, dir, print: (text) => process.stdout.write(text) });
const { exitCode, signal } = ended;
const end: SessionEnd = { exitCode, signal, lastLines: ended.failure ? [...lines.slice(-49), ended.failure] : lines };
const scripted = captured(signal ? `ended by ${signal}` : `exit code ${exitCode ?? "unknown"}`, end.lastLines);
// What a conversation came to is what it said last; a script's output is its result (HST-55).
const result = reader.hear ? turns.now().result : scripted;
await writeExit(dir, { end, result, at: new Date().toISOString() });
bridge.close();
await outbox.empty(lastSayingMs);
if (await link.farewell(result, end)) await markReported(dir);
link.close();
await hungUp;
process.exit(0);
