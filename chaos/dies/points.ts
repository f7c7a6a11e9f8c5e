import type { CommandType } from "../../packages/api/src/contracts/index.ts";
import type { Point } from "../lib/arm.ts";
import type { Random } from "../random.ts";

/** Programs that an act runs at most before it is over, and progress lines that it writes. */
const shapes: Partial<Record<CommandType, { programs: number; progress: number }>> = {
  "agent.spawn": { programs: 16, progress: 0 },
  "agent.shutdown": { programs: 8, progress: 0 },
  "agent.restart": { programs: 14, progress: 0 },
  "agent.interrupt": { programs: 1, progress: 1 },
  "workspace.land": { programs: 40, progress: 3 },
};

const moments = ["before", "torn", "after"] as const;

/** Every point of one type's life once, then its programs at random, until there are `count`. */
export function pointsOf(type: CommandType, count: number, random: Random): Point[] {
  const { programs = 1, progress = 0 } = shapes[type] ?? {};
  const lines = (["begun", "done", "confirmed"] as const).flatMap((step) =>
    moments.map((when): Point => ({ type, step, when, nth: 0 })),
  );
  const notes = Array.from({ length: progress }, (_, nth) => nth).flatMap((nth) =>
    moments.map((when): Point => ({ type, step: "progress", when, nth })),
  );
  const act = (): Point => ({
    type,
    step: "act",
    when: random.pick(["before", "after"]),
    nth: Math.floor(random.between(0, programs)),
  });
  const named = [...notes, ...lines];
  // Half of what there is time for goes to the programs in between.
  const some = shuffled(named, random).slice(0, Math.max(1, Math.min(named.length, Math.ceil(count / 2))));
  return shuffled([...some, ...Array.from({ length: count - some.length }, act)], random);
}

function shuffled<T>(items: T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.between(0, 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
