import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { type Scope, scopes, type TokenProfile } from "../contracts/index.ts";
import { toProblem } from "../errors.ts";
import { testRelay } from "../testing/relay.ts";
import { mayUse } from "./rules.ts";

const agent: Scope[] = [
  "mcp:use",
  "agent:read",
  "agent:write",
  "message:read",
  "message:send",
  "artifact:read",
  "artifact:write",
];
const looking: Scope[] = [
  "agent:read",
  "command:read",
  "message:read",
  "logs:read",
  "terminal:attach",
  "artifact:read",
  "orchestrator:read",
  "policy:read",
  "profile:read",
  "activity:read",
  "settings:read",
];
const running: Scope[] = [
  "agent:write",
  "command:write",
  "command:spawn",
  "command:spawn-top-level",
  "command:shutdown",
  "message:send",
  "mcp:use",
  "artifact:write",
  "orchestrator:write",
  "policy:write",
];
const templates: Record<TokenProfile, Scope[]> = {
  admin: ["*"],
  operator: [...looking, ...running],
  viewer: looking,
  orchestrator: [
    "orchestrator:read",
    "orchestrator:write",
    "command:read",
    "command:write",
    "agent:read",
    "agent:write",
    "artifact:read",
    "artifact:write",
  ],
  "provider-agent": agent,
  interactive: [...agent, "profile:read"],
  integration: ["agent:read", "command:read", "message:read", "message:send", "artifact:read", "artifact:write"],
};
const sorted = (list: readonly string[]) => [...list].sort();

test("[IDN-12] the scopes are these and no others, and * stands for all of them", () => {
  const resources = {
    agent: ["read", "write"],
    command: ["read", "write", "spawn", "spawn-top-level", "shutdown"],
    message: ["read", "send"],
    mcp: ["use"],
    logs: ["read"],
    terminal: ["attach"],
    token: ["read", "write"],
    artifact: ["read", "write", "admin"],
    orchestrator: ["read", "write", "upgrade"],
    policy: ["read", "write"],
    profile: ["read", "write"],
    activity: ["read"],
    settings: ["read", "write"],
  };
  const expected = Object.entries(resources).flatMap(([resource, acts]) => acts.map((act) => `${resource}:${act}`));
  expect(sorted(scopes)).toEqual(sorted(["*", ...expected]));
  for (const scope of scopes) {
    expect(mayUse(new Set(["*"]), [scope])).toBe(true);
    const opened = scopes.filter((other) => mayUse(new Set([scope]), [other]));
    expect(opened).toEqual(scope === "*" ? [...scopes] : [scope]);
  }
});

eachEngine("token profiles", (open) => {
  const relay = async () => testRelay(await open());

  test("[IDN-16] there are seven templates, and a token made without scopes gets its template's", async () => {
    const admin = await (await relay()).as();
    const { items } = await admin.tokens.profiles({});
    const shown = Object.fromEntries(items.map((one) => [one.profile, sorted(one.scopes)]));
    expect(shown).toEqual(Object.fromEntries(Object.entries(templates).map(([name, list]) => [name, sorted(list)])));
    for (const { profile, constraints } of items) {
      expect(constraints, profile).toEqual(profile === "viewer" ? { terminalAttach: false } : {});
      if (profile === "provider-agent") continue;
      const { token } = await admin.tokens.create({ name: "n", profile });
      expect(sorted(token.scopes), profile).toEqual(sorted(templates[profile]));
      const { agents: _, ...rest } = token.constraints;
      expect(rest, profile).toEqual(constraints);
    }
  });

  test("[IDN-31] a token has a name of 1 to 120 characters and a profile; record and text are shown this once", async () => {
    const it = await relay();
    const admin = await it.as({ name: "ada" });
    const create = admin.tokens.create as (input: object) => ReturnType<typeof admin.tokens.create>;
    const refused = (input: object) => create(input).catch((error: unknown) => toProblem(error, "r"));
    expect(await refused({ name: "", profile: "viewer" })).toMatchObject({ code: "Invalid", field: "name" });
    expect(await refused({ name: "x".repeat(121), profile: "viewer" })).toMatchObject({ field: "name", limit: 120 });
    expect(await refused({ name: "n" })).toMatchObject({ code: "Invalid", field: "profile" });
    expect(await refused({ name: "n", profile: "owner" })).toMatchObject({ code: "Invalid", field: "profile" });
    expect(await refused({ name: "n", profile: "viewer", id: "tok_mine" })).toMatchObject({ field: "id" });
    const name = "x".repeat(120);
    const given = { scopes: ["agent:read"], constraints: { orchestrators: ["host-a"] } };
    const { token, text } = await create({ name, profile: "operator", ...given });
    expect(token).toMatchObject({ name, profile: "operator", ...given, createdBy: "ada", revokedAt: null });
    await expect(it.callWith(text).auth.whoami({})).resolves.toMatchObject({ tokenId: token.id, ...given });
    const later = [
      await admin.tokens.list({}),
      await it.services.db.client.activity.findMany(),
      await it.services.db.client.token.findMany(),
    ];
    expect(JSON.stringify(later)).not.toContain(text.slice(-49, -6));
  });
});
