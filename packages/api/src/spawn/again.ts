import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { AgentRow } from "../agents/mapper.ts";
import type { Services } from "../context.ts";
import {
  ApprovalMode,
  providerTakes,
  type SpawnParams,
  WorkspaceMode,
  type WorkspaceReport,
} from "../contracts/index.ts";
import { offersOf } from "../orchestrators/mapper.ts";
import { toExpanded } from "../profiles/service.ts";
import { baseBranchesOn } from "../repositories/service.ts";
import type { Unit } from "../unit.ts";
import { ownedWorkspace } from "../workspaces/owner.ts";
import { leftOut, spawnParams, systemPrompt } from "./params.ts";
import { modelAgain } from "./program-rules.ts";
import { SpawnAgent } from "./schema.ts";

/** A start of an agent that was started before. */
export interface Again {
  params: SpawnParams;
  workspace: WorkspaceReport | null;
  /** What was left out or could not be resolved, for the activity. */
  notes: string[];
}

/** What was stored is read as far as this version knows it. */
const asked = z.object(SpawnAgent.shape);

/**
 * What a restart starts: what the agent is stays; profile, model and effort are resolved anew, leniently (SPN-25, SPN-29,
 * SPN-56 to SPN-58).
 */
export async function spawnAgain(services: Services, unit: Unit, agent: AgentRow, requestedBy: string): Promise<Again> {
  const given = asked.parse(JSON.parse(agent.params));
  const stored = agent.profile && (await unit.tx.agentProfile.findUnique({ where: { name: agent.profile } }));
  const profile = stored ? toExpanded(stored) : null;
  const missing =
    agent.profile && !profile ? [`Profile ${agent.profile} does not exist any more and was left out`] : [];
  const host = await unit.tx.orchestrator.findUniqueOrThrow({ where: { id: agent.orchestratorId ?? "" } });
  const offer = offersOf(host).find(({ provider }) => provider === given.provider);
  const wanted = { model: given.model ?? profile?.model, effort: given.effort ?? profile?.effort };
  const { model, notes } = modelAgain(wanted, offer);
  const takesPrompt = providerTakes[given.provider].systemPrompt;
  const workspace = await ownedWorkspace(unit, agent);
  const params = spawnParams(
    {
      ...given,
      label: agent.label ?? undefined,
      providerArgs: JSON.parse(agent.providerArgs) as string[],
      policyName: agent.policyName ?? undefined,
      tags: JSON.parse(agent.tags) as string[],
      capabilities: JSON.parse(agent.capabilities) as string[],
    },
    {
      ...model,
      agentId: agent.id,
      workspaceId: workspace?.id ?? services.newId("ws"),
      spawnRequestId: `sp_${randomUUID()}`,
      cwd: agent.cwd,
      approvalMode: ApprovalMode.catch("guarded").parse(agent.approvalMode),
      workspaceMode: WorkspaceMode.catch("inherit").parse(agent.workspaceMode),
      systemPromptAppend: systemPrompt(given.systemPromptAppend, profile, takesPrompt),
      headless: true,
      requestedBy,
      profile,
      baseBranches: await baseBranchesOn(unit.tx, host.id),
      at: unit.now,
    },
  );
  return { params, workspace, notes: [...missing, ...notes, ...leftOut(profile, takesPrompt)] };
}
