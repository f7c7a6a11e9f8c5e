import { expect, test } from "vitest";
import { emptyMessage, lookedUp, refusedField, suggestions, toSend, wasSentBefore } from "./compose.ts";

const sending = { from: "Jo", idempotencyKey: "k-1" };
const problem = (field: string) => ({ code: "Invalid" as const, message: "no", next: "do", requestId: "r", field });

test("[MSG-31] [MSG-33] [MSG-36] what is sent has the signed-in name and one key, and leaves out what is empty", () => {
  const values = { ...emptyMessage(" claude-aaaaaa "), body: " keeps its spaces\n" };
  expect(toSend(values, sending)).toEqual({ to: "claude-aaaaaa", body: " keeps its spaces\n", ...sending });
  const full = { ...values, subject: " Plan ", channel: "docs", replyExpected: false };
  expect(toSend(full, sending)).toMatchObject({ subject: "Plan", channel: "docs", replyExpected: false });
});

test("[CON-45] [MSG-47] to interrupt is sent only with urgent", () => {
  const values = { ...emptyMessage("a"), body: "x", steer: true };
  expect(toSend(values, sending)).not.toHaveProperty("delivery");
  expect(toSend({ ...values, urgent: true }, sending)).toMatchObject({ priority: "urgent", delivery: "steer" });
});

test("[CON-45] a refusal stands at the field that it names", () => {
  expect(refusedField(problem("to"))).toBe("to");
  expect(refusedField(problem("delivery"))).toBe("urgent");
  expect(refusedField(problem("payload"))).toBeNull();
  expect(refusedField(null)).toBeNull();
  expect(wasSentBefore(problem("idempotencyKey"))).toBe(true);
});

test("[CON-45] agents by id or label and selectors by what they select are offered for what is typed", () => {
  const agents = [
    { id: "claude-aaaaaa", label: "Reviewer", tags: ["docs", "night"], capabilities: ["review"] },
    { id: "shell-bbbbbb", label: null, tags: ["docs"], capabilities: [] },
  ];
  const offered = (typed: string) => suggestions(typed, agents).map(({ value }) => value);
  expect(offered("")).toEqual(["claude-aaaaaa", "shell-bbbbbb", "broadcast", "tag:docs", "tag:night", "cap:review"]);
  expect(offered("REVIEW")).toEqual(["claude-aaaaaa", "cap:review"]);
  expect(offered("tag:d")).toEqual(["tag:docs"]);
  expect(offered("tag:docs")).toEqual([]);
  expect(offered("label:")).toEqual(["label:Reviewer"]);
});

test("[CON-45] a label is completed from all agents, a tag and a capability from those at hand", () => {
  expect(["ann", "label:ann", "label:", "tag:do", "cap:x", "10:30"].map(lookedUp)).toEqual([
    "ann",
    "ann",
    "",
    "",
    "",
    "",
  ]);
});
