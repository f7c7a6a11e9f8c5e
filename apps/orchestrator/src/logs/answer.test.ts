import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { answerLog } from "./answer.ts";
import { currentFile, filledFile, type Log } from "./files.ts";
import { asking, writeLog } from "./testing.ts";

const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
const text = (lines: string[]) => lines.map((line) => `${line}\r\n`).join("");

/** A log in a directory of its own. */
function withLog(texts: (string | Buffer)[], first = 1) {
  const dir = temporary();
  const log: Log = { dir: dir.path, name: "output" };
  writeLog(log, texts, first);
  return { log, read: (what = {}) => answerLog(log, asking(what)), [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

/** The text in pieces that part lines and characters anywhere. */
const parted = (whole: string, ...at: number[]) => {
  const bytes = Buffer.from(whole);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i]));
};

test("[HST-48] the last lines of a log are those of all its files, also where a line is in two of them", async () => {
  const all = numbered(1, 50);
  using it = withLog(parted(text(all), 101, 250));
  const answer = await it.read({ tail: 45 });
  expect(answer).toMatchObject({ exists: true, lines: all.slice(5), partial: null, skipped: false, more: false });
  expect((await it.read({ before: answer.earlier, tail: 3 })).lines).toEqual(all.slice(2, 5));
  const oldest = await it.read({ before: answer.earlier });
  expect([oldest.lines, oldest.earlier]).toEqual([all.slice(0, 5), null]);
});

test("[HST-48] reading on from the beginning gives every line once, whatever the size of the answers", async () => {
  const all = Array.from({ length: 3000 }, (_, i) => `${i} ${"ü€😀x".repeat(1 + ((i * 31) % 300))}`);
  using it = withLog(parted(text(all), 100_001, 700_003, 1_300_007));
  for (const tail of [1000, 777]) {
    const seen: string[] = [];
    for (let cursor = "1.0.0", more = true; more; ) {
      const answer = await it.read({ cursor, tail });
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(600 * 1024);
      seen.push(...answer.lines);
      ({ cursor, more } = answer);
    }
    expect(seen).toEqual(all.map((line) => (line.length > 2000 ? `${line.slice(0, 1999)}…` : line)));
  }
});

test("[HST-48] a line that is being written is shown as such, and comes whole and once when it is", async () => {
  using it = withLog(["one\r\nWhat is your na"]);
  const first = await it.read();
  expect(first).toMatchObject({ lines: ["one"], partial: "What is your na" });
  appendFileSync(currentFile(it.log), "me? Ada\r\nthr");
  const second = await it.read({ cursor: first.cursor });
  expect(second).toMatchObject({ lines: ["What is your name? Ada"], partial: "thr" });
  expect(await it.read({ cursor: second.cursor })).toMatchObject({ lines: [], partial: "thr" });
});

test("[HST-48] a cursor means the same after its file was filled, and after the next was begun", async () => {
  using it = withLog([text(numbered(1, 10))]);
  const { cursor } = await it.read();
  renameSync(currentFile(it.log), filledFile(it.log, 1));
  expect(await it.read({ cursor })).toMatchObject({ lines: [], skipped: false });
  writeFileSync(currentFile(it.log), text(numbered(11, 12)));
  const answer = await it.read({ cursor });
  expect(answer).toMatchObject({ lines: numbered(11, 12), skipped: false });
  renameSync(currentFile(it.log), filledFile(it.log, 2));
  expect(await it.read({ cursor: answer.cursor })).toMatchObject({ lines: [], skipped: false });
});

test("[HST-48] a cursor whose file was dropped goes on with the oldest whole line, and says so", async () => {
  using it = withLog(parted(text(numbered(1, 30)), 75, 150), 4);
  const { cursor } = await it.read({ cursor: "4.27.0", tail: 1 });
  rmSync(filledFile(it.log, 4));
  const answer = await it.read({ cursor });
  expect(answer.skipped).toBe(true);
  // Line 10 began in the file that is gone.
  expect(answer.lines).toEqual(numbered(11, 30));
  expect(await it.read({ before: "1.0.0" })).toMatchObject({ lines: [], earlier: null });
});

