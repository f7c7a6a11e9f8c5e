import { engines } from "@signalbox/db/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { PlayedAgent } from "../support/played-host.ts";
import { attempts, each, holds, refuses } from "./support/attempts.ts";
import { headersOf, overTrpc } from "./support/doors.ts";
import { inputFor, leavesOf, type Node, type Resource, withValue } from "./support/inputs.ts";
import { readRules } from "./support/spec.ts";
import { type Procedure, procedures } from "./support/surface.ts";
import { startWorld, type World } from "./support/world.ts";

const ruleOf = readRules();

/** Texts and numbers that no field means, and what must become of them. */
const values = {
  string: [
    ["a NUL character", "a\0b", refuses],
    ["half of a surrogate pair", "\ud800", holds],
    ["100,001 characters", "x".repeat(100_001), holds],
    ["an object in place of a text", { a: 1 }, refuses],
  ],
  number: [
    ["the largest safe integer", Number.MAX_SAFE_INTEGER, holds],
    ["a number below all integers", -1e308, holds],
    ["a text in place of a number", "x", refuses],
  ],
} as const;

/** Keys that reach into a prototype where an object is merged carelessly; superjson drops the first by itself. */
const keys = ["__proto__", "constructor", "prototype"];

describe.each(engines)("on %s", (engine) => {
  let world: World;
  let agent: PlayedAgent;
  /** The agent that calls of its host are about, since some of them end it. */
  let victim: PlayedAgent;
  const table = attempts();
  beforeAll(async () => {
    world = await startWorld(engine);
    [agent, victim] = [await world.hostA.agent(), await world.hostA.agent()];
  });
  afterAll(async () => {
    table.print(`hostile values, ${engine}`);
    await world?.[Symbol.asyncDispose]();
  });

  /** The one whose call comes far enough to reach the database, and what it is about. */
  function caller({ path }: Procedure): { token: string; about: Resource } {
    const { proof, token } = world.hostA;
    const { besides } = ruleOf(path);
    const host = besides.includes("HST-07") || path === "agents.reportExit";
    const { agentId, commandId, workspaceId } = host ? victim : agent;
    const names = { ...proof, id: proof.orchestratorId, name: "some", tokenId: "tok_x" };
    const about = { ...names, agentId, commandId, workspaceId };
    if (host) return { token, about };
    return { token: besides.includes("own agent") ? agent.token : world.adminToken, about };
  }

  test("[IDN-21, MCP-31] no value of any field of any procedure fails inside the relay", async () => {
    const calls = procedures().filter(({ type }) => type !== "subscription");
    // What ends the agent comes last.
    calls.sort((a, b) => Number(a.path === "agents.reportExit") - Number(b.path === "agents.reportExit"));
    const cases = calls.flatMap((procedure) => {
      const { about, token } = caller(procedure);
      const input = inputFor(procedure.input, about);
      const fields = leavesOf(procedure.input as Node).flatMap(({ path, kind }) =>
        values[kind].map(([what, value, fine]) => ({
          what,
          fine,
          path,
          input: withValue(procedure.input as Node, input, path, value, about),
        })),
      );
      const merged = keys.map((key) => {
        const given = JSON.parse(`{"${key}":{"polluted":true}}`) as object;
        return {
          what: `a field ${key}`,
          fine: key === "__proto__" ? holds : refuses,
          path: [key],
          input: Object.defineProperties({ ...input }, Object.getOwnPropertyDescriptors(given)),
        };
      });
      return [...fields, ...merged].map((one) => ({ ...one, procedure, token }));
    });
    await each(cases, async ({ what, fine, procedure, token, input, path }) => {
      // Keys for a terminal may be any bytes, and end there.
      const typed = procedure.path === "terminals.input" && path[0] === "data";
      const answer = await overTrpc(world.url, procedure, input, headersOf(token));
      const text = `${procedure.path} ${path.join(".")}: ${answer.text}`;
      table.note(`${what} in every field`, "tRPC", { ...answer, text }, typed ? holds : fine);
    });
    table.none();
  });
});
