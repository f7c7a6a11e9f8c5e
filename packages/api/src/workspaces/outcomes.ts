import { record } from "../activity/record.ts";
import { hasEnded } from "../agents/rules.ts";
import type { CommandRow } from "../commands/mapper.ts";
import type { Services } from "../context.ts";
import type { AgentState, LandOutcome, LandResult } from "../contracts/index.ts";
import { lastRunnerToken } from "../identity/own-token.ts";
import { notify } from "../messages/notice.ts";
import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import type { WorkspaceRow } from "./mapper.ts";
import { redInWords, redOf } from "./red.ts";

type Decided = Exclude<LandOutcome, { outcome: "failed" }>;
type Landed = Extract<Decided, { outcome: "landed" }>;
type Red = Extract<Decided, { outcome: "checks_failed" }>;

/** Writes down what became of a landing; answers the owner. */
export async function say(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow,
  outcome: LandOutcome["outcome"] | "cancelled" | "interrupted",
  title: string,
  body?: string,
) {
  const owner = row.ownerAgentId && (await unit.tx.agent.findUnique({ where: { id: row.ownerAgentId } }));
  await record(services, unit, {
    clientId: `landing:${command.id}:${row.id}`,
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
async function landed(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow,
  { durationMs, ...result }: Landed & Pick<LandResult, "durationMs">,
) {
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
      changeTip: result.changeTip,
      checkedCommit: result.checks ? result.newTip : null,
      batch: JSON.stringify(result.batch),
      checks: JSON.stringify(result.checks ?? []),
      workspaceId: row.id,
      agentId: row.ownerAgentId,
      strategy: "rebase-ff",
      grant: JSON.stringify({ tokenId: token?.id, scopes: token ? JSON.parse(token.scopes) : [] }),
      onBehalfOf: owner?.onBehalfOf ?? command.requestedBy,
      durationMs,
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
      checksFailed: null,
      lastOutcome: "landed",
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

const away = { readySha: null, retryAt: null, landTries: 0 };

/** Red checks give the work back to its owner, who is told what to mend; without an owner a person looks (WSP-38). */
async function red(services: Services, unit: Unit, command: CommandRow, row: WorkspaceRow, result: Red): Promise<void> {
  const { failed, lastLines } = redOf(result, { commandId: command.id, at: unit.now });
  const title = `${row.branch} was not landed: check ${failed.check} is red, ${failed.how}`;
  const owner = await say(services, unit, command, row, "checks_failed", title, lastLines.slice(-20).join("\n"));
  const mends = owner && !hasEnded(owner.state as AgentState);
  await changeWorkspace(unit, row, {
    status: mends ? "active" : "review_requested",
    metadata: {
      checksFailed: failed,
      waiting: mends ? null : { reason: "checks_failed", check: failed.check },
      landError: null,
      lastOutcome: "checks_failed",
    },
    data: { ...away, readyAt: null },
  });
  if (mends) await notify(services, unit, { to: owner.id, ...redInWords(failed, { ...row, lastLines }) });
}

/** A cancelled landing is not tried again by itself: its workspace is asked for anew with `ready` (HST-35). */
export async function outOfTheQueue(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow,
): Promise<void> {
  await changeWorkspace(unit, row, {
    status: "active",
    metadata: { waiting: null, lastOutcome: "cancelled" },
    data: { ...away, readyAt: null },
  });
  const who = command.cancelRequestedBy ? `Asked by ${command.cancelRequestedBy}` : undefined;
  await say(services, unit, command, row, "cancelled", `Landing ${row.branch} was cancelled`, who);
}

/** Brings one workspace to where its part of the landing leaves it. */
export async function applyOutcome(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow,
  result: Decided,
  { durationMs }: LandResult,
): Promise<void> {
  const { outcome } = result;
  const told = (title: string) => say(services, unit, command, row, outcome, title);
  switch (outcome) {
    case "landed":
      return landed(services, unit, command, row, { ...result, durationMs });
    case "checks_failed":
      return red(services, unit, command, row, result);
    case "conflict":
      await changeWorkspace(unit, row, {
        status: "conflict",
        metadata: { conflictFiles: result.files, waiting: null, lastOutcome: outcome },
        data: away,
      });
      await told(`${row.branch} conflicts with ${row.baseBranch}: ${result.files.join(", ")}`);
      return;
    case "base_checkout_dirty": {
      const { checkout, files } = result;
      await changeWorkspace(unit, row, {
        status: "ready",
        metadata: { waiting: { reason: outcome, checkout, files }, lastOutcome: outcome },
        data: { retryAt: new Date(unit.now.getTime() + 30_000) },
      });
      await told(`${row.branch} waits: ${checkout} has uncommitted changes in ${files.join(", ")}`);
      return;
    }
    case "again":
      await changeWorkspace(unit, row, { status: "ready", metadata: { waiting: null, lastOutcome: outcome } });
      return;
    case "nothing_to_land":
      await changeWorkspace(unit, row, {
        status: "active",
        metadata: { waiting: null, lastOutcome: outcome },
        data: { ...away, readyAt: null },
      });
      await told(`${row.branch} has nothing that ${row.baseBranch} lacks`);
  }
}
