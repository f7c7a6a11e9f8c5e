import { initTRPC, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import superjson from "superjson";
import type { Authed, Context, Opened } from "./context.ts";
import type { Scope } from "./contracts/index.ts";
import { AppError, requestOf, tagRequest, toProblem } from "./errors.ts";
import { admit, refused } from "./identity/admit.ts";
import { authenticate, noCredential } from "./identity/authenticate.ts";
import { demand } from "./identity/caller.ts";
import { nulIn } from "./nul.ts";

/** A procedure's face as a tool (MCP-17): title and hints beside the procedure, schema from it. */
export interface ToolMeta {
  name: `relay_${string}`;
  title: string;
  /** At most 300 characters: what it does, when to use it, which tool comes next (MCP-29). */
  description: string;
  hints?: { readOnly?: boolean; destructive?: boolean; idempotent?: boolean };
  /** Scopes where the tool asks for others than its procedure (MCP-20). */
  scopes?: Scope[];
  /** Shown eagerly by clients that hide tools behind a search (MCP-25). */
  alwaysLoad?: boolean;
}

export interface Meta {
  /** Any one is enough (IDN-14). */
  scopes?: readonly Scope[];
  /** Needs no credential (IDN-01); `lenient` also ignores a bad one, so that an old cookie keeps nobody from signing in. */
  open?: true | "lenient";
  mcp?: ToolMeta;
  /** Field whose text may hold NUL characters, since it is stored nowhere. */
  anyText?: string;
  /** `METHOD /path/{field}` under /api/v1. */
  rest?: `${"GET" | "POST" | "PUT" | "DELETE"} /${string}`;
  /** Largest body of its request, in MiB, where it is more than that of other calls; read only of callers that are known. */
  maxBodyMiB?: number;
  /** Its REST form answers the bytes in `base64` as an attachment (MCP-57). */
  download?: true;
  /** Status of its REST form where the answer is not yet the end of the matter (SPN-43); else 200. */
  restStatus?: 202;
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    transformer: superjson,
    isDev: false,
    errorFormatter({ shape, error, ctx }) {
      const problem = toProblem(error, requestOf(error) ?? ctx?.requestId ?? "none");
      const { code, httpStatus, path } = shape.data as { code: TRPC_ERROR_CODE_KEY; httpStatus: number; path?: string };
      return { ...shape, message: problem.message, data: { code, httpStatus, path, problem } };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

function sameOriginOnly(ctx: Context, type: string): void {
  if (ctx.credential?.type === "session" && type === "mutation" && !ctx.sameOrigin) {
    throw new AppError("Forbidden", `A change made with the cookie needs the Origin ${new URL(ctx.publicUrl).origin}`);
  }
}

const guard = t.middleware(async ({ ctx, meta, path, type, next }) => {
  const scopes = meta?.scopes;
  if (!scopes?.length) throw new Error(`${path} declares no scope`);
  const caller = await admit(ctx);
  demand(caller, path, scopes);
  sameOriginOnly(ctx, type);
  const stillAllowed = async () => {
    if (!ctx.credential) throw noCredential();
    demand(await authenticate(ctx, ctx.credential), path, scopes);
  };
  // Only what is new: tRPC copies the rest, and a whole context once more is felt on every call.
  return next({ ctx: { caller, stillAllowed } satisfies Omit<Authed, keyof Context> });
});

/** PostgreSQL stores no NUL character: one is refused at the door, on both engines alike; what is typed may hold it. */
const storable = t.middleware(async ({ meta, getRawInput, next }) => {
  const field = nulIn(await getRawInput(), meta?.anyText);
  if (field !== null) throw new AppError("Invalid", `${field} holds a NUL character`, { field });
  return next();
});

/** Gives each call a request id, and keeps every refusal, wherever below it was made (IDN-56). */
const audit = t.middleware(async ({ ctx: given, path, next }) => {
  const shared = given.transport === "ws" || given.transport === "internal";
  const requestId = shared ? given.newId("req") : given.requestId;
  const result = await (shared ? next({ ctx: { requestId } }) : next());
  if (!result.ok) {
    const ctx = { ...given, requestId };
    tagRequest(result.error, ctx.requestId);
    const { cause } = result.error;
    const error = result.error instanceof AppError ? result.error : cause;
    const caller = ctx.credential ? await authenticate(ctx, ctx.credential).catch(() => null) : null;
    await refused(ctx, path, caller, error);
  }
  return result;
});

const identify = t.middleware(async ({ ctx, meta, type, next }) => {
  sameOriginOnly(ctx, type);
  const caller = ctx.credential
    ? await admit(ctx).catch((error: unknown) => {
        if (meta?.open === "lenient") return null;
        throw error;
      })
    : null;
  return next({ ctx: { caller } satisfies Omit<Opened, keyof Context> });
});

/** The only way to make a procedure that needs a credential: any one of the scopes opens it; it fails closed. */
export const scoped = (...scopes: [Scope, ...Scope[]]) =>
  t.procedure.meta({ scopes }).use(audit).use(guard).use(storable);

/** For the three procedures that need no credential (IDN-01). */
export const open = (how: true | "lenient" = true) =>
  t.procedure.meta({ open: how }).use(audit).use(identify).use(storable);
