import { expect, test } from "vitest";
import { shorten } from "./shorten.ts";

const sizeOf = (value: unknown) => JSON.stringify(value).length;

test("[MCP-30] an answer within the limit is left alone, one above it is cut to it", () => {
  const body = "x".repeat(16_000);
  expect(shorten({ body })).toEqual({ body });
  const echoed = shorten({
    agentId: "shell-k3f9q2",
    command: { id: "cmd_1", params: { prompt: "\n".repeat(16_000) } },
  });
  expect(sizeOf(echoed)).toBeLessThanOrEqual(24_000);
  expect(echoed).toMatchObject({ agentId: "shell-k3f9q2", command: { id: "cmd_1", params: {} } });
  expect(JSON.stringify(echoed)).toContain("… (cut)");
});

test("[MCP-30] lists are cut only where texts do not suffice, and the answer says so", () => {
  const tags = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(80, "x"));
  const agent = { id: "shell-k3f9q2", tags, capabilities: tags, meta: { providerArgs: tags } };
  const short = shorten({ agent, command: { params: agent }, ok: true }) as { cut: string; agent: { tags: string[] } };
  expect(sizeOf(short)).toBeLessThanOrEqual(24_000);
  expect(short).toMatchObject({ ok: true, agent: { id: "shell-k3f9q2", tags: tags.slice(0, 20) } });
  expect(short.cut).toContain("20 items");
});

test("[MCP-30] half a character is never left", () => {
  const short = shorten({ text: `${"x".repeat(3_999)}${"🚦".repeat(20_000)}` }) as { text: string };
  expect(short.text.isWellFormed()).toBe(true);
});
