import { expect, test } from "vitest";
import type { ProgramEvent } from "../providers/turns.ts";
import { until } from "../until.ts";
import { compact } from "./compaction.ts";
import { createPen } from "./pen.ts";
import { firstTurn, type Turn } from "./turn-rules.ts";
import { createTurns, type Turns } from "./turns.ts";

/** Turns of a program whose messages are the events themselves, and whose screen is given line by line. */
function follow(first: Turn, see?: (screen: string[]) => ProgramEvent | null, queues = false) {
  const screen: string[] = [];
  const kept: Turn[] = [];
  const told: string[] = [];
  const read: string[] = [];
  const turns = createTurns({
    first,
    reader: { hear: (message) => message as ProgramEvent, see, queues },
    screen: async () => [...screen],
    keep: async (turn) => void kept.push(turn),
    tell: ({ status, blocked, result }) => void told.push([status, blocked?.text, result].filter(Boolean).join(" ")),
    read: (input) => void read.push(input),
  });
  return { turns, screen, kept, told, read, [Symbol.dispose]: () => turns.close() };
}

test("[HST-54] what the hooks say is kept and told once, in order; after the end nothing is", async () => {
  using one = follow(firstTurn(true, null));
  for (const message of [
    { type: "started", conversation: "c1" },
    { type: "busy" },
    { type: "blocked", kind: "permission", text: "Bash" },
    { type: "blocked", kind: "permission", text: "Bash" },
    { type: "idle", result: "done" },
    { type: "idle", result: "done again" },
  ])
    await one.turns.hear(message);
  expect(one.told).toEqual(["blocked Bash", "idle done", "idle done again"]);
  expect(one.kept.at(-1)).toMatchObject({ status: "idle", conversation: "c1", result: "done again" });
  one.turns.close();
  await one.turns.hear({ type: "busy" });
  expect(one.told.length).toBe(3);
});

test("[HST-54] a question on the screen counts when it stands there for 3 s, and once", async () => {
  const see = (screen: string[]): ProgramEvent | null =>
    screen[0] ? { type: "blocked", kind: "question", text: screen[0] } : null;
  using one = follow(firstTurn(true, null), see);
  one.screen[0] = "Proceed?";
  const since = performance.now();
  expect(await until(() => one.told.length > 0, { withinMs: 20_000 })).toBe(true);
  expect(performance.now() - since).toBeGreaterThan(1_900);
  expect(one.told).toEqual(["blocked Proceed?"]);
});

test("[HST-54] the screen is believed anew after a hook, but never repeats in other words what a hook asked", async () => {
  const see = (screen: string[]): ProgramEvent | null => (screen[0] ? JSON.parse(screen[0]) : null);
  using one = follow(firstTurn(false, null), see);
  one.screen[0] = '{"type":"idle"}';
  expect(await until(() => one.kept.length > 0, { withinMs: 20_000 })).toBe(true);
  // A turn that broke off at once: its end is only on the screen, which looks as it did before.
  await one.turns.hear({ type: "busy" });
  expect(await until(() => one.turns.now().status === "idle", { withinMs: 20_000 })).toBe(true);
  await one.turns.hear({ type: "blocked", kind: "permission", text: "Bash: ls" });
  one.screen[0] = '{"type":"blocked","kind":"permission","text":"Would you like to run ls?"}';
  const told = one.told.length;
  await one.turns.reached(() => false, 4_500);
  expect(one.told.slice(told - 1)).toEqual(["blocked Bash: ls"]);
  // The answer lets the turn go on, which no hook says.
  one.screen[0] = '{"type":"busy"}';
  expect(await until(() => one.turns.now().status === "busy", { withinMs: 20_000 })).toBe(true);
});

test("[MSG-44] what a turn was given is read at once; in a program that queues, with the end of the turn, and not when it was taken back", async () => {
  const hear = async ({ turns }: { turns: Turns }, ...messages: ProgramEvent[]) => {
    for (const message of messages) await turns.hear(message);
  };
  using direct = follow(firstTurn(true, null));
  await hear(direct, { type: "busy", input: "a" }, { type: "busy", input: "b" });
  expect(direct.read).toEqual(["a", "b"]);

  const see = (screen: string[]): ProgramEvent | null => (screen[0] === "prompt" ? { type: "idle" } : null);
  using one = follow(firstTurn(true, null), see, true);
  await hear(one, { type: "busy", input: "a" }, { type: "busy", input: "b" });
  expect(one.read).toEqual(["a"]);
  await hear(one, { type: "idle", result: "done" });
  expect(one.read).toEqual(["a", "b"]);
  // It may have been read in the turn, or be the next one: only the screen can tell.
  expect(one.told.at(-1)).toBe("busy done");
  await hear(one, { type: "busy", input: "c" });
  one.screen[0] = "prompt";
  expect(await until(() => one.turns.now().status === "idle", { withinMs: 20_000 })).toBe(true);
  await hear(one, { type: "busy", input: "d" }, { type: "idle" });
  expect(one.read).toEqual(["a", "b", "d"]);
  expect(one.turns.now().status).toBe("idle");
});

/** A program that is condensed by what is typed, or not. */
async function compacting(turns: Turns, answers: boolean, reload: string[] = [], then: ProgramEvent[] = []) {
  const typed: string[] = [];
  const submit = async (text: string) => {
    typed.push(text);
    if (answers && text === "/compact")
      for (const event of [{ type: "compacted" } as const, ...then]) await turns.apply(event);
  };
  return {
    failure: await compact({ command: "/compact", turns, pen: createPen(), submit, withinMs: 400 }, reload),
    typed,
  };
}

test("[SPN-59] a program is condensed when it is free, and told what to read again", async () => {
  using one = follow(firstTurn(true, null));
  const early = await compacting(one.turns, true);
  expect(early).toEqual({ failure: "the program stayed busy", typed: [] });
  await one.turns.apply({ type: "blocked", kind: "permission", text: "Bash" });
  expect((await compacting(one.turns, true)).typed).toEqual([]);
  await one.turns.apply({ type: "idle" });
  expect(await compacting(one.turns, true, ["NOTES.md", "PLAN.md"])).toEqual({
    failure: null,
    typed: ["/compact", "Read these again: NOTES.md, PLAN.md"],
  });
  expect((await compacting(one.turns, false)).failure).toMatch(/has not said that it is done/);
  // A question that comes after the compaction is not typed into.
  const question: ProgramEvent = { type: "blocked", kind: "permission", text: "Bash" };
  expect(await compacting(one.turns, true, ["NOTES.md"], [question])).toEqual({
    failure: "it is done, and NOTES.md was not read again: the program stayed blocked",
    typed: ["/compact"],
  });
});
