import { expect, test } from "vitest";
import { plain } from "./plain.ts";

test.each([
  ["$sample", "$\\sample"],
  ["do $sample, then $other:skill-2", "do $\\sample, then $\\other:skill-2"],
  // The program does not care for what stands before the sign.
  ["x$sample \\$sample $$sample", "x$\\sample \\$\\sample $$\\sample"],
  ["[$sample](skill:///a/SKILL.md)", "[$\\sample](skill:///a/SKILL.md)"],
  ["$größe $2fa $_a $-a", "$\\größe $\\2fa $\\_a $\\-a"],
  ["$(ls) $ 5$", "$(ls) $ 5$"],
])("[MSG-51] no skill of codex is turned on by %s", (text, typed) => {
  expect(plain(text)).toBe(typed);
  expect(plain(typed)).toBe(typed);
});
