import { expect, test } from "vitest";
import { localBells } from "./bells.ts";

/** Makes the engine collect what nobody holds, as it does by itself after a while. */
async function collectGarbage(): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

test("[HST-27] a wait ends after its time, also when garbage was collected meanwhile", async () => {
  const bell = localBells().listen("landing");
  for (let turn = 0; turn < 5; turn += 1) {
    const waiting = bell.wait(50, new AbortController().signal);
    await collectGarbage();
    await waiting;
  }
  expect(await bell.wait(10)).toEqual(new Set());
});

test("a ring between two waits is not missed, and is told once", async () => {
  const bells = localBells();
  const bell = bells.listen("landing", "loops");
  bells.ring("loops");
  await bell.wait(60_000);
  const order: string[] = [];
  const second = bell.wait(60_000).then(() => order.push("woken"));
  order.push("waiting");
  bells.ring("landing");
  await second;
  expect(order).toEqual(["waiting", "woken"]);
});

test("an aborted signal ends a wait, and a closed listener hears nothing", async () => {
  const bells = localBells();
  const bell = bells.listen("landing");
  const stop = new AbortController();
  const waiting = bell.wait(60_000, stop.signal);
  stop.abort();
  await waiting;
  bell.close();
  bells.ring("landing");
  let over = false;
  const unheard = bell.wait(30).then(() => {
    over = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
  await unheard;
});
