import { type Declared, declared, jsonSchemaOf, type ObjectSchema } from "@signalbox/mcp";
import type { AnyTRPCRouter } from "@trpc/server";

/** One procedure as `METHOD /path/{field}` below `/api/v1`. */
export interface Operation {
  method: string;
  /** `{name}` is a field of the input. */
  segments: string[];
  /** The fields that the path names. */
  fields: string[];
  /** Whether the other fields come as query; else they come as a JSON body. */
  query: boolean;
  procedure: Declared;
  input: ObjectSchema;
}

const fieldOf = (segment: string) => /^\{(\w+)\}$/.exec(segment)?.[1];

function operationOf(procedure: Declared): Operation[] {
  const [method, path] = procedure.meta.rest?.split(" ") ?? [];
  if (!method || !path) return [];
  const input = jsonSchemaOf(procedure.input, "input");
  const segments = path.split("/").slice(1);
  const fields = segments.flatMap((segment) => fieldOf(segment) ?? []);
  const stray = fields.find((field) => !input.properties?.[field]);
  if (stray) throw new Error(`${procedure.path} has no field ${stray}, which its path ${path} names`);
  return [{ method, segments, fields, query: method === "GET" || method === "DELETE", procedure, input }];
}

/** The router's REST operations, those with fewer fields in their path first; throws on a path declared twice. */
export function operationsOf(router: AnyTRPCRouter): Operation[] {
  const operations = declared(router).flatMap(operationOf);
  const seen = new Map<string, string>();
  for (const { method, segments, procedure } of operations) {
    const key = `${method} /${segments.map((segment) => (fieldOf(segment) ? "{}" : segment)).join("/")}`;
    const other = seen.get(key);
    if (other) throw new Error(`${key} is declared by ${other} and ${procedure.path}`);
    seen.set(key, procedure.path);
  }
  return operations.sort((a, b) => a.fields.length - b.fields.length);
}

/** The path's fields as text, or null where the path is another operation's. */
export function matchPath({ segments }: Operation, asked: string[]): Record<string, string> | null {
  if (segments.length !== asked.length) return null;
  const fields: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const field = fieldOf(segment);
    const text = asked[index] ?? "";
    if (field && text !== "") fields[field] = text;
    else if (segment !== text) return null;
  }
  return fields;
}
