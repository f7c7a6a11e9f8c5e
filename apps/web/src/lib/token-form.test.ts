import { scopes } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { offeredLimits, offeredProfiles, offeredScopes, startValues, toCreate, tooMuch } from "./token-form.ts";
import type { TokenTemplate } from "./types.ts";

const now = Date.parse("2026-01-01T00:00:00.000Z");
const admin = { profile: "admin" as const, scopes: ["*" as const], constraints: {} };
const narrow = {
  profile: "operator" as const,
  scopes: ["agent:read" as const, "message:read" as const, "message:send" as const, "token:write" as const],
  constraints: { orchestrators: ["host-a"], cwd: "/srv", terminalAttach: false, expiresAt: "2026-02-01T00:00:00.000Z" },
};
const template = (profile: TokenTemplate["profile"], ...given: TokenTemplate["scopes"]): TokenTemplate => ({
  profile,
  scopes: given,
  constraints: profile === "viewer" ? { terminalAttach: false } : {},
});
const templates = [
  template("admin", "*"),
  template("viewer", "agent:read", "terminal:attach"),
  template("orchestrator", "orchestrator:write"),
  template("provider-agent", "agent:read"),
];

test("[CON-49] only scopes and profiles that the session could give are offered", () => {
  expect(offeredScopes(admin)).toEqual(scopes.filter((scope) => scope !== "*"));
  expect(offeredScopes(narrow)).toEqual(narrow.scopes);
  const names = (maker: typeof narrow | typeof admin) =>
    offeredProfiles(maker, templates).map(({ profile }) => profile);
  expect(names(admin)).toEqual(["admin", "viewer", "orchestrator"]);
  expect(names(narrow)).toEqual(["viewer"]);
});

test("[CON-49] [IDN-32] what the form makes never exceeds its maker", () => {
  const values = startValues(narrow, template("viewer", "agent:read", "terminal:attach"), " bot ");
  expect(values.scopes).toEqual(["agent:read"]);
  const wanted = toCreate(narrow, { ...values, orchestrators: [] }, now);
  expect(wanted).toEqual({
    name: "bot",
    profile: "viewer",
    scopes: ["agent:read"],
    constraints: narrow.constraints,
  });
  expect(tooMuch(narrow, wanted)).toBeNull();
  expect(tooMuch(narrow, { ...wanted, scopes: ["agent:write"] })).toBe("scope agent:write");
  expect(tooMuch(narrow, toCreate(narrow, { ...values, life: "90" }, now))).toBe("constraint expiresAt");
  expect(tooMuch(narrow, toCreate(narrow, { ...values, life: "7" }, now))).toBeNull();
  expect(tooMuch(narrow, toCreate(narrow, { ...values, orchestrators: ["host-b"] }, now))).toBe(
    "constraint orchestrators",
  );
});

test("limits are offered where they mean something", () => {
  const lists = (profile: TokenTemplate["profile"], ...given: TokenTemplate["scopes"]) =>
    offeredLimits(admin, { profile, scopes: given }).lists;
  expect(lists("viewer", "agent:read")).toEqual([]);
  expect(lists("integration", "message:send")).toEqual(["agents", "targets", "channels"]);
  expect(lists("operator", "command:spawn")).toEqual(["orchestrators", "cwdPrefixes"]);
  expect(offeredLimits(narrow, { profile: "viewer", scopes: ["terminal:attach"] })).toEqual({
    lists: ["orchestrators"],
    maxSpawnedAgents: false,
    terminalAttach: false,
    logsRead: false,
  });
});

test("a session that may spawn can be given a quota of children", () => {
  const values = { ...startValues(admin, template("interactive", "command:spawn"), "mine"), maxSpawnedAgents: 2 };
  expect(toCreate(admin, values, now).constraints).toEqual({ maxSpawnedAgents: 2 });
});

test("chosen limits and the end of its life are sent", () => {
  const values = startValues(admin, template("viewer", "agent:read", "terminal:attach", "logs:read"), "eyes");
  const sent = toCreate(admin, { ...values, logsRead: false, life: "at", until: "2026-03-01T00:00:00Z" }, now);
  expect(sent.constraints).toEqual({
    terminalAttach: false,
    logsRead: false,
    expiresAt: "2026-03-01T00:00:00.000Z",
  });
  expect(toCreate(admin, { ...values, life: "7" }, now).constraints.expiresAt).toBe("2026-01-08T00:00:00.000Z");
});
