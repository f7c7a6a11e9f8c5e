import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { install } from "./install.ts";
import { ownFolder } from "./own-folder.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "signalbox-own-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("a folder for programs is made for this user alone, and found again", () => {
  const path = join(dir, "new");
  expect(ownFolder(path)).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(ownFolder(path)).toBe(path);
});

test("a link and a folder that others may write are refused, and nothing is run or made there", async () => {
  const open = join(dir, "open");
  mkdirSync(join(open, "x-1.0.0", "node_modules"), { recursive: true });
  writeFileSync(join(open, "x-1.0.0", "node_modules", "planted"), "");
  chmodSync(open, 0o777);
  expect(() => ownFolder(open)).toThrow(`${open} can be written by others`);
  await expect(install("x", "1.0.0", "planted", open)).rejects.toThrow("can be written by others");
  const link = join(dir, "link");
  symlinkSync(join(dir, "target"), link);
  expect(() => ownFolder(link)).toThrow();
  mkdirSync(join(dir, "target"), { recursive: true });
  expect(() => ownFolder(link)).toThrow(`${link} is not a directory`);
  expect(existsSync(join(dir, "target", "x-1.0.0"))).toBe(false);
});
