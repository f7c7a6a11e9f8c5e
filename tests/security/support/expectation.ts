import type { MatrixCaller, Relation } from "./callers.ts";
import type { Rule } from "./spec.ts";

/**
 * What the specification expects of one cell. `open`: no refusal of rights; `scope`: Forbidden before anything is looked
 * at; `thing`: the scope is there, but this thing is not the caller's; `credential`: Unauthenticated.
 */
export type Expected = "open" | "scope" | "thing" | "credential";

type Reach = (caller: MatrixCaller, relation: Relation, path: string) => boolean;

const isAgent = ({ profile }: MatrixCaller) => profile === "provider-agent" || profile === "interactive";
const isPerson = ({ profile }: MatrixCaller) => ["admin", "operator", "viewer"].includes(profile ?? "");

/** The rules that IDN-17 names besides the scopes, as their requirements state them for callers without children. */
const besides: Record<string, Reach> = {
  "HST-07": ({ profile }, relation, path) => {
    const own = profile === "orchestrator" && relation === "own";
    return own || (path === "orchestrators.register" && profile === "admin");
  },
  "own agent only": (caller, relation, path) => {
    if (path !== "agents.reportExit") return isAgent(caller);
    return relation === "own" && (isAgent(caller) || caller.profile === "orchestrator");
  },
  // The message is to nobody; delivery.test.ts has what its recipient may.
  "MSG-45": () => false,
  "MSG-46": isAgent,
  // The inputs name the host besides the agent, which an agent never may; reach.test.ts has what it may.
  "SPN-53": (caller) => !isAgent(caller) && caller.profile !== "orchestrator",
  // The command of the caller's own agent was asked for by somebody else; cancel.test.ts has what an agent may.
  "HST-35": (caller) => !isAgent(caller) && caller.profile !== "orchestrator",
  "HST-45": (caller, _relation, path) => path === "terminals.attach" || caller.profile !== "viewer",
  "WSP-12": (caller, relation, path) => {
    const owner = caller.profile === "provider-agent" && relation === "own";
    const looks = path === "workspaces.get" || path === "workspaces.diff";
    return owner || caller.profile === "admin" || (looks && isPerson(caller));
  },
};

/** A host's token is good for its own host alone (the constraint `orchestrators`, IDN-18), and removes none (HST-07). */
const elsewhere = ({ profile }: MatrixCaller, relation: Relation, path: string) =>
  profile === "orchestrator" &&
  (path === "orchestrators.remove" ||
    (relation !== "own" && (path === "orchestrators.directories" || path === "orchestrators.drain")));

/** What a cell must be, from the specification's tables alone. */
export function expectation(
  caller: MatrixCaller,
  relation: Relation,
  { path, rule, scopes }: { path: string; rule: Rule; scopes: readonly string[] },
): Expected {
  if (!caller.profile) {
    const lenient = path === "auth.signIn" || path === "auth.signOut";
    return rule.open && (lenient || caller.name === "anonymous") ? "open" : "credential";
  }
  const held = scopes.includes("*") || rule.open || rule.scopes.some((scope) => scopes.includes(scope));
  if (!held) return "scope";
  const bounds = Object.entries(besides).filter(([id]) => rule.besides.includes(id));
  const reached = bounds.every(([, reach]) => reach(caller, relation, path));
  return reached && !elsewhere(caller, relation, path) ? "open" : "thing";
}

/** Whether a door's answer is what was expected. A thing that is nobody's may also be said not to exist. */
export function fits(expected: Expected, relation: Relation, code: string): boolean {
  if (expected === "scope") return code === "Forbidden";
  if (expected === "credential") return code === "Unauthenticated";
  if (expected === "thing")
    return code === "Forbidden" || (relation === "nobody's" && code !== "ok" && code !== "Internal");
  return !["Forbidden", "Unauthenticated", "Internal", "no code"].includes(code);
}
