import { eachEngine } from "@signalbox/db/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Constraints, type Scope, scopes, type TokenProfile, tokenProfiles } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { testRelay } from "../testing/relay.ts";

/** A token as the test knows it: what was stored, not what the code under test makes of it. */
interface Held {
  text: string;
  profile: TokenProfile;
  scopes: Scope[];
  constraints: Constraints;
}

/** What a call may be about. */
interface Thing {
  host: string;
  directory: string;
  policy: string;
  target: string;
}

const hosts = ["host-a", "host-b"];
const directories = ["/a", "/a/b", "/a/b/c", "/a/bc", "/"];
const agents = ["claude-aaaaaa", "claude-bbbbbb"];

/** Directories as a person may spell them; the oracle never normalises, it reads what they come to. */
const spelled: Record<string, string> = {
  "/a/b/": "/a/b",
  "/a/b/../bc": "/a/bc",
  "/a/b/..": "/a",
  "/a/b/../..": "/",
  "/a/./b//c": "/a/b/c",
};
const meaningOf = (path: string): string => spelled[path] ?? path;

const inside = (path: string, parent: string): boolean => {
  const [steps, above] = [path, meaningOf(parent)].map((one) => one.split("/").filter(Boolean));
  return (above ?? []).every((step, at) => (steps ?? [])[at] === step);
};

const listed = (list: string[] | undefined, one: string): boolean => !list || list.includes(one);

/** The oracle: what IDN-12, IDN-18 and IDN-19 say in words, written anew. */
function may(held: Held, scope: Scope, { host, directory, policy, target }: Thing): boolean {
  const { orchestrators, cwd, cwdPrefixes, policies, targets } = held.constraints;
  if (!held.scopes.includes("*") && !held.scopes.includes(scope)) return false;
  if (!listed(orchestrators, host) || !listed(policies, policy) || !listed(targets, target)) return false;
  if (cwd !== undefined && !inside(directory, cwd)) return false;
  return !cwdPrefixes || cwdPrefixes.some((one) => inside(directory, one));
}

/** Live children that a holder may have: nobody's agent is not counted (SPN-35), an agent has none by default (SPN-38). */
function quota({ profile, constraints }: Held): number {
  const bound = profile === "interactive" || constraints.agents || constraints.spawnedBy || constraints.parentAgents;
  return bound ? (constraints.maxSpawnedAgents ?? 0) : Number.POSITIVE_INFINITY;
}

const end = ({ constraints }: Held) =>
  constraints.expiresAt ? Date.parse(constraints.expiresAt) : Number.POSITIVE_INFINITY;

const someOf = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 0 });
const asPath = fc.constantFrom(...directories, ...Object.keys(spelled));
const constraintsOf = (path: fc.Arbitrary<string>) => ({
  orchestrators: someOf(hosts),
  cwd: path,
  cwdPrefixes: fc.array(path, { maxLength: 2 }),
  policies: someOf(["p", "q"]),
  targets: someOf(["t", "u"]),
  agents: someOf(agents),
  spawnedBy: fc.constantFrom(...agents),
  parentAgents: someOf(agents),
  maxSpawnedAgents: fc.nat(3),
  terminalAttach: fc.boolean(),
  logsRead: fc.boolean(),
  expiresAt: fc.constantFrom("2027-01-01T00:00:00.000Z", "2028-01-01T00:00:00.000Z"),
});
/** Bounds of a maker: most work in the one directory that the odd spellings lead out of. */
const asBounds = fc.record(constraintsOf(fc.constantFrom("/a/b", "/a/b", "/a", "/a/b/c")), { requiredKeys: [] });
const asConstraints = fc.record(constraintsOf(asPath), { requiredKeys: [] });
const asChange = fc.record(constraintsOf(asPath));

/** What heirs change, the delicate ones more often. */
const changeable = [
  ...[
    "cwd",
    "cwd",
    "cwd",
    "cwd",
    "cwd",
    "cwd",
    "cwdPrefixes",
    "cwdPrefixes",
    "expiresAt",
    "expiresAt",
    "maxSpawnedAgents",
    "orchestrators",
  ],
  ...["policies", "agents", "spawnedBy", "targets", "parentAgents", "terminalAttach", "logsRead"],
] as (keyof Constraints)[];

