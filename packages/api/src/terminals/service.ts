import { record } from "../activity/record.ts";
import type { AgentRow } from "../agents/mapper.ts";
import { hasEnded } from "../agents/rules.ts";
import type { Authed } from "../context.ts";
import type { AgentState, TerminalChunk } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { follow } from "../follow.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { transact } from "../unit.ts";
import type { AttachTerminal, ResizeTerminal, TerminalInput, TerminalItem } from "./schema.ts";

interface Session {
  agent: AgentRow;
  orchestratorId: string;
  sessionName: string;
}

/** The live session that this caller may look at: a person any, an agent its own children only (HST-45). */
async function sessionOf(ctx: Authed, agentId: string): Promise<Session> {
  const agent = await ctx.db.client.agent.findUnique({ where: { id: agentId } });
  if (!agent) throw new AppError("NotFound", `There is no agent ${agentId}`);
  const self = actingAgent(ctx.caller);
  if (self && agent.spawnedBy !== self) throw new AppError("Forbidden", "An agent may attach only to its own children");
  allow(ctx.caller, { orchestratorId: agent.orchestratorId ?? undefined, cwd: agent.cwd });
  if (hasEnded(agent.state as AgentState)) {
    throw new AppError("Conflict", `Agent ${agentId} has ended`, { next: "Read what it wrote with logs.read." });
  }
  if (!agent.orchestratorId || !agent.sessionName) {
    throw new AppError("Unavailable", `Agent ${agentId} has no session yet`, { next: "Try again when it is online." });
  }
  await onlineHost(ctx, agent.orchestratorId);
  return { agent, orchestratorId: agent.orchestratorId, sessionName: agent.sessionName };
}

const viewOnly = (ctx: Authed): boolean => ctx.caller.constraints.terminalAttach === false;

function mayType(ctx: Authed): void {
  if (viewOnly(ctx)) throw new AppError("Forbidden", "This token's terminalAttach is false: terminals are view-only");
}

async function noted(ctx: Authed, { agent }: Session, what: "attach" | "input"): Promise<void> {
  const who = ctx.caller.sessionId ?? ctx.caller.tokenId;
  // The first input counts per session: one that a restart made is another.
  const clientId = `${what}:${agent.id}:${what === "attach" ? ctx.requestId : `${agent.commandId}:${who}`}`;
  if (await ctx.db.client.activity.findUnique({ where: { clientId } })) return;
  await transact(ctx, (unit) =>
    record(ctx, unit, {
      clientId,
      kind: "terminal",
      view: "agents",
      title: `${ctx.caller.actor} ${what === "attach" ? "opened the terminal of" : "typed into"} ${agent.label ?? agent.id}`,
      meta: agent.orchestratorId ?? undefined,
      actor: ctx.caller.actor,
      agentId: agent.id,
      requestId: ctx.requestId,
    }),
  );
}

/** A snapshot, then every later byte once and in order; ends with the session (HST-42, HST-47). */
export async function* attach(
  ctx: Authed,
  { agentId }: AttachTerminal,
  signal: AbortSignal | undefined,
): AsyncGenerator<TerminalItem> {
  const session = await sessionOf(ctx, agentId);
  await noted(ctx, session, "attach");
  const { orchestratorId, sessionName } = session;
  let waiting: TerminalChunk[] = [];
  let taken = () => {};
  let over = false;
  let failure: unknown;
  const topic = `agent:${agentId}` as const;
  const opened = ctx.hub.open(orchestratorId, { type: "terminal.open", agentId, sessionName }, (chunk) => {
    waiting.push(chunk);
    ctx.bells.ring(topic);
    // The host sends the next bytes when these are taken, so a slow viewer costs the relay one chunk.
    return new Promise<void>((resolve) => {
      taken = resolve;
    });
  });
  const settled = (error?: unknown) => {
    over = true;
    failure = error;
    ctx.bells.ring(topic);
  };
  opened.done.then(() => settled(), settled);
  const read = async () => {
    const turn = waiting;
    waiting = [];
    taken();
    if (!turn.length && failure) throw failure;
    return turn;
  };
  try {
    yield { type: "attached", viewOnly: viewOnly(ctx) };
    yield* follow(ctx, signal, { topic, read, until: () => over && !waiting.length && !failure });
  } finally {
    taken();
    opened.close();
    if (!over) {
      const close = { type: "terminal.close", openRequestId: opened.requestId } as const;
      ctx.hub.ask(orchestratorId, close).catch(() => undefined);
    }
  }
}

/** Keys for the session; what was typed is nowhere recorded (HST-44, HST-46). */
export async function input(ctx: Authed, { agentId, data }: TerminalInput): Promise<{ ok: true }> {
  mayType(ctx);
  const session = await sessionOf(ctx, agentId);
  await noted(ctx, session, "input");
  await ctx.hub.ask(session.orchestratorId, { type: "terminal.input", sessionName: session.sessionName, data });
  return { ok: true };
}

/** The last size wins; a viewer that may not write changes none (HST-44). */
export async function resize(ctx: Authed, { agentId, cols, rows }: ResizeTerminal): Promise<{ ok: true }> {
  mayType(ctx);
  const { orchestratorId, sessionName } = await sessionOf(ctx, agentId);
  await ctx.hub.ask(orchestratorId, { type: "terminal.resize", sessionName, cols, rows });
  return { ok: true };
}
