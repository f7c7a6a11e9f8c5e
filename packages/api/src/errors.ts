import { isDiskFull } from "@signalbox/db";
import { TRPCError } from "@trpc/server";
import { ZodError, type ZodType } from "zod";
import type { ErrorCode, Problem } from "./contracts/index.ts";

/** One table from domain error to tRPC code and HTTP status (design, Errors). */
const table = {
  NotFound: { trpc: "NOT_FOUND", status: 404, next: "Check the id; the matching list shows what exists." },
  Invalid: { trpc: "BAD_REQUEST", status: 400, next: "Change the named value and call again." },
  Forbidden: { trpc: "FORBIDDEN", status: 403, next: "Use a token that may do this, or ask a person for it." },
  Unauthenticated: { trpc: "UNAUTHORIZED", status: 401, next: "Call again with a valid token." },
  Conflict: { trpc: "CONFLICT", status: 409, next: "Look at the present state and decide again." },
  QuotaReached: { trpc: "TOO_MANY_REQUESTS", status: 429, next: "Wait, or free what the limit counts." },
  Unavailable: { trpc: "SERVICE_UNAVAILABLE", status: 503, next: "Try again in a few seconds." },
  Internal: {
    trpc: "INTERNAL_SERVER_ERROR",
    status: 500,
    next: "Tell the relay's operator this request id; its log has the cause.",
  },
} as const satisfies Record<ErrorCode, { trpc: TRPCError["code"]; status: number; next: string }>;

const unreadable = "Send the input as JSON in superjson's form, { json: … }.";

type Details = Partial<Pick<Problem, "next" | "field" | "limit" | "retryAfterSeconds" | "protocolVersions">>;

/** A failure whose text may be shown: a code from the closed list, what is wrong, and what to do next. */
export class AppError extends TRPCError {
  readonly reason: ErrorCode;
  readonly details: Details;
  constructor(reason: ErrorCode, message: string, details: Details = {}) {
    super({ code: table[reason].trpc, message });
    this.reason = reason;
    this.details = details;
  }
}

const requests = new WeakMap<object, string>();

/** Remembers which call failed with this error: many calls share a WebSocket, but each has a request id of its own. */
export function tagRequest(error: object, requestId: string): void {
  requests.set(error, requestId);
}

export const requestOf = (error: object): string | undefined => requests.get(error);

/** HTTP status of a code (MCP-32). */
export const statusOf = (code: ErrorCode): number => table[code].status;

const fromTrpc: Partial<Record<TRPCError["code"], ErrorCode>> = {
  ...Object.fromEntries(Object.entries(table).map(([reason, { trpc }]) => [trpc, reason as ErrorCode])),
  PARSE_ERROR: "Invalid",
  METHOD_NOT_SUPPORTED: "Invalid",
  PAYLOAD_TOO_LARGE: "Invalid",
  UNSUPPORTED_MEDIA_TYPE: "Invalid",
};

function fromZod(error: ZodError, requestId: string): Problem {
  const issue = error.issues[0];
  const extra = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(extra ? [extra] : [])].map(String).join(".");
  const field = path || "input";
  const limit = issue && "maximum" in issue ? Number(issue.maximum) : undefined;
  const known = issue?.message.startsWith("Unrecognized") ? "" : `; ${issue?.message}`;
  const what = extra ? `${field} is not a known field${known}` : `${field}: ${issue?.message ?? "has a wrong form"}`;
  return { code: "Invalid", message: what, next: `Change ${field} and call again.`, requestId, field, limit };
}

/** A value that only now can be checked, since its schema depends on what it belongs to; Invalid, naming the field. */
export function shaped<T>(schema: ZodType<T>, value: unknown, field: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = [field, ...(issue?.path ?? [])].join(".");
  throw new AppError("Invalid", `${path}: ${issue?.message ?? "has a wrong form"}`, { field: path });
}

/**
 * What a caller may know of any failure (MCP-31, MCP-35): one answer for tRPC, REST and MCP. What is not an AppError,
 * a refused input, one of tRPC's own refusals or a full disk is `Internal` with the request id only.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof AppError) {
    return { code: error.reason, message: error.message, next: table[error.reason].next, ...error.details, requestId };
  }
  if (error instanceof TRPCError) {
    if (error.cause instanceof AppError) return toProblem(error.cause, requestId);
    if (error.cause instanceof ZodError && error.code === "BAD_REQUEST") return fromZod(error.cause, requestId);
    const code = fromTrpc[error.code];
    // tRPC's own refusals (unknown procedure, malformed body) have a cause only when they wrap a thrown error.
    if (code && code !== "Internal" && !error.cause) {
      return { code, message: error.message, next: table[code].next, requestId };
    }
    // A thrown error that tRPC calls a bad request came from reading the request: a service's own becomes Internal.
    if (error.code === "PARSE_ERROR" || error.code === "BAD_REQUEST")
      return {
        code: "Invalid",
        message: "The input cannot be read: it is not valid JSON",
        next: unreadable,
        requestId,
      };
  }
  if (isDiskFull(error))
    return {
      code: "Unavailable",
      message: "The relay's disk is full; nothing of this call was stored",
      next: "A person must free space on the relay's machine; then call again.",
      requestId,
    };
  return { code: "Internal", message: "Something failed inside the relay", next: table.Internal.next, requestId };
}
