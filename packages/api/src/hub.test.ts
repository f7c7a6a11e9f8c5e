import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHub } from "./hub.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const hub = () => {
  let next = 0;
  return createHub({ newId: () => `req_${++next}`, ringHost: () => undefined });
};

test("[HST-41] a host that does not answer within 10 s is Unavailable, by its name", async () => {
  const one = hub();
  const asked = one.ask("host-a", { type: "directories", path: null });
  const refused = expect(asked).rejects.toMatchObject({
    reason: "Unavailable",
    message: expect.stringContaining("host-a did not answer within 10 s"),
  });
  await vi.advanceTimersByTimeAsync(9_999);
  expect(one.take("host-a")).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  expect(await one.answer("host-a", { requestId: "req_1", answer: {} })).toBe(false);
});

test("[HST-41] a terminal answers many times, and the next piece is asked for when the viewer has taken the last", async () => {
  const one = hub();
  let taken = () => {};
  const seen: string[] = [];
  const open = { type: "terminal.open", agentId: "shell-aaaaaa", sessionName: "s" } as const;
  const asked = one.open("host-a", open, (chunk) => {
    seen.push(chunk.type);
    return new Promise<void>((resolve) => {
      taken = resolve;
    });
  });
  const requestId = asked.requestId;
  const piece = (type: "output" | "exit", done: boolean) => {
    const answer = type === "output" ? { type, data: "eA==" } : { type, reason: "over" };
    return one.answer("host-a", { requestId, answer, done });
  };
  let answered = false;
  const first = piece("output", false).then((wanted) => {
    answered = true;
    return wanted;
  });
  await vi.advanceTimersByTimeAsync(20_000);
  expect([seen, answered]).toEqual([["output"], false]);
  taken();
  expect(await first).toBe(true);
  const last = piece("exit", true);
  await vi.advanceTimersByTimeAsync(0);
  taken();
  await last;
  await expect(asked.done).resolves.toBeUndefined();
});

test("[HST-07] [HST-41] another host's answer is not taken", async () => {
  const one = hub();
  const asked = one.ask("host-a", { type: "directories", path: null });
  expect(await one.answer("host-b", { requestId: "req_1", answer: {} })).toBe(false);
  const answer = { path: "/", directories: [], truncated: false };
  await one.answer("host-a", { requestId: "req_1", answer });
  expect(await asked).toEqual(answer);
});
