import { expect, test } from "vitest";
import { groupDenials, missingScopes } from "./denials.ts";

const denied = (at: string, actor: string, procedure: string, count?: number, why = "needs token:read") => ({
  at: `2026-01-01T00:0${at}:00.000Z`,
  actor,
  body: why,
  metadata: { procedure, why, code: "Forbidden", ...(count === undefined ? {} : { count }) },
});

test("[CON-49] [IDN-56] refusals are added up per procedure, caller and reason, the latest first", () => {
  const rows = groupDenials([
    denied("5", "ada", "tokens.list", 2),
    denied("4", "bot", "tokens.list"),
    denied("3", "ada", "tokens.list", 3),
    denied("2", "ada", "tokens.list", 1, "needs *"),
    denied("1", "ada", "tokens.create"),
  ]);
  expect(rows.map(({ caller, procedure, why, count, lastAt }) => [caller, procedure, why, count, lastAt])).toEqual([
    ["ada", "tokens.list", "needs token:read", 5, "2026-01-01T00:05:00.000Z"],
    ["bot", "tokens.list", "needs token:read", 1, "2026-01-01T00:04:00.000Z"],
    ["ada", "tokens.list", "needs *", 1, "2026-01-01T00:02:00.000Z"],
    ["ada", "tokens.create", "needs token:read", 1, "2026-01-01T00:01:00.000Z"],
  ]);
});

test("a record without details still makes a row", () => {
  const [row] = groupDenials([{ at: "2026-01-01T00:00:00.000Z", actor: "127.0.0.1", body: null, metadata: {} }]);
  expect(row).toMatchObject({ procedure: "unknown", caller: "127.0.0.1", why: "", count: 1 });
});

test("a refusal for want of a scope names it; an agent's id is told from a name", () => {
  expect(missingScopes("tokens.list needs token:read, which this token does not have")).toEqual(["token:read"]);
  expect(
    missingScopes("agents.spawn needs command:spawn or command:spawn-top-level, which this token does not have"),
  ).toEqual(["command:spawn", "command:spawn-top-level"]);
  expect(missingScopes("This token's orchestrators does not allow host-b; it allows host-a")).toBeNull();
});
