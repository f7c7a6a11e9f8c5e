import type { Mail } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import type { ProgramEvent, TurnReader } from "../providers/turns.ts";
import { until } from "../until.ts";
import { createLetterbox } from "./mail.ts";
import { openMailJournal } from "./mail-journal.ts";
import { createPen } from "./pen.ts";
import { firstTurn } from "./turn-rules.ts";
import { createTurns } from "./turns.ts";
import type { Checks, Typed } from "./typing.ts";

const mail = (id: number, urgent = false): Mail => ({
  id,
  from: { kind: "person", id: null, name: "jo" },
  subject: null,
  body: `body ${id}`,
  missing: 0,
  urgent,
  replyExpected: false,
});

/** Decides what becomes of a text that is typed; the usual: it is drawn, submitted, and begins a turn. */
type Type = (ids: number[], checks: Checks) => Promise<Typed>;

/** A room in `dir` whose program's messages are the events themselves and whose screen is `screen`. */
async function room(dir: string, reader: Partial<TurnReader> = {}, open = openMailJournal) {
  const journal = await open(dir);
  const said: string[] = [];
  const typed: string[] = [];
  const told: string[] = [];
  const state = { sinceKey: Number.POSITIVE_INFINITY, type: null as Type | null, screen: ["❯"] };
  const turns = createTurns({
    first: firstTurn(false, null),
    reader: { hear: (message) => message as ProgramEvent, queues: reader.queues },
    screen: async () => state.screen,
    keep: async () => undefined,
    tell: () => undefined,
    read: (input) => letterbox.read(input),
  });
  const submit = async (text: string, checks: Checks): Promise<Typed> => {
    const ids = [...text.matchAll(/^\[signalbox message (\d+)/gm)].map(([, id]) => Number(id));
    if (state.type) return state.type(ids, checks);
    if (!(await checks.mayPaste?.(state.screen))) return "nothing";
    typed.push(ids.join(" "));
    const before = state.screen;
    state.screen = text.split("\n");
    if (!checks.mayEnter?.(state.screen, before)) return "pasted";
    state.screen = ["❯"];
    // A hook is a program that must start: it speaks after Enter has been pressed.
    setTimeout(() => void turns.hear({ type: "busy", input: text }), 100);
    return "submitted";
  };
  const letterbox = createLetterbox({
    journal,
    turns,
    reader,
    pen: createPen(),
    submit,
    sinceKey: async () => state.sinceKey,
    outbox: { say: (rung, ids) => void said.push(`${rung} ${ids.join(" ")}`) },
    tellWhy: async (why) => void told.push(why),
  });
  return {
    state,
    said,
    typed,
    told,
    hear: (event: ProgramEvent) => turns.hear(event),
    give: (...mails: Mail[]) => {
      for (const one of mails) letterbox.take({ kind: "mail", mail: one });
    },
    anew: () => letterbox.empty(),
    withdraw: (id: number) => letterbox.take({ kind: "withdrawn", id }),
    typedTimes: (times: number) => until(() => typed.length >= times, { withinMs: 10_000, everyMs: 5 }),
    says: (text: string, times = 1) =>
      until(() => said.filter((one) => one === text).length >= times, { withinMs: 10_000, everyMs: 5 }),
    /** Whatever is under way now has come to its end. */
    quiet: () => turns.reached(() => false, 300),
    async [Symbol.asyncDispose]() {
      letterbox.close();
      turns.close();
      await journal.close();
    },
  };
}

test("[MSG-47] [MSG-52] what waits goes in one batch once the program is free, the rest with the next turn's end; each is acknowledged for itself", async () => {
  using dir = temporary();
  await using one = await room(dir.path);
  const ids = Array.from({ length: 22 }, (_, n) => n + 1);
  one.give(...ids.toReversed().map((id) => mail(id)));
  await one.quiet();
  expect(one.typed).toEqual([]);
  await one.hear({ type: "started" });
  expect(await one.typedTimes(1)).toBe(true);
  const [first, rest] = [ids.slice(0, 20).join(" "), ids.slice(20).join(" ")];
  expect(await one.says(`injected ${first}`)).toBe(true);
  await one.quiet();
  expect(one.typed).toEqual([first]);
  expect(one.said.slice(22)).toEqual([`injected ${first}`, `seen ${first}`]);
  await one.hear({ type: "idle" });
  expect(await one.typedTimes(2)).toBe(true);
  expect(one.typed).toEqual([first, rest]);
});

test("[MSG-47] [MSG-48] what is urgent goes into a turn, nothing into a question, whoever asks it and wherever it shows", async () => {
  using dir = temporary();
  await using one = await room(dir.path, {
    see: ([line]) => (line === "Proceed?" ? { type: "blocked", kind: "question", text: line } : null),
  });
  await one.hear({ type: "busy", input: "the prompt" });
  one.give(mail(1), mail(2, true));
  expect(await until(() => one.said.includes("seen 2"), { withinMs: 10_000 })).toBe(true);
  await one.hear({ type: "blocked", kind: "permission", text: "Bash" });
  one.give(mail(3, true));
  await one.quiet();
  expect(one.typed).toEqual(["2"]);
  // It goes on, and asks again on its screen before any hook has said so.
  one.state.screen = ["Proceed?"];
  await one.hear({ type: "busy" });
  await one.quiet();
  expect(one.typed).toEqual(["2"]);
  one.state.screen = ["❯"];
  expect(await one.typedTimes(2)).toBe(true);
  expect(one.typed).toEqual(["2", "3"]);
});

test("[MSG-48] Enter is not pressed on a question that came with the paste; what was typed so is neither said to be there nor typed again", async () => {
  using dir = temporary();
  await using one = await room(dir.path, {
    see: ([line]) => (line === "Proceed?" ? { type: "blocked", kind: "question", text: line } : null),
  });
  let entered: boolean | undefined;
  one.state.type = async (_ids, { mayPaste, mayEnter }) => {
    if (!(await mayPaste?.(["❯"]))) return "nothing";
    entered = mayEnter?.(["Proceed?"], ["❯"]);
    return "pasted";
  };
  await one.hear({ type: "started" });
  one.give(mail(1));
  expect(await until(() => entered !== undefined, { withinMs: 10_000 })).toBe(true);
  one.state.type = null;
  one.give(mail(1), mail(2));
  expect(await one.typedTimes(1)).toBe(true);
  expect(entered).toBe(false);
  expect(one.typed).toEqual(["2"]);
  expect(one.said).toEqual(["sent 1", "sent 2", "injected 2"]);
});

test("[MSG-48] a person's key keeps it away until the person has been quiet", async () => {
  using dir = temporary();
  await using one = await room(dir.path);
  await one.hear({ type: "started" });
  one.state.sinceKey = 9_400;
  one.give(mail(1, true));
  await one.quiet();
  expect(one.typed).toEqual([]);
  one.state.sinceKey = 10_001;
  expect(await one.typedTimes(1)).toBe(true);
});

test("[MSG-53] what waited when a new stream begins is typed only if it is given again: it may have been read meanwhile", async () => {
  using dir = temporary();
  await using one = await room(dir.path);
  await one.hear({ type: "busy", input: "the prompt" });
  one.give(mail(1), mail(2));
  one.anew();
  one.give(mail(2));
  await one.hear({ type: "idle" });
  expect(await one.typedTimes(1)).toBe(true);
  expect(one.typed).toEqual(["2"]);
});

test("[MSG-53] what was withdrawn is not typed, also when it was about to be", async () => {
  using dir = temporary();
  await using one = await room(dir.path);
  one.give(mail(1), mail(2));
  one.withdraw(1);
  one.state.type = async (ids, checks) => {
    one.state.type = null;
    one.withdraw(3);
    expect(ids).toEqual([2, 3]);
    return (await checks.mayPaste?.(["❯"])) ? "submitted" : "nothing";
  };
  one.give(mail(3));
  await one.hear({ type: "started" });
  expect(await one.typedTimes(1)).toBe(true);
  expect(one.typed).toEqual(["2"]);
});

test("[MSG-46] what was shown is dropped and acknowledged again; of what a crash left open nothing is said or shown", async () => {
  using dir = temporary();
  const crashed = await openMailJournal(dir.path);
  await crashed.begin([1, 2]);
  await crashed.finish([1]);
  await crashed.close();
  await using one = await room(dir.path);
  await one.hear({ type: "started" });
  one.give(mail(1), mail(2), mail(3), mail(3));
  expect(await one.typedTimes(1)).toBe(true);
  // Once it is written down that it was typed.
  expect(await one.says("injected 3")).toBe(true);
  await one.quiet();
  one.give(mail(3));
  expect(await one.says("injected 3", 2)).toBe(true);
  await one.quiet();
  expect(one.typed).toEqual(["3"]);
  expect(one.said.toSorted()).toEqual(["injected 1", "injected 3", "injected 3", "seen 3", "sent 3", "sent 3"]);
  // Evidence may still come: the program had got it.
  await one.hear({ type: "busy", input: "[signalbox message 2 from relay]\nbody\n[end of message 2]" });
  expect(one.said.at(-1)).toBe("seen 2");
  // Nobody was shown this one.
  await one.hear({ type: "busy", input: "[signalbox message 99 from relay]" });
  expect(one.said.at(-1)).toBe("seen 2");
});

test("[MSG-46] what could not be written down is not typed, said once, and tried again", async () => {
  using dir = temporary();
  let failures = 2;
  await using one = await room(dir.path, {}, async (path) => {
    const journal = await openMailJournal(path);
    const begin = (ids: number[]) => (failures-- > 0 ? Promise.reject(new Error("ENOSPC")) : journal.begin(ids));
    return { ...journal, begin };
  });
  await one.hear({ type: "started" });
  one.give(mail(1));
  expect(await until(() => failures === 1, { withinMs: 10_000, everyMs: 5 })).toBe(true);
  await one.quiet();
  expect([one.typed, one.said]).toEqual([[], ["sent 1"]]);
  expect(await until(() => one.said.includes("injected 1"), { withinMs: 30_000 })).toBe(true);
  expect([one.typed, one.told, failures]).toEqual([["1"], ["ENOSPC"], -1]);
});

test("[MSG-44] what a program queues in a turn is seen when that turn has ended", async () => {
  using dir = temporary();
  await using one = await room(dir.path, { queues: true });
  await one.hear({ type: "busy", input: "the prompt" });
  one.give(mail(1, true));
  expect(await one.says("injected 1")).toBe(true);
  await one.quiet();
  expect(one.said).toEqual(["sent 1", "injected 1"]);
  // What was queued may be the next turn: nothing that waits for a free program goes in between.
  one.give(mail(2));
  await one.hear({ type: "idle", result: "first" });
  expect(await one.says("seen 1")).toBe(true);
  await one.quiet();
  expect(one.said).toEqual(["sent 1", "injected 1", "sent 2", "seen 1"]);
  await one.hear({ type: "idle", result: "second" });
  expect(await one.typedTimes(2)).toBe(true);
  expect(one.typed).toEqual(["1", "2"]);
});
