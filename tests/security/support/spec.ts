import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/program.ts";

/** What the specification says of one procedure: the scopes (any one is enough), or open, and what holds besides. */
export interface Rule {
  scopes: string[];
  open: boolean;
  /** The words after "and": ids of requirements, `own agent only`. */
  besides: string;
}

const spec = (file: string): string => readFileSync(join(ROOT, "docs/spec", file), "utf8");
const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);

/** Rows of the first table after `heading`, as cells. */
function table(text: string, heading: string): string[][] {
  const lines = text.slice(text.indexOf(heading)).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| ---"));
  const after = lines.slice(first + 1);
  const end = after.findIndex((line) => !line.startsWith("|"));
  return after.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

function ruleOf(text: string): Rule {
  if (text.startsWith("open")) return { scopes: [], open: true, besides: "" };
  const at = text.search(/, and |, own |; /);
  const [before, besides] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
  return { scopes: quoted(before), open: false, besides };
}

/** The table of IDN-17: every name in it, `router.*` included, with its rule. */
function scopeTable(): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const [left = "", right = ""] of table(spec("identity.md"), "**IDN-17**")) {
    const answers = right.startsWith("open") ? [right] : right.split(" / ");
    for (const [index, names] of left.split(" / ").entries()) {
      const rule = ruleOf(answers[Math.min(index, answers.length - 1)] ?? "");
      for (const name of quoted(names)) rules.set(name, rule);
    }
  }
  return rules;
}

/** What the specification says of a procedure; throws where it says nothing. */
export function readRules(): (path: string) => Rule {
  const rules = scopeTable();
  return (path) => {
    const rule = rules.get(path) ?? rules.get(`${path.split(".")[0]}.*`);
    if (!rule) throw new Error(`${path} is not in the table of IDN-17 in docs/spec/identity.md`);
    return rule;
  };
}

/** Scopes of each token profile (IDN-16). */
export function readProfiles(): Map<string, string[]> {
  const rows = table(spec("identity.md"), "**IDN-16**");
  return new Map(rows.map(([name = "", , scopes = ""]) => [quoted(name)[0] as string, quoted(scopes)]));
}

/** Scopes of each tool (MCP-20). */
export function readTools(): Map<string, string[]> {
  const rows = table(spec("mcp.md"), "**MCP-20**");
  return new Map(rows.map(([name = "", , scopes = ""]) => [quoted(name)[0] as string, quoted(scopes)]));
}