test("[HST-50] a cursor into the middle of a line gives no half of a token", async () => {
  const token = `sbx_tok_${"a1".repeat(13)}_${"Zz9".repeat(16)}`;
  using it = withLog([`one\r\nthe token is ${token}\r\ntwo\r\n${token.slice(0, 60)}`]);
  for (const place of ["1.12.0", "1.50.0", "1.90.0", "1.9999.0", "9.0.0", "1.105.0", "1.150.0"]) {
    for (const what of [{ cursor: place }, { before: place }]) {
      const { lines, partial } = await it.read(what);
      expect([...lines, partial ?? ""].join("\n"), place).not.toMatch(/Zz9|a1a1/);
    }
  }
  // What is looked for is what is shown: nobody can try the letters of a token one by one.
  expect((await it.read({ search: "Zz9" })).lines).toEqual([]);
  expect((await it.read({ search: "the TOKEN" })).lines).toEqual(["the token is sbx_[masked]"]);
});

test("[HST-50] the half of a token in the oldest kept file, whose beginning was dropped, is not shown", async () => {
  using it = withLog(["Zz9Zz9 rest of a token\r\nwhole\r\n", "last\r\n"], 7);
  expect((await it.read()).lines).toEqual(["whole", "last"]);
  expect((await it.read({ cursor: "7.0.0" })).lines).toEqual(["whole", "last"]);
});

test("[HST-48] a search takes plain text of any case over all files, the newest matches first of all, and goes on", async () => {
  const all = numbered(1, 400).map((line, i) => (i % 10 === 0 ? `${line} \x1b[31mErr\x1b[0mor (.*)` : line));
  using it = withLog(parted(text(all), 1000, 4000));
  const found = await it.read({ search: "ERROR (.*)", tail: 3 });
  expect(found.lines).toEqual([371, 381, 391].map((n) => `line ${n} Error (.*)`));
  expect((await it.read({ search: "error", tail: 1, before: found.earlier })).lines).toEqual(["line 361 Error (.*)"]);
  appendFileSync(currentFile(it.log), text(["nothing", "an error again", "nothing"]));
  const on = await it.read({ search: "error", cursor: found.cursor });
  expect(on.lines).toEqual(["an error again"]);
  expect((await it.read({ search: "error", cursor: on.cursor, waitMs: 300 })).lines).toEqual([]);
});

test("[HST-48] a line of megabytes costs an answer no more than another, and shows what is seen of it", async () => {
  const bar = Array.from({ length: 100_000 }, (_, i) => `${i} of 99999`).join("\r");
  const long = "y".repeat(700_000);
  using it = withLog(parted(`one\r\n${bar}\r\n${long}\r\ntwo\r\n${long}\r${bar}`, 300_000, 900_001));
  const expected = ["one", "99999 of 99999", `${"y".repeat(1999)}…`, "two"];
  expect(await it.read()).toMatchObject({ lines: expected, partial: "99999 of 99999" });
  const on = await it.read({ cursor: "1.0.0" });
  expect(on).toMatchObject({ lines: expected, partial: "99999 of 99999", more: false });
  expect((await it.read({ tail: 2 })).lines).toEqual(expected.slice(2));
});

test("[HST-48] waiting ends with the next whole line, and with a question that has no line end", async () => {
  using it = withLog(["one\r\n"]);
  const { cursor } = await it.read();
  const began = performance.now();
  const line = it.read({ cursor, waitMs: 5000 });
  setTimeout(() => appendFileSync(currentFile(it.log), "two\r\n"), 300);
  const two = await line;
  expect(two.lines).toEqual(["two"]);
  const question = it.read({ cursor: two.cursor, waitMs: 5000 });
  setTimeout(() => appendFileSync(currentFile(it.log), "Go on? "), 300);
  const asked = await question;
  expect(asked).toMatchObject({ lines: [], partial: "Go on?" });
  expect(performance.now() - began).toBeLessThan(4500);
  const quiet = performance.now();
  expect(await it.read({ cursor: asked.cursor, waitMs: 600 })).toEqual(asked);
  expect(performance.now() - quiet).toBeGreaterThan(550);
});

test("[HST-48] where there is no log the answer says so, and waiting ends when there is one", async () => {
  using it = withLog([]);
  expect(await it.read()).toMatchObject({ exists: false, lines: [], cursor: "1.0.0" });
  const waiting = it.read({ cursor: "1.0.0", waitMs: 5000 });
  setTimeout(() => writeFileSync(currentFile(it.log), "one\r\n"), 300);
  expect(await waiting).toMatchObject({ exists: true, lines: ["one"] });
  expect(readFileSync(currentFile(it.log), "utf8")).toBe("one\r\n");
});
