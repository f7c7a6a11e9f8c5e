import { afterAll, beforeAll, expect, test } from "vitest";
import { type MatrixCaller, makeCallers, type Relation, relations } from "./support/callers.ts";
import { type Answer, headersOf, overMcp, overRest, overStream, overTrpc } from "./support/doors.ts";
import { expectation, fits } from "./support/expectation.ts";
import { inputFor } from "./support/inputs.ts";
import { type Rule, readProfiles, readRules, readTools } from "./support/spec.ts";
import { operations, procedures, tools } from "./support/surface.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;
let callers: MatrixCaller[];
const profiles = readProfiles();
const ruleOf = readRules();

beforeAll(async () => {
  world = await startWorld();
  callers = await makeCallers(world);
});
afterAll(() => world?.[Symbol.asyncDispose]());

interface Cell {
  caller: MatrixCaller;
  relation: Relation;
  path: string;
  rule: Rule;
  ask: (patienceMs: number) => Promise<Answer>;
}

/** Every caller × every relation, for one thing that can be called. */
function cellsOf(
  path: string,
  rule: Rule,
  ask: (caller: MatrixCaller, relation: Relation, patienceMs: number) => Promise<Answer>,
) {
  return callers.flatMap((caller) =>
    relations.map((relation): Cell => {
      return { caller, relation, path, rule, ask: (patienceMs) => ask(caller, relation, patienceMs) };
    }),
  );
}

/** Asks all cells, eight at a time, and answers those that came out otherwise than the specification says. */
async function wrong(door: string, cells: Cell[]): Promise<string[]> {
  const waiting = [...cells];
  const found: string[] = [];
  const codes = new Map<string, number>();
  const worker = async () => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      const { caller, relation, path, rule } = cell;
      const scopes = profiles.get(caller.profile ?? "") ?? [];
      const expected = expectation(caller, relation, { path, rule, scopes });
      const { status, code, text } = await cell.ask(expected === "open" ? 300 : 10_000);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (fits(expected, relation, code)) continue;
      found.push(
        `${path} as ${caller.name}, ${relation}: expected ${expected}, got ${status} ${code} ${text.slice(0, 200)}`,
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const counts = [...codes].map(([code, count]) => `${count} ${code}`).join(", ");
  console.log(
    `authorisation matrix, ${door}: ${cells.length} cells, ${found.length} otherwise than docs/spec says (${counts})`,
  );
  return found;
}

/** What ends an agent, and with it the agent's own token, comes last. */
const ending = "agents.reportExit";

test("[IDN-16, IDN-17, IDN-14, IDN-21, HST-07, WSP-12] every procedure over HTTP is open to exactly those whom the specification names", async () => {
  const all = procedures();
  expect(all.length).toBeGreaterThan(40);
  const cellsFor = (wanted: typeof all) =>
    wanted.flatMap((procedure) =>
      cellsOf(procedure.path, ruleOf(procedure.path), (caller, relation, patienceMs) => {
        const input = inputFor(procedure.input, caller.about[relation]);
        const headers = headersOf(caller.token);
        if (procedure.type !== "subscription") return overTrpc(world.url, procedure, input, headers);
        return overStream(world.url, procedure, input, headers, patienceMs);
      }),
    );
  const streams = all.filter(({ type }) => type === "subscription");
  const calls = all.filter((one) => one.path !== ending && !streams.includes(one));
  // A second stream of a host takes what the first would have answered: first the streams, then all else.
  expect(await wrong("streams", cellsFor(streams))).toEqual([]);
  expect(await wrong("tRPC", cellsFor(calls))).toEqual([]);
});

test("[IDN-17] every REST operation is open to exactly the same", async () => {
  const cells = operations().flatMap((operation) =>
    cellsOf(operation.procedure.path, ruleOf(operation.procedure.path), (caller, relation) =>
      overRest(world.url, operation, inputFor(operation.input, caller.about[relation]), headersOf(caller.token)),
    ),
  );
  expect(await wrong("REST", cells)).toEqual([]);
});

test("[MCP-20, MCP-23] every tool is open to exactly those whom the specification names", async () => {
  const scopesOf = readTools();
  const cells = tools().flatMap(({ name, path, input }) => {
    const { besides } = ruleOf(path);
    const rule = { open: false, scopes: scopesOf.get(name) ?? [], besides };
    return cellsOf(path, rule, (caller, relation) =>
      overMcp(world.url, name, inputFor(input, caller.about[relation]), headersOf(caller.token)),
    );
  });
  // Whoever lacks mcp:use is refused at the door.
  const found = await wrong(
    "MCP",
    cells.filter(({ caller }) => !caller.profile || admitted(caller)),
  );
  expect(found).toEqual([]);
  const outside = cells.filter(({ caller }) => caller.profile && !admitted(caller));
  const codes = await Promise.all(outside.map(async ({ ask }) => (await ask(0)).code));
  expect(new Set(codes)).toEqual(new Set(["Forbidden"]));
});

const admitted = ({ profile }: MatrixCaller) =>
  ["*", "mcp:use"].some((scope) => profiles.get(profile ?? "")?.includes(scope));

test("[IDN-17] the end of an agent is reported by the agent and by its host alone", async () => {
  const [procedure] = procedures().filter(({ path }) => path === ending);
  if (!procedure) throw new Error(`there is no ${ending}`);
  const order: Relation[] = ["nobody's", "other's", "own"];
  const found: string[] = [];
  for (const relation of order) {
    const cells = cellsOf(ending, ruleOf(ending), (caller, one) =>
      overTrpc(world.url, procedure, inputFor(procedure.input, caller.about[one]), headersOf(caller.token)),
    ).filter((cell) => cell.relation === relation);
    found.push(...(await wrong(`${ending}, ${relation}`, cells)));
  }
  expect(found).toEqual([]);
});

test("[IDN-15] the code's scopes are those of the specification", async () => {
  const { appRouter } = await import("@signalbox/api");
  const declared = appRouter._def.procedures as unknown as Record<string, { _def: { meta?: { scopes?: string[] } } }>;
  for (const [path, { _def }] of Object.entries(declared)) {
    expect([path, [...(_def.meta?.scopes ?? [])].sort()]).toEqual([path, [...ruleOf(path).scopes].sort()]);
  }
});
