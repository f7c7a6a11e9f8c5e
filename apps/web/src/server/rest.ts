import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, admitTo, type Context, type Log, type Meta, toProblem } from "@signalbox/api";
import { maxBodyBytes, readBody, run } from "@signalbox/mcp";
import type { AnyTRPCRouter } from "@trpc/server";
import type { z } from "zod";
import { answerFile, answerJson, answerProblem, type File } from "./answers.ts";
import { askedFor } from "./asked.ts";
import { openApiDocument } from "./openapi.ts";
import { matchPath, type Operation, operationsOf } from "./rest-operations.ts";

type Node = z.core.JSONSchema.JSONSchema;

const variants = (schema: Node | undefined) => (schema?.anyOf as Node[] | undefined) ?? (schema ? [schema] : []);
const kindsOf = (schema: Node | undefined) => variants(schema).flatMap(({ type = [] }) => type as string | string[]);

function scalar(text: string, schema: Node | undefined): unknown {
  const kinds = kindsOf(schema);
  const number = kinds.includes("number") || kinds.includes("integer");
  if (number && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return kinds.includes("boolean") && /^(true|false)$/.test(text) ? text === "true" : text;
}

/** The value that a schema means by the texts of one name; what does not fit stays text, for the schema to refuse. */
function coerce(texts: string[], schema: Node | undefined): unknown {
  const list = variants(schema).find(({ type }) => type === "array");
  if (list) return texts.map((text) => scalar(text, list.items as Node));
  return texts.length === 1 ? scalar(texts[0] as string, schema) : texts;
}

class BodyTooLarge extends AppError {}

async function bodyOf(req: IncomingMessage, limit: number): Promise<object> {
  const text = await readBody(req, limit);
  if (text === null) throw new BodyTooLarge("Invalid", `The body is larger than ${limit} bytes`, { limit });
  if (text === "") return {};
  if (!/^application\/json\b/i.test(req.headers["content-type"] ?? "")) {
    throw new AppError("Invalid", "The body must be sent as Content-Type application/json");
  }
  const body: unknown = await Promise.resolve(text)
    .then(JSON.parse)
    .catch(() => null);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new AppError("Invalid", "The body is not a JSON object");
}

async function inputOf(
  { input, query, procedure }: Operation,
  fields: Record<string, string>,
  req: IncomingMessage,
  url: URL,
) {
  const { properties = {} } = input;
  const typed = (name: string, texts: string[]) => [name, coerce(texts, properties[name] as Node)] as const;
  const path = Object.entries(fields).map(([name, text]) => typed(name, [text]));
  if (!query) return { ...(await bodyOf(req, bodyLimit(procedure.meta))), ...Object.fromEntries(path) };
  const names = [...new Set(url.searchParams.keys())];
  return Object.fromEntries([...names.map((name) => typed(name, url.searchParams.getAll(name))), ...path]);
}

/** Largest body of a procedure's request, in bytes. */
export const bodyLimit = ({ maxBodyMiB }: Meta): number => (maxBodyMiB ? maxBodyMiB * 1024 * 1024 : maxBodyBytes);

/** A part that is not well encoded stays as it is, and is then no known id. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The parts of a path below `/api/v1`; none for another path. */
function partsOf({ pathname }: URL): string[] {
  const [, below] = /^\/api\/v1\/(.*)$/.exec(pathname) ?? [];
  return below?.split("/").map(decode) ?? [];
}

interface RestOptions {
  router: AnyTRPCRouter;
  /** The request's context, with the credential from its Authorization header. */
  createContext(req: IncomingMessage): Context;
  /** The package's version (MCP-59). */
  version: string;
  log: Log;
}

/** The handler of `/api/v1/…` and `/api/openapi.json`; every other path below `/api` does not exist (MCP-60). */
export function createRestEndpoint({ router, createContext, version, log }: RestOptions) {
  const operations = operationsOf(router);
  const document = openApiDocument(router, version);

  async function serve(
    req: IncomingMessage,
    ctx: Context,
    signal: AbortSignal,
  ): Promise<{ status: number; answer: unknown; download?: boolean }> {
    const url = askedFor(req);
    if (req.method === "GET" && url.pathname === "/api/openapi.json") {
      await admitTo(ctx, url.pathname);
      return { status: 200, answer: document };
    }
    const parts = partsOf(url);
    for (const operation of operations) {
      const fields = operation.method === req.method ? matchPath(operation, parts) : null;
      if (!fields) continue;
      const { procedure } = operation;
      // A body above the usual size is read of nobody who may not call this.
      if (procedure.meta.maxBodyMiB) await admitTo(ctx, procedure.path, procedure.meta.scopes);
      const answer = await run(router, procedure, ctx, await inputOf(operation, fields, req, url), signal);
      return { status: procedure.meta.restStatus ?? 200, answer, download: procedure.meta.download };
    }
    const next = "See /api/openapi.json for what there is.";
    throw new AppError("NotFound", `There is no ${req.method} ${url.pathname}`, { next });
  }

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    res.once("close", () => gone.abort());
    const ctx = createContext(req);
    const { requestId } = ctx;
    res.setHeader("x-request-id", requestId);
    await serve(req, ctx, gone.signal).then(
      ({ status, answer, download }) => (download ? answerFile(res, answer as File) : answerJson(res, status, answer)),
      (error: unknown) => {
        const problem = toProblem(error, requestId);
        if (problem.code === "Internal" && !gone.signal.aborted) {
          log.error({ err: error, requestId, path: req.url }, "a REST call failed");
        }
        if (error instanceof BodyTooLarge) return answerJson(res, 413, problem);
        answerProblem(res, error, requestId);
      },
    );
  };
}
