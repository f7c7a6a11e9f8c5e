import { describe, expect, test } from "vitest";
import type { ApprovalMode, ProviderOffer } from "../contracts/index.ts";
import { approvalFor, modelFor, providerRefusal } from "./program-rules.ts";

const all: ApprovalMode[] = ["plan", "guarded", "auto-edit", "open"];
const offer = (approvalModes: ApprovalMode[], models?: ProviderOffer["models"]): ProviderOffer => ({
  provider: "claude",
  available: true,
  reason: null,
  version: "2",
  approvalModes,
  models,
});

describe("[SPN-26] [SPN-27] the approval mode in force", () => {
  test.each<[string, Parameters<typeof approvalFor>[0], ApprovalMode[], object]>([
    ["the given one", { given: "plan", profile: "open" }, all, { mode: "plan" }],
    ["else the profile's", { profile: "auto-edit" }, all, { mode: "auto-edit" }],
    ["else guarded", {}, all, { mode: "guarded" }],
    ["else the only one", {}, ["open"], { mode: "open" }],
    ["a given one that is not offered", { given: "plan" }, ["open"], { code: "Invalid" }],
    ["a profile's that is not offered", { profile: "plan" }, ["open"], { code: "Invalid" }],
    ["none at all", {}, [], { code: "Invalid" }],
  ])("%s", (_, wanted, modes, expected) => {
    expect(approvalFor(wanted, offer(modes))).toMatchObject(expected);
  });
});

describe("[SPN-28] what an agent starts is never more open than itself", () => {
  test.each<[string, Parameters<typeof approvalFor>[0], ApprovalMode[], object]>([
    ["a given one is refused", { given: "open", asker: "guarded" }, all, { code: "Forbidden" }],
    ["an equal one is not", { given: "guarded", asker: "guarded" }, all, { mode: "guarded" }],
    ["a profile's is lowered", { profile: "open", asker: "auto-edit" }, all, { mode: "auto-edit" }],
    ["to the most open that is offered", { profile: "open", asker: "auto-edit" }, ["plan", "open"], { mode: "plan" }],
    ["the provider's only one may be too open", { asker: "guarded" }, ["open"], { code: "Forbidden" }],
  ])("%s", (_, wanted, modes, expected) => {
    expect(approvalFor(wanted, offer(modes))).toMatchObject(expected);
  });
});

const catalogue = [
  { alias: "quick", model: "claude-quick-1", efforts: [], default: false },
  { alias: "deep", model: "claude-deep-1", efforts: ["low", "high"], default: true },
];

describe("[SPN-22] [SPN-23] [SPN-24] model and effort of the host's catalogue", () => {
  test.each<[string, Parameters<typeof modelFor>[0], object]>([
    ["nothing given, nothing sent", {}, {}],
    ["an alias", { model: "quick" }, { modelAlias: "quick", model: "claude-quick-1" }],
    ["the provider's own name", { model: "claude-deep-1" }, { modelAlias: "deep", model: "claude-deep-1" }],
    [
      "effort alone is the default's",
      { effort: "high" },
      { modelAlias: "deep", model: "claude-deep-1", effort: "high" },
    ],
    [
      "an unknown model lists the aliases",
      { model: "x" },
      { field: "model", refused: expect.stringContaining("quick, deep") },
    ],
    [
      "an effort that it lacks lists its own",
      { model: "deep", effort: "max" },
      { refused: expect.stringContaining("low, high") },
    ],
  ])("%s", (_, asked, expected) => {
    expect(modelFor(asked, offer(all, catalogue))).toEqual(expect.objectContaining(expected));
  });

  test("a provider without a catalogue takes neither", () => {
    expect(modelFor({ model: "x" }, offer(all))).toMatchObject({ field: "model" });
    expect(modelFor({ effort: "x" }, offer(all))).toMatchObject({ field: "effort" });
  });
});

test("[SPN-27] [HST-55] a mode that the program cannot run there is refused with the host's reason", () => {
  const reason = "its sandbox does not run here";
  const limited = { ...offer(["open"]), unavailableModes: [{ mode: "guarded" as const, reason }] };
  expect(approvalFor({ given: "guarded" }, limited)).toEqual({
    code: "Invalid",
    refused: expect.stringMatching(/guarded is not offered.*\(its sandbox does not run here\); it offers open/),
  });
});

describe("[SPN-04] [HST-54] what a provider does not take is refused, naming the field to use", () => {
  const asked = { providerArgs: [] as string[], permissions: false };
  test.each<[Parameters<typeof providerRefusal>[0], object, string, RegExp]>([
    ["claude", { providerArgs: ["--model=x"] }, "providerArgs", /--model: use model/],
    ["claude", { providerArgs: ["-c"] }, "providerArgs", /-c: use restart/],
    ["claude", { providerArgs: ["--verbose", "-p"] }, "providerArgs", /-p: use prompt/],
    ["claude", { providerArgs: ["--bare"] }, "providerArgs", /--bare: use rig/],
    ["claude", { providerArgs: ["--system-prompt-file=x"] }, "providerArgs", /use systemPromptAppend/],
    ["claude", { providerArgs: ["--", "x"] }, "providerArgs", /--: use prompt/],
    ["codex", { providerArgs: ["--sandbox", "read-only"] }, "providerArgs", /--sandbox: use approvalMode/],
    ["codex", { providerArgs: ["-sread-only"] }, "providerArgs", /-s: use approvalMode/],
    ["codex", { providerArgs: ["-ic"] }, "providerArgs", /-c: use profile/],
    ["codex", { providerArgs: ["--dangerously-bypass-hook-trust"] }, "providerArgs", /use approvalMode/],
    ["codex", { providerArgs: ["--search", "exec"] }, "providerArgs", /exec: use prompt/],
    ["codex", { providerArgs: ["--"] }, "providerArgs", /--: use prompt/],
    ["codex", { permissions: true }, "profile", /permission lists/],
    ["shell", { systemPromptAppend: "x" }, "systemPromptAppend", /no system prompt/],
    ["shell", { rig: "x" }, "rig", /no rig/],
    ["shell", { providerArgs: ["-x"] }, "providerArgs", /no arguments/],
  ])("%s %j", (provider, more, field, text) => {
    expect(providerRefusal(provider, { ...asked, ...more })).toEqual({ field, message: expect.stringMatching(text) });
  });

  test("and the rest is taken", () => {
    expect(providerRefusal("codex", { ...asked, providerArgs: ["--search", "constructor"], rig: "r" })).toBeNull();
    expect(
      providerRefusal("claude", { ...asked, providerArgs: ["--verbose"], permissions: true, rig: "r" }),
    ).toBeNull();
  });
});
