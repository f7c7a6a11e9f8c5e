import type { AgentRow } from "../agents/mapper.ts";
import { hasEnded } from "../agents/rules.ts";
import type { Authed } from "../context.ts";
import { type AgentState, type AnswerTo, type LogPlace, logStart, maskTokens, seenOf } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, allow } from "../identity/caller.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { afterAnswer, cursorOf, isOf, readCursor, type Source, waitMs } from "./rules.ts";
import type { LogPage, ReadLogs } from "./schema.ts";

/** The log that is meant, and where in it reading begins. */
interface Reading {
  source: Source;
  cursor: LogPlace | null;
  before: LogPlace | null;
  /** The log that goes on when this one is over: the same, but after a restart. */
  current: Source;
  agent: AgentRow | null;
}

/** The agent whose log this caller may read: a person any, an agent itself and its own children (HST-50). */
async function agentFor(ctx: Authed, agentId: string): Promise<AgentRow> {
  const self = actingAgent(ctx.caller);
  const agent = await ctx.db.client.agent.findUnique({ where: { id: agentId } });
  if (!agent || (self && agent.id !== self && agent.spawnedBy !== self)) {
    throw new AppError("NotFound", `There is no agent ${agentId}`);
  }
  allow(ctx.caller, {
    orchestratorId: agent.orchestratorId ?? undefined,
    ...(self ? {} : { cwd: agent.cwd, policyName: agent.policyName ?? undefined }),
  });
  return agent;
}

function currentOf({ id, orchestratorId, commandId }: AgentRow): Source {
  if (orchestratorId && commandId) return { orchestratorId, commandId };
  throw new AppError("Conflict", `Agent ${id} was started by hand: no host keeps what its session writes`, {
    next: "Go to where it runs.",
  });
}

/** The log that a cursor is of: the present one, or that of an earlier session of the same agent. */
async function sourceOf(
  ctx: Authed,
  field: "cursor" | "before",
  text: string,
  { current, agent }: Pick<Reading, "current" | "agent">,
) {
  const read = readCursor(text);
  if (read && isOf(current, read.of)) return { source: current, place: read.place };
  const earlier =
    read && agent && (await ctx.db.client.command.findFirst({ where: { id: read.of, agentId: agent.id } }));
  if (read && earlier) {
    return { source: { orchestratorId: earlier.orchestratorId, commandId: earlier.id }, place: read.place };
  }
  throw new AppError("Invalid", `${field} is no cursor of this log`, {
    field,
    next: "Pass what an answer gave, or none.",
  });
}

async function readingOf(ctx: Authed, { agentId, orchestratorId, cursor, before }: ReadLogs): Promise<Reading> {
  if (ctx.caller.constraints.logsRead === false) {
    throw new AppError("Forbidden", "This token's logsRead is false: it reads no logs");
  }
  if ((agentId === undefined) === (orchestratorId === undefined)) {
    throw new AppError("Invalid", "Name either agentId or orchestratorId", { field: "agentId" });
  }
  if (cursor !== undefined && before !== undefined) {
    throw new AppError("Invalid", "Give either cursor or before", { field: "before" });
  }
  const agent = agentId === undefined ? null : await agentFor(ctx, agentId);
  if (orchestratorId !== undefined) {
    if (actingAgent(ctx.caller))
      throw new AppError("Forbidden", "An agent reads its own log and its children's, no host's");
    allow(ctx.caller, { orchestratorId });
  }
  const current = agent ? currentOf(agent) : { orchestratorId: orchestratorId as string, commandId: null };
  const [field, text] = before === undefined ? (["cursor", cursor] as const) : (["before", before] as const);
  if (text === undefined) return { source: current, cursor: null, before: null, current, agent };
  const { source, place } = await sourceOf(ctx, field, text, { current, agent });
  return { source, cursor: null, before: null, [field]: place, current, agent };
}

function pageOf(source: Source, answer: AnswerTo<"log.read">, ended: boolean): LogPage {
  const { lines, partial, skipped, more, cursor, earlier } = answer;
  return {
    lines: lines.map(maskTokens),
    partial: partial && maskTokens(partial),
    skipped,
    more,
    cursor: cursorOf(source, cursor),
    earlier: earlier && cursorOf(source, earlier),
    commandId: source.commandId,
    ended: ended && !more,
  };
}

/**
 * Lines of a session's or a daemon's log (HST-48). The host waits for something new a few seconds at a time, and is asked
 * again with what it answered, so that no request lives longer than one without an answer may (HST-41).
 */
export async function read(ctx: Authed, input: ReadLogs, signal: AbortSignal | undefined): Promise<LogPage> {
  const { current, agent, before, ...first } = await readingOf(ctx, input);
  const over = agent !== null && hasEnded(agent.state as AgentState);
  const until = performance.now() + input.waitSeconds * 1000;
  const asked = { type: "log.read", before, tail: input.tail, search: input.search || null } as const;
  for (let { source, cursor } = first; ; ) {
    await onlineHost(ctx, source.orchestratorId);
    const earlierSession = source.commandId !== current.commandId && before === null;
    const ended = over && !earlierSession;
    const following = cursor !== null && !ended && !earlierSession;
    const leftMs = until - performance.now();
    const answer = await ctx.hub.ask(source.orchestratorId, {
      ...asked,
      commandId: source.commandId,
      cursor,
      waitMs: following ? waitMs(leftMs) : 0,
    });
    if (!answer.exists && ended) throw gone(current, agent);
    const changed = answer.partial !== null && seenOf(answer.cursor) !== seenOf(cursor);
    const next = afterAnswer(answer, { earlierSession, following, changed, leftMs: until - performance.now() });
    if (next === "next session") {
      const { commandId } = source;
      [source, cursor] = [current, logStart];
      // What the session that is over wrote last has no line end: it is a line all the same.
      const lines = answer.partial === null ? [] : [answer.partial];
      if (lines.length) {
        return { ...pageOf(current, { ...answer, lines, partial: null, cursor, more: true }, false), commandId };
      }
    } else if (next === "answer" || signal?.aborted) {
      return pageOf(source, answer, ended);
    } else {
      cursor = answer.cursor;
    }
    await ctx.stillAllowed();
  }
}

const gone = ({ orchestratorId }: Source, agent: AgentRow | null) =>
  new AppError("NotFound", `Host ${orchestratorId} keeps no log of agent ${agent?.id} any more`, {
    next: "Logs go some days after the end (setting logs.retentionDays); agents.get has the last lines.",
  });
