import { z } from "zod";

/** A JSON Schema (2020-12) of an object. */
export type ObjectSchema = z.core.JSONSchema.JSONSchema & { type: "object" };

type Node = z.core.JSONSchema.BaseSchema;

/** Leaves out what says nothing to a reader but costs tokens: the safe-integer bounds and the pattern behind a format. */
function shorten(node: Node): void {
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  if (node.format) delete node.pattern;
}

/**
 * The JSON Schema of a procedure's own zod schema (MCP-16). An input refuses unknown properties where its schema does;
 * an output does not say so, because a later version may add fields.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): ObjectSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      shorten(jsonSchema);
      if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { ...json, type: "object" };
}
