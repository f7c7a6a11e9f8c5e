import type { CallToolResult } from "@modelcontextprotocol/server";
import {
  AppError,
  type Caller,
  type Context,
  type Log,
  mayUse,
  type Problem,
  shorten,
  toProblem,
} from "@signalbox/api";
import type { AnyTRPCRouter } from "@trpc/server";
import { run } from "./procedures.ts";
import type { RelayTool } from "./tools.ts";

/** One `tools/call` as the activity keeps it: no argument but those that name a subject (MCP-36, MCP-37). */
export interface ToolCall {
  tool: string;
  outcome: "ok" | "cancelled" | Problem["code"];
  durationMs: number;
  subject: Record<string, string | number>;
}

/** Keeps a call; a failure of its own is logged and does not touch the answer. */
export type RecordCall = (ctx: Context, caller: Caller, call: ToolCall) => void | Promise<void>;

/** What all calls of one endpoint share. */
export interface CallServices {
  router: AnyTRPCRouter;
  log: Log;
  record?: RecordCall;
  /** Aborted when the relay stops: waits end with Unavailable (MCP-44). */
  stopping?: AbortSignal;
}

/** One HTTP request whose caller is known. */
export interface Session {
  ctx: Context;
  caller: Caller;
  /** Aborted when the client has gone. */
  gone: AbortSignal;
}

type Outcome = { data: unknown } | { problem: Problem };

const subjects = ["agentId", "workspaceId", "messageId", "to"];

/** The arguments that name a subject, each cut at 240 characters (MCP-37). */
export function subjectOf(args: Record<string, unknown>): ToolCall["subject"] {
  const subject: ToolCall["subject"] = {};
  for (const key of subjects) {
    const value = args[key];
    if (typeof value === "number") subject[key] = value;
    if (typeof value === "string") subject[key] = value.slice(0, 240);
  }
  return subject;
}

const withoutScope = ({ name, scopes }: RelayTool) =>
  new AppError("Forbidden", `${name} needs ${scopes.join(" or ")}, which this token does not have`);

const stopped = () =>
  new AppError("Unavailable", "The relay is stopping", {
    next: "Make the same call again in a few seconds; nothing is lost.",
  });

async function attempt(services: CallServices, tool: RelayTool, args: object, session: Session, signal: AbortSignal) {
  const { ctx, caller } = session;
  try {
    if (!mayUse(caller.scopes, tool.scopes)) throw withoutScope(tool);
    return { data: await run(services.router, tool.procedure, { ...ctx }, args, signal) } satisfies Outcome;
  } catch (error) {
    if (services.stopping?.aborted) return { problem: toProblem(stopped(), ctx.requestId) } satisfies Outcome;
    const problem = toProblem(error, ctx.requestId);
    if (problem.code === "Internal" && !session.gone.aborted) {
      services.log.error({ err: error, requestId: ctx.requestId, tool: tool.name }, "tool call failed");
    }
    return { problem } satisfies Outcome;
  }
}

/** Keeps one call, whatever became of it. */
export async function keep(services: CallServices, { ctx, caller }: Session, call: ToolCall): Promise<void> {
  const failed = (err: unknown) =>
    services.log.error({ err, requestId: ctx.requestId, tool: call.tool }, "tool call was not recorded");
  await Promise.resolve()
    .then(() => services.record?.(ctx, caller, call))
    .catch(failed);
}

function toResult(outcome: Outcome): CallToolResult {
  const content = shorten("data" in outcome ? outcome.data : { error: outcome.problem });
  return {
    content: [{ type: "text", text: JSON.stringify(content) }],
    structuredContent: content as Record<string, unknown>,
    ...("problem" in outcome ? { isError: true } : {}),
  };
}

/**
 * Calls the tool's procedure as the session's caller. Every failure becomes a result that the agent can act on (MCP-31);
 * the scope is checked here again (MCP-23), constraints by the procedure.
 */
export async function callTool(
  services: CallServices,
  tool: RelayTool,
  args: Record<string, unknown>,
  session: Session,
  cancelled: AbortSignal,
): Promise<CallToolResult> {
  const { clock } = session.ctx;
  const from = clock.now().getTime();
  const signal = AbortSignal.any([session.gone, cancelled, ...(services.stopping ? [services.stopping] : [])]);
  const outcome: Outcome = await attempt(services, tool, args, session, signal);
  const departed = session.gone.aborted || cancelled.aborted;
  const result = "data" in outcome ? "ok" : outcome.problem.code;
  await keep(services, session, {
    tool: tool.name,
    outcome: departed ? "cancelled" : result,
    durationMs: clock.now().getTime() - from,
    subject: subjectOf(args),
  });
  return toResult(outcome);
}
