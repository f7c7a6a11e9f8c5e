import { expect, test } from "vitest";
import { codeInFragment, safeAddress } from "./sign-in.ts";

test.each([
  [null, "/"],
  ["", "/"],
  ["/agents?state=all#x", "/agents?state=all#x"],
  ["https://elsewhere.example/agents", "/"],
  ["//elsewhere.example", "/"],
  ["/\\elsewhere.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/sign-in?next=/agents", "/"],
])("[CON-01] after signing in, %s leads to %s", (next, address) => {
  expect(safeAddress(next)).toBe(address);
});

test("[CON-02] the code of a one-time link is in the fragment", () => {
  expect(codeInFragment("#code=abc123")).toBe("abc123");
  expect(codeInFragment("#tab=terminal")).toBeNull();
  expect(codeInFragment("")).toBeNull();
});
