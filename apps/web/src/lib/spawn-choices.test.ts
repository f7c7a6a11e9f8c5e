import { expect, test } from "vitest";
import { fieldOf, initialValues, toSpawn, withProfile } from "./new-agent.ts";
import { approvalInForce, effortsOf, type Host, hostRefusal, offersOf } from "./spawn-choices.ts";
import type { Profile } from "./types.ts";

const shell = { provider: "shell", available: true, reason: null, version: "5", approvalModes: ["open"] } as const;
const claude = {
  provider: "claude",
  available: true,
  reason: null,
  version: "2",
  approvalModes: ["plan", "guarded"],
  models: [
    { alias: "quick", model: "quick-1", efforts: [], default: false },
    { alias: "deep", model: "deep-1", efforts: ["low", "high"], default: true },
  ],
} as const;
const missing = { ...claude, available: false, reason: "claude not found", models: [] };

const host = (id: string, part: Partial<Host> = {}): Host =>
  ({
    id,
    state: "online",
    draining: null,
    liveSessions: 0,
    maxSessions: 2,
    providers: [shell],
    baseDir: `/base/${id}`,
    labels: [],
    ...part,
  }) as unknown as Host;

test("[CON-52] a host that cannot be chosen says why; with queue a full one can", () => {
  const full = host("a", { liveSessions: 2 });
  expect(hostRefusal(host("a"), false)).toBeNull();
  expect(hostRefusal(host("a", { state: "stale" }), true)).toBe("stale");
  expect(hostRefusal(host("a", { draining: {} as Host["draining"] }), true)).toBe("draining");
  expect(hostRefusal(full, false)).toBe("full, 2 of 2");
  expect(hostRefusal(full, true)).toBeNull();
});

test("[CON-52] the chosen host's offers, or without one what all usable hosts offer together", () => {
  const hosts = [
    host("a", { providers: [shell, missing] } as never),
    host("b", { providers: [{ ...claude, approvalModes: ["open"] }] } as never),
    host("gone", { state: "offline", providers: [claude] } as never),
  ];
  expect(offersOf(hosts, "a", false)).toEqual([shell, missing]);
  const any = offersOf(hosts, "", false);
  expect(any.map(({ provider, available }) => [provider, available])).toEqual([
    ["shell", true],
    ["claude", true],
  ]);
  expect(any[1]).toMatchObject({ approvalModes: ["open"], reason: null, models: claude.models });
  expect(offersOf([hosts[0] as Host], "", false)[1]).toMatchObject({ available: false, reason: "claude not found" });
});

test("[CON-52] efforts are those of the chosen model, else of the default", () => {
  const offer = claude as never;
  expect(effortsOf(offer, "")).toEqual(["low", "high"]);
  expect(effortsOf(offer, "quick")).toEqual([]);
  expect(effortsOf(undefined, "")).toEqual([]);
});

test("[CON-52] [SPN-26] the approval mode in force is said before it is chosen", () => {
  const offer = claude as never;
  expect(approvalInForce(offer, "plan", "guarded")).toBe("plan");
  expect(approvalInForce(offer, "", "plan")).toBe("plan");
  expect(approvalInForce(offer, "", undefined)).toBe("guarded");
  expect(approvalInForce(shell as never, "", undefined)).toBe("open");
});

test("[CON-52] [SPN-01] what is empty is not sent, what is set is", () => {
  const values = { ...initialValues([host("a")]), prompt: "true" };
  expect(JSON.parse(JSON.stringify(toSpawn(values, "sp_1")))).toEqual({
    provider: "shell",
    orchestratorId: "a",
    cwd: "/base/a",
    workspaceMode: "isolated",
    prompt: "true",
    tags: [],
    capabilities: [],
    providerArgs: [],
    spawnRequestId: "sp_1",
  });
  const full = {
    ...values,
    orchestratorId: "",
    labels: ["gpu"],
    queue: true,
    model: "deep",
    effort: "high",
    profile: "lead",
    policyName: "nightly",
    rig: "r",
    systemPromptAppend: " be brief ",
    providerArgs: "--verbose\n\n  --x=1 ",
    tags: ["two words"],
  };
  expect(toSpawn(full, "sp_1")).toMatchObject({
    orchestratorId: undefined,
    labels: ["gpu"],
    queue: true,
    model: "deep",
    effort: "high",
    profile: "lead",
    policyName: "nightly",
    rig: "r",
    systemPromptAppend: " be brief ",
    providerArgs: ["--verbose", "--x=1"],
    tags: ["two words"],
  });
});

test("[CON-52] a profile brings its provider, and its values count until others are chosen", () => {
  const profile = { name: "lead", provider: "claude", workspaceMode: "shared" } as Profile;
  const own = { model: "", effort: "", approvalMode: "" };
  expect(withProfile(profile)).toEqual({ ...own, profile: "lead", workspaceMode: "", provider: "claude" });
  expect(withProfile(null)).toEqual({ ...own, profile: "", workspaceMode: "isolated" });
});

test("[CON-53] a refusal finds its field, also when it names one of a list", () => {
  const values = initialValues([host("a")]);
  expect(fieldOf(values, "cwd")).toBe("cwd");
  expect(fieldOf(values, "tags.2")).toBe("tags");
  expect(fieldOf(values, "elsewhere")).toBeNull();
  expect(fieldOf(values, undefined)).toBeNull();
});
