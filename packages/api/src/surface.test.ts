import { initTRPC } from "@trpc/server";
import { expect, test } from "vitest";
import { requireScopes } from "./declared.ts";
import { appRouter } from "./root.ts";
import type { Meta } from "./trpc.ts";

interface Declared {
  _def: { meta?: Meta; type: string; output?: unknown; inputs: unknown[] };
}
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Declared>);

test("[IDN-15] every procedure declares a scope or is one of the three that are open", () => {
  const open = procedures.filter(([, { _def }]) => _def.meta?.open).map(([path]) => path);
  expect(open.sort()).toEqual(["auth.signIn", "auth.signOut", "auth.whoami"]);
  const bare = procedures.filter(([, { _def }]) => !_def.meta?.open && !_def.meta?.scopes?.length);
  expect(bare.map(([path]) => path)).toEqual([]);
});

test("[IDN-15] a procedure without a declared scope keeps the relay from starting", () => {
  expect(() => requireScopes(appRouter)).not.toThrow();
  const t = initTRPC.create();
  const nested = t.router({ things: t.router({ get: t.procedure.query(() => 1) }) });
  expect(() => requireScopes(nested)).toThrow("things.get declares no scope");
});

test("every procedure has an input, and every one but a stream an output", () => {
  const noInput = procedures.filter(([path, { _def }]) => !_def.inputs.length && path !== "events.subscribe");
  expect(noInput.map(([path]) => path)).toEqual([]);
  const noOutput = procedures.filter(([, { _def }]) => _def.type !== "subscription" && !_def.output);
  expect(noOutput.map(([path]) => path)).toEqual([]);
});

test("the surface is what it is on purpose", () => {
  expect(
    procedures.map(([path, { _def }]) => `${_def.type} ${path} ${_def.meta?.scopes?.join("|") ?? "open"}`),
  ).toMatchSnapshot();
});

test("[MCP-29] every tool has a title and a description of at most 300 characters", () => {
  const tools = procedures.flatMap(([, { _def }]) => _def.meta?.mcp ?? []);
  expect(tools.length).toBeGreaterThan(0);
  for (const tool of tools) {
    expect(tool.title.length, tool.name).toBeGreaterThan(0);
    expect(tool.description.length, tool.name).toBeLessThanOrEqual(300);
  }
});
