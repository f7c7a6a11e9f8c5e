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

/** What a tool's input leaves out besides: that something is not empty, and that a record holds whatever it holds. */
function shortenMore(node: Node): void {
  if (node.minLength === 1) delete node.minLength;
  if (node.minItems === 1) delete node.minItems;
  const { additionalProperties: rest } = node;
  if (typeof rest === "object" && Object.keys(rest).length === 0) {
    delete node.additionalProperties;
    delete node.propertyNames;
  }
}

/**
 * The JSON Schema of a procedure's own zod schema (MCP-16). An input refuses unknown properties where its schema does;
 * an output does not say so, because a later version may add fields.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output", more = (_: Node) => {}): ObjectSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      shorten(jsonSchema);
      more(jsonSchema);
      if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { ...json, type: "object" };
}

/** The input schema of a tool: the procedure's own, in as few tokens as say it (MCP-16, MCP-27). */
export const inputSchemaOf = (input: z.ZodType): ObjectSchema => jsonSchemaOf(input, "input", shortenMore);

type Kind = NonNullable<Node["type"]>;

const kindsOf = (node: Node): Kind[] =>
  (node.anyOf ?? node.oneOf ?? [node]).flatMap((one) => (typeof one === "object" ? ((one as Node).type ?? []) : []));

/** One kind, or a choice of them: some clients know no list of kinds in one `type`. */
function kindOf(node: Node): Node {
  const [only, ...others] = [...new Set(kindsOf(node))].map((type) => ({ type }));
  if (!only) return {};
  return others.length === 0 ? only : { anyOf: [only, ...others] };
}

/** A member of an answer: its kind, without what is inside it and without limits, which bind the relay alone. */
function outline(node: Node): Node {
  const { enum: values, const: constant } = node;
  return {
    ...kindOf(node),
    ...(values === undefined ? {} : { enum: values }),
    ...(constant === undefined ? {} : { const: constant }),
  };
}

/**
 * The output schema of a tool: the members of the answer and their kinds, from the procedure's own schema. What is inside
 * a member and what it means is left out, because every agent pays for this text and sees the answer itself (MCP-27); the
 * OpenAPI document has it.
 */
export function answerSchemaOf(output: z.ZodType): ObjectSchema {
  const { properties = {}, required } = jsonSchemaOf(output, "output");
  const members = Object.entries(properties).map(([name, node]) => [name, outline(node as Node)]);
  return { type: "object", properties: Object.fromEntries(members), ...(required ? { required } : {}) };
}
