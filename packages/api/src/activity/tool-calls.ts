import { insertInto } from "@signalbox/db";
import type { Context, Services } from "../context.ts";
import type { Caller } from "../identity/caller.ts";
import { together } from "../together.ts";
import { rowOf } from "./record.ts";

interface ToolCall {
  tool: string;
  outcome: string;
  durationMs: number;
  /** Arguments that name a subject; nothing else of a call is kept (MCP-37). */
  subject: Record<string, string | number>;
}

/** Keeps a tool call; resolves when it is on disk, rejects when it could not be written. */
export type RecordToolCall = (ctx: Context, caller: Caller, call: ToolCall) => Promise<void>;

/**
 * One record per tool call, allowed or refused (MCP-36). Calls that end while a write is under way share the next one:
 * the record belongs to no other change, so a commit of its own would only make the others wait.
 */
export function toolCallRecorder(services: Services): RecordToolCall {
  const { client, sql } = services.db;
  const write = together(async (rows: ReturnType<typeof rowOf>[]) => {
    for (const one of insertInto("Activity", rows)) await sql.run(one);
    for (const { id } of rows) services.bells.publish({ type: "activity", id });
    return rows;
  });

  return async (ctx, caller, call) => {
    const agentId = caller.kind === "agent" ? caller.agentId : null;
    const agent = agentId ? await client.agent.findUnique({ where: { id: agentId } }) : null;
    const entry = {
      // One request may bring several calls.
      clientId: `tool:${ctx.requestId}:${services.newId("act")}`,
      kind: "tool",
      view: "agents",
      title: `${call.tool}: ${call.outcome}`,
      meta: agent?.orchestratorId ?? undefined,
      actor: caller.actor,
      onBehalfOf: agent?.onBehalfOf,
      agentId,
      requestId: ctx.requestId,
      metadata: { ...call, transport: "mcp" },
    } as const;
    await write(rowOf(services, entry, services.clock.now()));
  };
}
