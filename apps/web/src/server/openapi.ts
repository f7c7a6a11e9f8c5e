import { Problem } from "@signalbox/api";
import { jsonSchemaOf } from "@signalbox/mcp";
import type { AnyTRPCRouter } from "@trpc/server";
import { type Operation, operationsOf } from "./rest-operations.ts";

const json = (schema: object) => ({ content: { "application/json": { schema } } });

const bytes = { content: { "*/*": { schema: { type: "string", format: "binary" } } } };

const failures = ["400", "401", "403", "404", "409", "413", "429", "500", "503"];

function inputOf({ input, fields, query }: Operation): object {
  const { properties = {}, required = [] } = input;
  const parameter = (name: string) => {
    const inPath = fields.includes(name);
    return {
      name,
      in: inPath ? "path" : "query",
      required: inPath || required.includes(name),
      schema: properties[name],
    };
  };
  if (query) return { parameters: Object.keys(properties).map(parameter) };
  const others = Object.entries(properties).filter(([name]) => !fields.includes(name));
  const needed = required.filter((name) => !fields.includes(name));
  const body = { ...input, properties: Object.fromEntries(others), required: needed };
  return { parameters: fields.map(parameter), requestBody: { required: needed.length > 0, ...json(body) } };
}

function describe(operation: Operation): object {
  const { path, meta, output } = operation.procedure;
  const problem = { description: "Problem", ...json({ $ref: "#/components/schemas/Problem" }) };
  return {
    operationId: path,
    tags: [path.split(".")[0]],
    ...(meta.mcp ? { summary: meta.mcp.title, description: meta.mcp.description } : {}),
    // Any one is enough, so each scope is an alternative of its own.
    security: (meta.scopes ?? []).map((scope) => ({ bearer: [scope] })),
    ...inputOf(operation),
    responses: {
      [meta.restStatus ?? 200]: {
        description: meta.restStatus ? "Accepted" : meta.download ? "The bytes, as an attachment" : "Done",
        ...(meta.download ? bytes : json(jsonSchemaOf(output, "output"))),
      },
      ...Object.fromEntries(failures.map((status) => [status, problem])),
    },
  };
}

/** The OpenAPI 3.1 document: every procedure that has a REST form with its scopes, limits and errors (MCP-59). */
export function openApiDocument(router: AnyTRPCRouter, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operationsOf(router)) {
    const path = `/api/v1/${operation.segments.join("/")}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Signalbox", version },
    paths,
    components: {
      schemas: { Problem: jsonSchemaOf(Problem, "output") },
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
  };
}
