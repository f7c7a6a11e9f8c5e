import type { ObjectSchema } from "@signalbox/mcp";

/** A JSON Schema as far as an input is made from it. */
export interface Node {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Node[];
  oneOf?: Node[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  minItems?: number;
  minimum?: number;
  format?: string;
}

/** What a call is about: the values of the fields that name something. */
export type Resource = Record<string, string | undefined>;

function sampleOf(node: Node, name: string, about: Resource): unknown {
  const [variant] = node.anyOf ?? node.oneOf ?? [];
  if (variant) return sampleOf(variant, name, about);
  if (node.const !== undefined) return node.const;
  if (node.enum) return node.enum.includes("shell") ? "shell" : node.enum[0];
  const kind = [node.type].flat()[0];
  if (kind === "object") return objectOf(node, about);
  if (kind === "array") {
    return Array.from({ length: node.minItems ?? 0 }, () => sampleOf(node.items ?? {}, name, about));
  }
  if (kind === "number" || kind === "integer") return Math.max(1, node.minimum ?? 1);
  if (kind === "boolean") return false;
  if (node.format === "date-time") return "2026-01-01T00:00:00.000Z";
  return about[name] ?? "x";
}

function objectOf({ properties = {}, required = [] }: Node, about: Resource): Record<string, unknown> {
  const named = Object.entries(properties).filter(([name]) => required.includes(name) || about[name] !== undefined);
  return Object.fromEntries(named.map(([name, node]) => [name, sampleOf(node, name, about)]));
}

/** The least input that a schema takes, about that resource. */
export const inputFor = (schema: ObjectSchema, about: Resource): Record<string, unknown> =>
  objectOf(schema as Node, about);

/** Paths of all texts and numbers that an input can hold, as keys from the top, with what kind they are. */
export function leavesOf(node: Node, path: string[] = []): { path: string[]; kind: "string" | "number" }[] {
  const variants = node.anyOf ?? node.oneOf;
  if (variants) return variants.flatMap((one) => leavesOf(one, path));
  const kind = [node.type].flat()[0];
  if (kind === "object") {
    return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
  }
  if (kind === "array") return leavesOf(node.items ?? {}, [...path, "0"]);
  if (kind === "string") return [{ path, kind: "string" }];
  return kind === "number" || kind === "integer" ? [{ path, kind: "number" }] : [];
}

/** The part of a schema below a key, in whichever variant has it. */
function below(node: Node, key: string): Node {
  for (const one of node.anyOf ?? node.oneOf ?? [node]) {
    const inner = key === "0" ? one.items : one.properties?.[key];
    if (inner) return inner;
  }
  return {};
}

/** The variant of a schema that goes on with a key. */
const having = (node: Node, key: string): Node =>
  (node.anyOf ?? node.oneOf ?? []).find((one) => (key === "0" ? one.items : one.properties?.[key])) ?? node;

/** A copy of an input with another value at that path; what is not there on the way is made as the schema wants it. */
export function withValue(node: Node, input: unknown, path: string[], value: unknown, about: Resource): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = below(node, key);
  const there = input ?? sampleOf(having(node, key), key, about);
  const base = typeof there === "object" && there !== null ? there : {};
  const next = withValue(inner, (base as Record<string, unknown>)[key], rest, value, about);
  return key === "0" ? [next] : { ...base, [key]: next };
}
