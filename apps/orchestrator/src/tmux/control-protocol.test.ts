import { expect, test } from "vitest";
import { type ControlEvent, createControlReader, unescapeBytes } from "./control-protocol.ts";

function read(...chunks: string[]): ControlEvent[] {
  const events: ControlEvent[] = [];
  const feed = createControlReader((event) => events.push(event));
  for (const chunk of chunks) feed(Buffer.from(chunk, "utf8"));
  return events;
}

test("every byte comes back from its escape, UTF-8 too", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const escaped = [...bytes].map((byte) =>
    byte < 32 || byte === 92 ? `\\${byte.toString(8).padStart(3, "0")}` : String.fromCharCode(byte),
  );
  expect(unescapeBytes(escaped.join(""))).toEqual(bytes);
  expect(read("%output %0 \u00e9\\015\\012\n")).toEqual([{ type: "output", data: Buffer.from("é\r\n") }]);
});

test("chunks may part lines and characters anywhere", () => {
  const text = "%output %0 a\\033[1m b\n%begin 1 2 1\none\n\n%end 1 2 1\n%exit\n";
  const whole = read(text);
  expect(read(...text)).toEqual(whole);
  expect(whole).toEqual([
    { type: "output", data: Buffer.from("a\x1b[1m b") },
    { type: "reply", ok: true, own: true, lines: ["one", ""] },
    { type: "exit" },
  ]);
});

test("a screen that shows protocol lines does not end a reply", () => {
  const [reply] = read("%begin 9 8 1\n%end 1 2 1\n%output %0 x\n%error 9 8 0\n%end 9 8 1\n");
  expect(reply).toEqual({ type: "reply", ok: true, own: true, lines: ["%end 1 2 1", "%output %0 x", "%error 9 8 0"] });
});

test("a new size is read from the layout", () => {
  expect(read("%layout-change @0 a87d,100x30,0,0,0 a87d,100x30,0,0,0 *\n")).toEqual([
    { type: "layout", cols: 100, rows: 30 },
  ]);
});
