import { expect, test } from "vitest";
import { readWords } from "./words.ts";

test.each<[string[], unknown]>([
  [["tool", "relay_x"], { tool: "relay_x", input: {} }],
  [["tool", "relay_x", '{"a":1}'], { tool: "relay_x", input: { a: 1 } }],
  [["whoami"], { tool: "relay_whoami", input: {} }],
  [["ready"], { tool: "relay_workspace_ready", input: {} }],
  [["status"], { tool: "relay_workspace_status", input: {} }],
  [["status", "--wait"], { tool: "relay_workspace_status", input: { wait: true } }],
  [["result", "all", "done"], { tool: "relay_report_result", input: { text: "all done" } }],
  [
    ["send", "builder", "hello", "you"],
    { tool: "relay_send_message", input: { to: "builder", body: "hello you", idempotencyKey: "key" } },
  ],
  [["send", "builder"], { error: "send needs a recipient and a text" }],
  [["inbox"], { tool: "relay_inbox", input: {} }],
  [["result"], { error: "result needs a text" }],
  [["tool", "relay_x", "{"], { error: "the input of relay_x is not a JSON object" }],
  [[], { error: "say what to do" }],
])("[MCP-49] %j", (words, wanted) => {
  expect(readWords(words, () => "key")).toEqual(wanted);
});