/**
 * One call of tokens.create: who makes it, of those that exist by then. An heir takes its maker's bounds and scopes, but
 * for one or two bounds and a scope, so that many calls come through; the others ask for something of their own.
 */
const asCall = fc.record({
  maker: fc.nat(11),
  profile: fc.constantFrom(...tokenProfiles),
  scopes: fc.option(someOf(scopes), { nil: undefined }),
  constraints: asConstraints,
  heir: fc.integer({ min: 0, max: 4 }).map((one) => one > 0),
  change: asChange,
  changes: fc.array(fc.constantFrom(...changeable), { maxLength: 2 }),
  more: fc.option(fc.constantFrom(...scopes), { nil: undefined, freq: 2 }),
});

/** What one call asks for. */
function asked({ profile, heir, change, changes, more, ...own }: AsCall, maker: Held) {
  const base = { name: "n", profile };
  if (!heir) return { ...base, constraints: own.constraints, scopes: own.scopes?.length ? own.scopes : undefined };
  const constraints: Constraints = { ...maker.constraints };
  for (const key of changes) Object.assign(constraints, { [key]: (change as Constraints)[key] });
  return { ...base, constraints, scopes: [...maker.scopes, ...(more ? [more] : [])] };
}
type AsCall = typeof asCall extends fc.Arbitrary<infer T> ? T : never;

const things: Thing[] = hosts.flatMap((host) =>
  directories.flatMap((directory) =>
    ["p", "q"].map((policy, at) => ({ host, directory, policy, target: at ? "u" : "t" })),
  ),
);

/** What of a child exceeds its maker, in the oracle's eyes. */
function exceeds(child: Held, maker: Held): string[] {
  const acts = scopes.flatMap((scope) =>
    things.filter((thing) => may(child, scope, thing) && !may(maker, scope, thing)),
  );
  const { constraints: mine } = maker;
  const { constraints: theirs } = child;
  const speaksAs = mine.agents && !(theirs.agents ?? ["anybody"]).every((one) => mine.agents?.includes(one));
  return [
    ...(acts.length ? [`may act on ${JSON.stringify(acts[0])}`] : []),
    ...(quota(child) > quota(maker) ? ["has a larger quota"] : []),
    ...(end(child) > end(maker) ? ["lives longer"] : []),
    ...(speaksAs ? ["speaks as another agent"] : []),
    ...(mine.terminalAttach === false && theirs.terminalAttach !== false ? ["may type into terminals"] : []),
    ...(mine.logsRead === false && theirs.logsRead !== false ? ["may read logs"] : []),
  ];
}

eachEngine("tokens that make tokens", (open) => {
  test("[IDN-32, IDN-33, IDN-34] no sequence of tokens.create gives a token that can do more than its maker", async () => {
    const relay = await testRelay(await open());
    let [calls, made] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(asCall, { minLength: 1, maxLength: 8 }),
        asBounds,
        fc.subarray(scopes.slice(1), { maxLength: 5 }),
        async (sequence, bounds, held) => {
          // Somebody within bounds who may make tokens, and an administrator.
          const limited = { scopes: [...new Set<Scope>([...held, "token:write"])], constraints: bounds };
          const tokens: Held[] = [];
          for (const first of [limited, { scopes: ["*"] as Scope[], constraints: {} }]) {
            const given = { profile: "operator" as const, ...first };
            tokens.push({ ...given, text: (await relay.token(given)).text });
          }
          for (const call of sequence) {
            const maker = tokens[call.maker % tokens.length] as Held;
            calls += 1;
            const answer = await relay
              .callWith(maker.text)
              .tokens.create(asked(call, maker))
              .catch((error: unknown) => {
                if (error instanceof AppError || (error as { code?: string }).code === "BAD_REQUEST") return null;
                throw error;
              });
            if (!answer) continue;
            made += 1;
            const { profile, scopes: got, constraints: bound } = answer.token;
            const child = { text: answer.text, profile, scopes: got, constraints: bound };
            expect({ child, maker, exceeds: exceeds(child, maker) }).toEqual({ child, maker, exceeds: [] });
            tokens.push(child);
          }
        },
      ),
      { numRuns: 180, seed: 20_260_101 },
    );
    console.log(`${calls} calls of tokens.create made ${made} tokens; none can do more than its maker`);
    expect(made).toBeGreaterThan(100);
  });
});
