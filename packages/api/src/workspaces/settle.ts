import type { CommandRow } from "../commands/mapper.ts";
import type { Outcome, Settle } from "../commands/outcome.ts";
import type { Services } from "../context.ts";
import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import type { WorkspaceRow } from "./mapper.ts";
import { applyOutcome, outOfTheQueue, say } from "./outcomes.ts";
import { noFaultOfTheLanding, retryDelayMs, workspacesOf } from "./rules.ts";

type Failed = Extract<Outcome<"workspace.land">, { error: unknown }>;

/** Tried again after a pause, and at last a person is asked (WSP-40). */
async function failed(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow,
  message: string,
): Promise<void> {
  const tries = row.landTries + 1;
  const delay = retryDelayMs(tries);
  await changeWorkspace(unit, row, {
    status: delay === null ? "review_requested" : "ready",
    metadata: {
      landError: message,
      waiting: delay === null ? { reason: "failing" } : { reason: "retrying", tries },
      lastOutcome: "failed",
    },
    data: { landTries: tries, retryAt: delay === null ? null : new Date(unit.now.getTime() + delay) },
  });
  await say(services, unit, command, row, "failed", `Landing ${row.branch} failed, try ${tries}`, message);
}

const away = ({ presence }: Services, { orchestratorId }: CommandRow) =>
  presence.get(`host:${orchestratorId}`) === null;

/** Its host was away or fell silent: its turn comes again, and no try is used (WSP-31, WSP-40). */
async function interrupted(services: Services, unit: Unit, command: CommandRow, row: WorkspaceRow, { error }: Failed) {
  await changeWorkspace(unit, row, {
    status: "ready",
    metadata: { waiting: away(services, command) ? { reason: "host_offline" } : null, lastOutcome: "interrupted" },
  });
  await say(services, unit, command, row, "interrupted", `Landing ${row.branch} was interrupted`, error.message);
}

/** What a landing's command brought for each of its workspaces: landed with evidence, or back with a reason (WSP-42). */
export const settleLand: Settle<"workspace.land"> = async (services, unit, command, outcome) => {
  unit.ring("landing");
  for (const workspaceId of workspacesOf(command)) {
    await unit.hold("workspace", workspaceId);
    const row = await unit.tx.workspace.findUnique({ where: { id: workspaceId } });
    if (!row) continue;
    if (outcome.state === "cancelled") await outOfTheQueue(services, unit, command, row);
    else if (outcome.state === "succeeded") {
      const own = outcome.result.changes.find((one) => one.workspaceId === workspaceId);
      if (own?.outcome === "failed") await failed(services, unit, command, row, own.message);
      else await applyOutcome(services, unit, command, row, own ?? { outcome: "again", workspaceId }, outcome.result);
    } else if (noFaultOfTheLanding(outcome.error.reason) || (outcome.state === "expired" && away(services, command)))
      await interrupted(services, unit, command, row, outcome);
    else await failed(services, unit, command, row, outcome.error.message);
  }
};
