import { record } from "../activity/record.ts";
import { hasEnded } from "../agents/rules.ts";
import type { CommandRow } from "../commands/mapper.ts";
import type { Settle } from "../commands/outcome.ts";
import type { Services } from "../context.ts";
import type { AgentState, LandResult, WorkspaceStatus } from "../contracts/index.ts";
import { lastRunnerToken } from "../identity/own-token.ts";
import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import type { WorkspaceRow } from "./mapper.ts";
import { retryDelayMs } from "./rules.ts";

type Landed = Extract<LandResult, { outcome: "landed" }>;

async function say(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow,
  outcome: LandResult["outcome"] | "failed" | "cancelled",
  title: string,
  body?: string,
) {
  const owner = row.ownerAgentId && (await unit.tx.agent.findUnique({ where: { id: row.ownerAgentId } }));
  await record(services, unit, {
    clientId: `landing:${command.id}`,
    kind: "landing",
    view: "workspaces",
    title,
    body,
    meta: row.orchestratorId,
    actor: row.ownerAgentId ?? command.requestedBy,
    onBehalfOf: owner ? owner.onBehalfOf : undefined,
    agentId: row.ownerAgentId,
    metadata: { workspaceId: row.id, commandId: command.id, outcome },
  });
  return owner || null;
}

/** Evidence first, then the workspace goes on on its fresh branch, or is over with its owner (WSP-39, WSP-41). */
async function landed(services: Services, unit: Unit, command: CommandRow, row: WorkspaceRow, result: Landed) {
  const short = result.newTip.slice(0, 8);
  const owner = await say(
    services,
    unit,
    command,
    row,
    "landed",
    `Landed ${row.branch} on ${row.baseBranch} as ${short}`,
  );
  const token = owner && (await lastRunnerToken(unit, owner.id));
  await unit.tx.landing.create({
    data: {
      id: services.newId("lnd"),
      commandId: command.id,
      orchestratorId: row.orchestratorId,
      repository: row.repository,
      baseBranch: row.baseBranch ?? "",
      oldTip: result.oldTip,
      newTip: result.newTip,
      readySha: row.readySha ?? "",
      workspaceId: row.id,
      agentId: row.ownerAgentId,
      strategy: "rebase-ff",
      grant: JSON.stringify({ tokenId: token?.id, scopes: token ? JSON.parse(token.scopes) : [] }),
      onBehalfOf: owner?.onBehalfOf ?? command.requestedBy,
      durationMs: result.durationMs,
      at: unit.now,
    },
  });
  const goesOn = owner && !hasEnded(owner.state as AgentState);
  await changeWorkspace(unit, row, {
    status: goesOn ? "active" : "landed",
    metadata: {
      landResult: { commit: result.newTip, base: row.baseBranch, branch: result.recycled?.branch },
      recycleBlocked: goesOn ? result.recycleBlocked : null,
      waiting: null,
      landError: null,
    },
    data: {
      readySha: null,
      readyAt: null,
      retryAt: null,
      landTries: 0,
      ...(result.recycled || !goesOn ? { ...result.recycled, ahead: 0, behind: 0 } : {}),
    },
  });
}

async function notLanded(unit: Unit, row: WorkspaceRow, result: Exclude<LandResult, Landed>): Promise<string> {
  const away = { readySha: null, retryAt: null, landTries: 0 };
  switch (result.outcome) {
    case "conflict":
      await changeWorkspace(unit, row, {
        status: "conflict",
        metadata: { conflictFiles: result.files, waiting: null },
        data: away,
      });
      return `${row.branch} conflicts with ${row.baseBranch}: ${result.files.join(", ")}`;
    case "base_checkout_dirty": {
      const { outcome, ...where } = result;
      await changeWorkspace(unit, row, {
        status: "ready",
        metadata: { waiting: { reason: outcome, ...where } },
        data: { retryAt: new Date(unit.now.getTime() + 30_000) },
      });
      return `${row.branch} waits: ${result.checkout} has uncommitted changes in ${result.files.join(", ")}`;
    }
    case "nothing_to_land":
      await changeWorkspace(unit, row, {
        status: "active",
        metadata: { waiting: null },
        data: { ...away, readyAt: null },
      });
      return `${row.branch} has nothing that ${row.baseBranch} lacks`;
  }
}

/** A cancelled landing is not tried again by itself: its workspace is asked for anew with `ready` (HST-35). */
async function outOfTheQueue(services: Services, unit: Unit, command: CommandRow, row: WorkspaceRow): Promise<void> {
  await changeWorkspace(unit, row, {
    status: "active",
    metadata: { waiting: null },
    data: { readySha: null, readyAt: null, retryAt: null, landTries: 0 },
  });
  const who = command.cancelRequestedBy ? `Asked by ${command.cancelRequestedBy}` : undefined;
  await say(services, unit, command, row, "cancelled", `Landing ${row.branch} was cancelled`, who);
}

/** What a landing's command brought: landed with evidence, or back with a reason; nothing in between (WSP-42). */
export const settleLand: Settle<"workspace.land"> = async (services, unit, command, outcome) => {
  await unit.hold("workspace", command.workspaceId ?? "");
  const row = await unit.tx.workspace.findUnique({ where: { id: command.workspaceId ?? "" } });
  if (!row) return;
  unit.ring("landing");
  if (outcome.state === "succeeded") {
    if (outcome.result.outcome === "landed") return landed(services, unit, command, row, outcome.result);
    await say(services, unit, command, row, outcome.result.outcome, await notLanded(unit, row, outcome.result));
    return;
  }
  if (outcome.state === "cancelled") return outOfTheQueue(services, unit, command, row);
  const { message } = outcome.error;
  const tries = row.landTries + 1;
  const delay = retryDelayMs(tries);
  const status: WorkspaceStatus = delay === null ? "review_requested" : "ready";
  await changeWorkspace(unit, row, {
    status,
    metadata: { landError: message, waiting: delay === null ? null : { reason: "retrying", tries } },
    data: { landTries: tries, retryAt: delay === null ? null : new Date(unit.now.getTime() + delay) },
  });
  await say(services, unit, command, row, "failed", `Landing ${row.branch} failed, try ${tries}`, message);
};
