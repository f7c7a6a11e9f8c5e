import { expect, test } from "vitest";
import { cut, visible } from "./visible.ts";

const token = `sbx_tok_${"a1".repeat(13)}_${"Zz9".repeat(16)}`;

test.each<[string, string | Buffer, string]>([
  ["plain", "hello", "hello"],
  ["a terminal's line end", "hello\r", "hello"],
  ["several of them", "hello\r\r\r", "hello"],
  ["colours", "\x1b[1;31mred\x1b[0m text", "red text"],
  ["a title", "\x1b]0;title\x07text", "text"],
  ["a line that was written over", "10%\r50%\r100%", "100%"],
  ["one that is being written over", "10%\r50%\r", "50%"],
  ["bells, backspaces and NUL", "a\x07b\x08c\0d\x7f", "abcd"],
  ["tabs stay", "a\tb", "a\tb"],
  ["space at the end", "a   ", "a"],
  ["bytes that are no UTF-8", Buffer.from([0x61, 0xff, 0xfe, 0x62]), "a\ufffd\ufffdb"],
  ["half a character at the end", Buffer.from([0x61, 0xe2, 0x82]), "a\ufffd"],
  ["a token", `export RELAY_TOKEN=${token};`, "export RELAY_TOKEN=sbx_[masked];"],
  ["half a token", `${token.slice(0, 20)} and ${token.slice(0, 60)}`, "sbx_[masked] and sbx_[masked]"],
  ["a token in other letters", token.toUpperCase(), "sbx_[masked]"],
  ["a token in colours", `sbx_\x1b[1mtok_\x1b[0m${token.slice(8)}`, "sbx_[masked]"],
  ["a word that is none", "sbx_run sbx tool", "sbx_run sbx tool"],
])("[HST-48] [HST-50] %s", (_, raw, text) => {
  expect(visible(Buffer.from(raw))).toBe(text);
});

test("[HST-48] a line is cut at 2000 characters, never within one", () => {
  expect(cut("x".repeat(2000))).toBe("x".repeat(2000));
  expect(cut("x".repeat(2001))).toBe(`${"x".repeat(1999)}…`);
  expect(cut(`${"x".repeat(1998)}😀😀`)).toBe(`${"x".repeat(1998)}…`);
});
