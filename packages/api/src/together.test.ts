import { expect, test } from "vitest";
import { together } from "./together.ts";

test("what is asked for while a run is under way shares the next one, in order and up to the limit", async () => {
  const runs: number[][] = [];
  let letGo = () => {};
  const first = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const double = together(async (items: number[]) => {
    runs.push(items);
    if (runs.length === 1) await first;
    return items.map((n) => n * 2);
  }, 3);
  const one = double(1);
  await Promise.resolve();
  await Promise.resolve();
  const others = [2, 3, 4, 5].map(double);
  letGo();
  expect(await Promise.all([one, ...others])).toEqual([2, 4, 6, 8, 10]);
  expect(runs).toEqual([[1], [2, 3, 4], [5]]);
});

test("a run that fails is told to those it ran for, and does not stop the next one", async () => {
  let fails = true;
  const same = together(async (items: number[]) => {
    if (fails) throw new Error("no room");
    return items;
  });
  await expect(Promise.allSettled([same(1), same(2)])).resolves.toMatchObject([
    { status: "rejected", reason: { message: "no room" } },
    { status: "rejected", reason: { message: "no room" } },
  ]);
  fails = false;
  await expect(same(3)).resolves.toBe(3);
});
