import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentBound, agentScopes, extraScopes, grantFor, readScope, type Scope, scopes } from "../contracts/index.ts";
import { profileRefusal } from "../profiles/rules.ts";
import { callerOf } from "./caller.ts";
import { identityOf } from "./rules.ts";

describe("[IDN-45] the grant of an agent, from its profile and who asked", () => {
  const parent = new Set<Scope>([...agentScopes, "logs:read"]);
  test.each<[string, Parameters<typeof grantFor>, Scope[], number]>([
    ["no profile, a person", [null, null], [], 0],
    ["no profile, an agent", [null, parent], [], 0],
    ["a quota of 0", [{ maxSpawnedAgents: 0 }, null], [], 0],
    ["a quota of 3", [{ maxSpawnedAgents: 3 }, null], ["command:spawn", "command:shutdown"], 3],
    ["top level, independent of the quota", [{ spawnTopLevel: true }, null], ["command:spawn-top-level"], 0],
    ["any profile, an agent: no spawn scope, no quota", [{ maxSpawnedAgents: 3, spawnTopLevel: true }, parent], [], 0],
    [
      "extra scopes, a person",
      [{ extraScopes: ["logs:read", "command:read"] }, null],
      ["logs:read", "command:read"],
      0,
    ],
    [
      "extra scopes, an agent: only what its parent has",
      [{ extraScopes: ["logs:read", "command:read"] }, parent],
      ["logs:read"],
      0,
    ],
  ])("%s", (_, args, added, quota) => {
    expect(grantFor(...args)).toEqual({ scopes: [...agentScopes, ...added], maxSpawnedAgents: quota });
  });

  test("whatever the profile, an agent's child gets no more than extra scopes that its parent has", () => {
    const profile = fc.record({
      maxSpawnedAgents: fc.nat(100),
      spawnTopLevel: fc.boolean(),
      extraScopes: fc.subarray([...extraScopes]),
    });
    fc.assert(
      fc.property(profile, fc.subarray([...scopes].filter((one) => one !== "*")), (given, held) => {
        const parent = new Set<Scope>(held);
        const { scopes: granted, maxSpawnedAgents } = grantFor(given, parent);
        const beyond = granted.filter((scope) => !(agentScopes as readonly Scope[]).includes(scope));
        expect(beyond.every((scope) => parent.has(scope))).toBe(true);
        expect([maxSpawnedAgents, granted.some((scope) => scope.startsWith("command:spawn"))]).toEqual([0, false]);
      }),
    );
  });
});

test("[IDN-13] plurals are read as singulars, messages:write as message:send, and nothing else", () => {
  expect(["agents:read", "policies:write", "messages:write", "message:write", "*"].map(readScope)).toEqual([
    "agent:read",
    "policy:write",
    "message:send",
    "message:send",
    "*",
  ]);
  expect(["agents", "agent:delete", "logss:read", "settingss:read", ""].map(readScope)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

describe("[IDN-22] [IDN-24] the agent that a token speaks as", () => {
  const of = (profile: "admin" | "provider-agent" | "interactive" | "operator", constraints: object) => ({
    profile,
    constraints,
  });
  test.each<[string, Parameters<typeof identityOf>[0], object | null, boolean]>([
    ["one agent", of("operator", { agents: ["a"] }), { agentId: "a" }, true],
    ["several agents", of("operator", { agents: ["a", "b"] }), null, true],
    ["a runner's request", of("provider-agent", { spawnRequestIds: ["s"] }), { spawnRequestId: "s" }, true],
    ["else its policy", of("interactive", { spawnRequestIds: ["s", "t"], policies: ["p"] }), { policyName: "p" }, true],
    ["no fallback for a person's token", of("operator", { spawnRequestIds: ["s"] }), null, false],
    ["a parent alone binds", of("operator", { spawnedBy: "a" }), null, true],
    ["an administrator is nobody's agent", of("admin", {}), null, false],
  ])("%s", (_, token, identity, bound) => {
    expect(identityOf(token)).toEqual(identity);
    expect(agentBound(token)).toBe(bound);
    const caller = callerOf({ id: "t", name: "n", scopes: [], ...token }, null, null);
    expect(caller.kind === "person").toBe(!bound);
  });
});

describe("[SPN-33] [HST-52] what a profile must not hold", () => {
  test.each([
    ["env.KEY", { env: { KEY: "sk-abcdef" } }],
    ["env.KEY", { env: { KEY: "-----BEGIN RSA PRIVATE KEY-----" } }],
    ["env.RELAY_TOKEN", { env: { RELAY_TOKEN: "x" } }],
    ["env.SIGNALBOX_HOME", { env: { SIGNALBOX_HOME: "x" } }],
    [
      "mcpServers.gh.headers.Authorization",
      { mcpServers: { gh: { url: "https://x.test", headers: { Authorization: "Bearer ghp_x" } } } },
    ],
    ["mcpServers.gh.args.1", { mcpServers: { gh: { command: "x", args: ["--token", "github_pat_x"] } } }],
  ])("%s", (field, fields) => {
    expect(profileRefusal(fields)).toMatchObject({ field });
  });

  test("a literal and the host's own value are fine", () => {
    expect(profileRefusal({ env: { MODE: "fast", KEY: { host: "OPENAI_KEY" } } })).toBeNull();
  });
});
