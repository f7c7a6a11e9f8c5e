import { expect, test } from "vitest";
import { messageInput } from "./message-filters.ts";

const none = { agent: "", state: "", channel: "", from: "", to: "" };

test("[CON-44] the address's filters are what messages.list takes; what is empty or no state narrows nothing", () => {
  expect(messageInput(none, "")).toEqual({});
  expect(messageInput({ ...none, state: "sideways", from: "yesterday" }, "")).toEqual({});
  const at = "2026-01-02T12:00:00.000Z";
  expect(messageInput({ agent: "shell-aaaaaa", state: "held", channel: "docs", from: at, to: at }, "12")).toEqual({
    agentId: "shell-aaaaaa",
    state: "held",
    channel: "docs",
    since: at,
    until: at,
    cursor: "12",
  });
});
