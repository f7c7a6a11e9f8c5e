import { appRouter, type Meta } from "@signalbox/api";
import { declared, jsonSchemaOf, type ObjectSchema, toolsOf } from "@signalbox/mcp";
import { type Operation, operationsOf } from "../../../apps/web/src/server/rest-operations.ts";

/** One procedure as the router has it. */
export interface Procedure {
  path: string;
  type: "query" | "mutation" | "subscription";
  input: ObjectSchema;
}

interface Definition {
  _def: { type: Procedure["type"]; meta?: Meta; inputs: Parameters<typeof jsonSchemaOf>[0][] };
}

const nothing: ObjectSchema = { type: "object", properties: {} };

/** Every procedure there is: nothing here is listed by hand. */
export function procedures(): Procedure[] {
  const all = appRouter._def.procedures as unknown as Record<string, Definition>;
  return Object.entries(all).map(([path, { _def }]) => {
    const [schema] = _def.inputs;
    return { path, type: _def.type, input: schema ? jsonSchemaOf(schema, "input") : nothing };
  });
}

/** Every REST operation. */
export const operations = (): Operation[] => operationsOf(appRouter);

/** Every tool, with the procedure behind it and its input. */
export function tools(): { name: string; path: string; input: ObjectSchema }[] {
  const inputs = new Map(declared(appRouter).map(({ path, input }) => [path, jsonSchemaOf(input, "input")]));
  return toolsOf(appRouter).map(({ name, procedure: { path } }) => ({
    name,
    path,
    input: inputs.get(path) ?? nothing,
  }));
}
