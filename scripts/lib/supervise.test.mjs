import { expect, test } from "vitest";
import { isAlive, until } from "../testing/until.mjs";
import { supervise } from "./supervise.mjs";

function child(code, graceMs) {
  const messages = [];
  const supervised = supervise({
    name: "child",
    args: ["-e", code],
    env: process.env,
    onMessage: (message) => messages.push(message),
    onEnd: (exit) => messages.push({ exit }),
    say: () => {},
    graceMs,
  });
  return { ...supervised, messages };
}

test("a child that does not stop when asked is killed after the grace", async () => {
  const stubborn = child('process.on("SIGTERM", () => {}); process.send({ type: "ready", pid: process.pid });', 200);
  const { pid } = await until("the child", () => stubborn.messages[0]);
  await stubborn.stop();
  expect(isAlive(pid)).toBe(false);
});

test("a child that could not start is not started again", async () => {
  const failed = child("process.exit(1)", 200);
  await until("the end", () => failed.messages.length > 0);
  expect(failed.messages).toEqual([{ exit: 1 }]);
  await failed.stop();
});

test("a stopped child is not started again, however it ends", async () => {
  const crashing = child('process.send({ type: "ready" }); process.on("SIGTERM", () => process.exit(7));', 5000);
  await until("the child", () => crashing.messages.length === 1);
  await crashing.stop();
  expect(crashing.messages).toEqual([{ type: "ready" }]);
});
