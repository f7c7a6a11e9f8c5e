import { expect, test } from "vitest";
import { startable, type Turn } from "./rules.ts";

const turn = (seq: number, ...keys: string[]): Turn => ({ id: `cmd_${seq}`, seq, keys });
const starts = (waiting: Turn[], running: Turn[] = []) => startable(waiting, running).map(({ seq }) => seq);

test.each<[string, Turn[], Turn[], number[]]>([
  ["strangers start together, in order", [turn(3, "agent:c"), turn(1, "agent:a"), turn(2, "agent:b")], [], [1, 2, 3]],
  ["the same agent waits for the earlier one", [turn(1, "agent:a"), turn(2, "agent:a")], [], [1]],
  ["the same workspace waits", [turn(1, "workspace:w", "repository:r"), turn(2, "agent:a", "workspace:w")], [], [1]],
  [
    "two landings of one repository wait",
    [turn(1, "workspace:v", "repository:r"), turn(2, "workspace:w", "repository:r")],
    [],
    [1],
  ],
  ["what runs is waited for", [turn(5, "agent:a")], [turn(1, "agent:a")], []],
  [
    "a slow install holds up no shutdown",
    [turn(2, "repository:r"), turn(3, "agent:a")],
    [turn(1, "repository:r")],
    [3],
  ],
  ["a waiting one is not overtaken by a later one of its kind", [turn(2, "a", "b"), turn(3, "b")], [turn(1, "a")], []],
])("[HST-28] %s", (_, waiting, running, expected) => {
  expect(starts(waiting, running)).toEqual(expected);
});
