import { appRouter } from "@signalbox/api";
import { expect, test } from "vitest";
import { startRelay } from "../test/relay.ts";

interface Read {
  body: string;
  nextOffset?: number | null;
  payload: Record<string, unknown> | null;
}
interface Page {
  messages: Read[];
}

/** Everything that JSON makes longer, and characters of two halves at odd and even places. */
const hard = (length: number) =>
  '"\n\\\u0001🚦x'
    .repeat(Math.ceil(length / 7))
    .slice(0, length - 1)
    .concat("!");

async function given() {
  const relay = await startRelay(appRouter);
  const client = await relay.connect(await relay.token("*"), "2026-07-28");
  async function call<T>(name: string, args: object): Promise<T> {
    const answer = await client.callTool({ name, arguments: { ...args } });
    expect(answer.isError, JSON.stringify(answer.structuredContent)).toBeFalsy();
    expect(JSON.stringify(answer.structuredContent).length).toBeLessThanOrEqual(24_000);
    return answer.structuredContent as T;
  }
  async function send(body: string, more: object = {}): Promise<number> {
    const sent = await call<{ messageId: number }>("relay_send_message", { to: "tag:none", from: "Jo", body, ...more });
    return sent.messageId;
  }
  /** The body put together from all parts, each of which must be whole characters. */
  async function whole(messageId: number, first: Read): Promise<string> {
    let text = first.body;
    for (let offset = first.nextOffset ?? null; offset !== null; ) {
      const part: Read = await call("relay_get_message", { messageId, offset });
      expect([part.body.length > 0, part.body.isWellFormed()]).toEqual([true, true]);
      text += part.body;
      offset = part.nextOffset ?? null;
    }
    return text;
  }
  const close = async () => {
    await client.close();
    await relay[Symbol.asyncDispose]();
  };
  return { call, send, whole, [Symbol.asyncDispose]: close };
}

test("[MCP-30] the parts of a long body make the whole, however JSON writes it and whatever comes with it", async () => {
  await using it = await given();
  const cases = [
    [hard(60_000), {}],
    [hard(60_000), { payload: { text: hard(10_000) } }],
    [hard(60_000), { payload: { log: Array.from({ length: 200 }, () => hard(100)) }, subject: hard(200) }],
    ["x".repeat(60_000), { payload: { small: 1 } }],
  ] as const;
  for (const [body, more] of cases) {
    const messageId = await it.send(body, more);
    const first = await it.call<Read>("relay_get_message", { messageId });
    expect(await it.whole(messageId, first)).toBe(body);
    const { messages } = await it.call<Page>("relay_get_thread", { messageId });
    const [listed] = messages as [Read];
    expect(listed.nextOffset).toBe(listed.body.length);
    expect(await it.whole(messageId, listed)).toBe(body);
  }
});

test("[MCP-30] a body that is whole has no mark in a thread, and a payload beside it that fits is left alone", async () => {
  await using it = await given();
  const payload = { text: "x".repeat(15_000) };
  const messageId = await it.send("hello", { payload });
  const { messages } = await it.call<Page>("relay_get_thread", { messageId });
  expect(messages).toMatchObject([{ body: "hello", payload }]);
  expect(messages[0]).not.toHaveProperty("nextOffset");
  expect(await it.call<Read>("relay_get_message", { messageId })).toMatchObject({ payload, nextOffset: null });
});

test("[MCP-30] a payload that leaves a body no room is cut before it, and says so", async () => {
  await using it = await given();
  const body = "x".repeat(3_500);
  const wide = Object.fromEntries(Array.from({ length: 2_500 }, (_, number) => [`member ${number}`, number]));
  for (const payload of [
    { kind: "log", text: hard(25_000) },
    { kind: "log", rows: Object.keys(wide) },
    { kind: "log", ...wide },
  ]) {
    const read = await it.call<Read>("relay_get_message", { messageId: await it.send(body, { payload }) });
    expect(read).toMatchObject({ body, nextOffset: null, payload: { kind: "log" } });
    expect(JSON.stringify(read.payload)).toMatch(/\(cut\)|Too long for one answer/);
  }
});

test("[MCP-30] an offset within a character begins with it", async () => {
  await using it = await given();
  const messageId = await it.send(`${"🚦".repeat(3)}!`);
  expect(await it.call<Read>("relay_get_message", { messageId, offset: 3 })).toMatchObject({ body: "🚦🚦!" });
  expect(await it.call<Read>("relay_get_message", { messageId, offset: 100 })).toMatchObject({
    body: "",
    nextOffset: null,
  });
});
