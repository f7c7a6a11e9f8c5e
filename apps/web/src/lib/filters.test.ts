import { expect, test } from "vitest";
import { activityInput } from "./activity-filters.ts";
import { agentInput } from "./agent-filters.ts";
import { instant, toLocalField, valuesIn, valuesOf } from "./filters.ts";

const none = { text: "", kind: "", actor: "", root: "", agent: "", host: "", from: "", to: "" };

test("[CON-11] filters are read from an address alike on the server and in the browser", () => {
  const names = ["kind", "host"] as const;
  expect(valuesIn(names, { kind: ["tool", "state"], other: "x" })).toEqual({ kind: "tool", host: "" });
  expect(valuesOf(names, new URLSearchParams("kind=tool&kind=state&other=x"))).toEqual({ kind: "tool", host: "" });
});

test("[CON-47] what is empty narrows nothing, and a time that is none is left out", () => {
  expect(activityInput(none, "")).toEqual({});
  expect(activityInput({ ...none, root: "anna", agent: "shell-aaaaaa", from: "soon" }, "act_1")).toEqual({
    onBehalfOf: "anna",
    agentId: "shell-aaaaaa",
    cursor: "act_1",
  });
  expect(activityInput({ ...none, to: "2026-01-02T12:00:00Z" }, "")).toEqual({ to: "2026-01-02T12:00:00.000Z" });
});

test("[CON-18] each filter of agents has its field", () => {
  const values = {
    text: "a",
    provider: "shell",
    host: "h",
    tag: "t",
    capability: "c",
    policy: "p",
    profile: "q",
    parent: "x",
  };
  expect(agentInput(values, "")).toEqual({
    text: "a",
    provider: "shell",
    orchestratorId: "h",
    tag: "t",
    capability: "c",
    policyName: "p",
    profile: "q",
    spawnedBy: "x",
  });
});

test("an instant is shown as local time to the minute and read back", () => {
  const shown = toLocalField("2026-01-02T12:34:56.000Z");
  expect(shown).toMatch(/^2026-01-0\dT\d\d:34$/);
  expect(instant(shown)).toBe("2026-01-02T12:34:00.000Z");
  expect(toLocalField("soon")).toBe("");
});
