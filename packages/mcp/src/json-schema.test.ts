import { describe, expect, test } from "vitest";
import { z } from "zod";
import { answerSchemaOf, jsonSchemaOf } from "./json-schema.ts";

const Card = z.object({ id: z.string().min(1), tags: z.array(z.string()) });

describe("jsonSchemaOf", () => {
  test("[MCP-16] keeps limits, defaults and descriptions, and leaves out what only costs tokens", () => {
    const schema = z.strictObject({
      count: z.number().int().min(1).default(2).describe("How many"),
      at: z.iso.datetime().optional(),
    });
    expect(jsonSchemaOf(schema, "input")).toEqual({
      type: "object",
      properties: {
        count: { type: "integer", minimum: 1, default: 2, description: "How many" },
        at: { type: "string", format: "date-time" },
      },
      additionalProperties: false,
    });
  });
});

describe("answerSchemaOf", () => {
  test("[MCP-17] names the members and their kinds, not what is inside", () => {
    const schema = z.object({
      card: Card.nullable().describe("The agent"),
      cards: z.array(Card),
      state: z.enum(["on", "off"]),
      ok: z.literal(true),
      note: z.string().max(5).nullable().optional(),
      anything: z.unknown(),
    });
    expect(answerSchemaOf(schema)).toEqual({
      type: "object",
      properties: {
        card: { anyOf: [{ type: "object" }, { type: "null" }] },
        cards: { type: "array" },
        state: { type: "string", enum: ["on", "off"] },
        ok: { type: "boolean", const: true },
        note: { anyOf: [{ type: "string" }, { type: "null" }] },
        anything: {},
      },
      required: ["card", "cards", "state", "ok", "anything"],
    });
  });

  test("[MCP-17] an answer of several forms is an object whose members are open", () => {
    const schema = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]);
    expect(answerSchemaOf(schema)).toEqual({ type: "object", properties: {} });
  });
});
