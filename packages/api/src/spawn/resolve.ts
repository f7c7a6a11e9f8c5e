import type { AgentRow } from "../agents/mapper.ts";
import type { Authed } from "../context.ts";
import { type ExpandedProfile, liveStates, providerTakes, type SpawnParams } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent, agentIdOf } from "../identity/caller.ts";
import { type HostRow, offersOf } from "../orchestrators/mapper.ts";
import { expanded } from "../profiles/service.ts";
import { leftOut, systemPrompt } from "./params.ts";
import { approvalFor, modelFor, providerRefusal } from "./program-rules.ts";
import { chooseHost, directoryFor } from "./rules.ts";
import type { SpawnAgent } from "./schema.ts";

/** Everything about a spawn that is decided before its transaction. */
export interface Resolved {
  host: HostRow;
  profile: ExpandedProfile | null;
  /** The fields of the command that come from host, profile and rules. */
  params: Pick<
    SpawnParams,
    "cwd" | "approvalMode" | "workspaceMode" | "modelAlias" | "model" | "effort" | "systemPromptAppend"
  >;
  /** Directories of the asking agent that count as its own (IDN-19). */
  own: string[];
  /** What was left out, for the activity. */
  notes: string[];
}

interface Asker {
  agent: AgentRow;
  directory: string;
}

/** The agent that asks, with where it works; null when a person asks. */
async function askerOf(ctx: Authed): Promise<Asker | null> {
  const id = agentIdOf(ctx.caller);
  const agent = id && (await ctx.db.client.agent.findUnique({ where: { id } }));
  if (!agent) return null;
  const workspace =
    agent.workspaceId && (await ctx.db.client.workspace.findUnique({ where: { id: agent.workspaceId } }));
  return { agent, directory: (workspace ? workspace.worktreePath : null) ?? agent.cwd };
}

/** A stored `online` holds only while the host is connected here: after a relay's restart it may never come back. */
function stateNow(ctx: Authed, row: HostRow): "online" | "stale" | "offline" {
  const stored = row.state as "online" | "stale" | "offline";
  return stored === "online" && !ctx.presence.get(`host:${row.id}`) ? "stale" : stored;
}

async function hostFor(ctx: Authed, input: SpawnAgent, asker: Asker | null): Promise<HostRow> {
  // Every host with its offers is much to read where one is named.
  const rows = await ctx.db.client.orchestrator.findMany({
    where: { id: input.orchestratorId, removedAt: null },
    orderBy: { id: "asc" },
  });
  const counts = await ctx.db.client.agent.groupBy({
    by: ["orchestratorId"],
    where: { orchestratorId: { in: rows.map(({ id }) => id) }, state: { in: [...liveStates] } },
    _count: true,
  });
  const live = new Map(counts.map((one) => [one.orchestratorId, one._count]));
  const candidates = rows.map((row) => ({
    id: row.id,
    state: stateNow(ctx, row),
    draining: row.drainingSince !== null,
    labels: JSON.parse(row.labels) as string[],
    baseDir: row.baseDir,
    offers: offersOf(row),
    live: live.get(row.id) ?? 0,
    maxSessions: row.maxSessions,
    lastSeenAt: row.lastSeenAt.toISOString(),
  }));
  const host = asker?.agent.orchestratorId;
  const home = asker && host ? { host, directory: asker.directory } : undefined;
  const choice = chooseHost(candidates, { ...input, home, permitted: ctx.caller.constraints.orchestrators });
  if ("refused" in choice) throw new AppError(choice.refused, choice.message, { field: choice.field });
  return rows.find(({ id }) => id === choice.host) as HostRow;
}

/** Checks and decides in the order of SPN-05, up to the agent profile; writes nothing. */
export async function resolve(ctx: Authed, input: SpawnAgent): Promise<Resolved> {
  const asker = await askerOf(ctx);
  const host = await hostFor(ctx, input, asker);
  actingAgent(ctx.caller);
  const atHome = asker?.agent.orchestratorId === host.id;
  const directory = directoryFor(input.cwd, host.baseDir, atHome ? asker.directory : null);
  if ("refused" in directory) throw new AppError("Invalid", directory.refused, { field: "cwd" });
  if (input.provider === "shell" && !input.prompt) {
    throw new AppError("Invalid", "prompt is required for provider shell: it is the script to run", {
      field: "prompt",
    });
  }
  const stored = input.profile
    ? await expanded(ctx.db.client, input.profile).catch((error: unknown) => error as Error)
    : null;
  const profile = stored instanceof Error ? null : stored;
  const offer = offersOf(host).find(({ provider }) => provider === input.provider);
  if (!offer) throw new AppError("Invalid", `Host ${host.id} does not offer ${input.provider}`, { field: "provider" });
  const model = modelFor({ model: input.model ?? profile?.model, effort: input.effort ?? profile?.effort }, offer);
  if ("refused" in model) throw new AppError("Invalid", model.refused, { field: model.field });
  const approval = approvalFor(
    {
      given: input.approvalMode,
      profile: profile?.approvalMode,
      asker: asker ? (asker.agent.approvalMode as SpawnParams["approvalMode"]) : undefined,
    },
    offer,
  );
  if ("refused" in approval) throw new AppError(approval.code, approval.refused, { field: "approvalMode" });
  if (stored instanceof Error) throw stored;
  if (asker && input.providerArgs.length) throw new AppError("Forbidden", "An agent may not give providerArgs");
  const permissions = Boolean(profile?.permissions?.allow.length || profile?.permissions?.deny.length);
  const refused = providerRefusal(input.provider, { ...input, permissions });
  if (refused) throw new AppError("Invalid", refused.message, { field: refused.field });
  const takesPrompt = providerTakes[input.provider].systemPrompt;
  return {
    host,
    profile,
    params: {
      cwd: directory.cwd,
      approvalMode: approval.mode,
      workspaceMode: input.workspaceMode ?? profile?.workspaceMode ?? "inherit",
      ...model,
      systemPromptAppend: systemPrompt(input.systemPromptAppend, profile, takesPrompt),
    },
    own: asker ? [asker.directory] : [],
    notes: leftOut(profile, takesPrompt),
  };
}
