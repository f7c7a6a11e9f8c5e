import type { Context } from "../context.ts";
import type { Caller } from "../identity/caller.ts";
import { transact } from "../unit.ts";
import { record } from "./record.ts";

interface ToolCall {
  tool: string;
  outcome: string;
  durationMs: number;
  /** Arguments that name a subject; nothing else of a call is kept (MCP-37). */
  subject: Record<string, string | number>;
}

/** One record per tool call, allowed or refused (MCP-36). */
export async function recordToolCall(ctx: Context, caller: Caller, call: ToolCall): Promise<void> {
  const agentId = caller.kind === "agent" ? caller.agentId : null;
  const agent = agentId ? await ctx.db.client.agent.findUnique({ where: { id: agentId } }) : null;
  await transact(ctx, (unit) =>
    record(ctx, unit, {
      clientId: `tool:${ctx.requestId}`,
      kind: "tool",
      view: "agents",
      title: `${call.tool}: ${call.outcome}`,
      actor: caller.actor,
      onBehalfOf: agent?.onBehalfOf,
      agentId,
      requestId: ctx.requestId,
      metadata: { ...call, transport: "mcp" },
    }),
  );
}
