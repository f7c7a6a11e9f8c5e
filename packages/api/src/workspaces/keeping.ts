import { record } from "../activity/record.ts";
import type { CommandRow } from "../commands/mapper.ts";
import type { Outcome, Settle } from "../commands/outcome.ts";
import type { Services } from "../context.ts";
import type { CommandType, KeepResult, KeptWork, WorkspaceStatus } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import { metadataOf, type WorkspaceRow } from "./mapper.ts";
import { isTerminal } from "./rules.ts";

const gone = "The worktree vanished from the disk of its host; its commits were kept.";

/** What is kept, in words: what a restore brings back. */
function inWords({ ahead, staged, unstaged, untracked }: KeptWork): string {
  const some = (n: number, what: string) => (n === 0 ? [] : [`${n} ${what}${n === 1 ? "" : "s"}`]);
  const parts = [
    ...some(ahead, "commit"),
    ...some(staged, "staged file"),
    ...some(unstaged, "changed file"),
    ...some(untracked, "untracked file"),
  ];
  return parts.length ? parts.join(", ") : "nothing beside the branch";
}

async function say(
  services: Services,
  unit: Unit,
  command: CommandRow,
  row: WorkspaceRow | null,
  title: string,
  body?: string,
) {
  const owner = row?.ownerAgentId ? await unit.tx.agent.findUnique({ where: { id: row.ownerAgentId } }) : null;
  await record(services, unit, {
    clientId: `kept:${command.id}`,
    kind: "state",
    view: "workspaces",
    title,
    body,
    meta: command.orchestratorId,
    actor: command.requestedBy,
    onBehalfOf: owner?.onBehalfOf,
    agentId: row?.ownerAgentId ?? null,
    metadata: { workspaceId: command.workspaceId, commandId: command.id, type: command.type },
  });
}

async function rowOf(unit: Unit, command: CommandRow): Promise<WorkspaceRow | null> {
  await unit.hold("workspace", command.workspaceId ?? "");
  return unit.tx.workspace.findUnique({ where: { id: command.workspaceId ?? "" } });
}

const nameOf = (command: CommandRow, row: WorkspaceRow | null) => row?.branch ?? command.workspaceId ?? "";

/** The status stays, and a person is told: nothing was removed (WSP-11, WSP-65). */
async function failed(
  services: Services,
  unit: Unit,
  command: CommandRow,
  outcome: Exclude<Outcome<CommandType>, { state: "succeeded" }>,
  what: string,
) {
  const row = await rowOf(unit, command);
  const message = outcome.state === "cancelled" ? "The order was cancelled" : outcome.error.message;
  if (row) await changeWorkspace(unit, row, { metadata: { keepError: { what, message, at: unit.now.toISOString() } } });
  await say(services, unit, command, row, `${nameOf(command, row)} could not be ${what}: nothing was removed`, message);
}

const keptFacts = (unit: Unit, { keptSha }: KeepResult) => ({ keptSha, keptAt: unit.now, keptRemovedAt: null });
const keptWords = ({ work, notKept }: KeepResult) => ({
  keepError: null,
  ...(work ? { keptWork: { ...work, words: inWords(work) } } : {}),
  notKept: notKept.length ? notKept : null,
});

/** The host has kept the work and read it back. A worktree that had vanished makes its workspace `failed` (WSP-70). */
export const settleKeep: Settle<"workspace.keep"> = async (services, unit, command, outcome) => {
  if (outcome.state !== "succeeded") return failed(services, unit, command, outcome, "kept");
  const row = await rowOf(unit, command);
  const { result } = outcome;
  if (!row) {
    const { worktreePath } = JSON.parse(command.params) as { worktreePath: string };
    const title = `${worktreePath} is known to no record: its work is kept, and it stays`;
    return say(services, unit, command, null, title, `refs/signalbox/kept/${command.workspaceId}`);
  }
  const over = result.vanished && !isTerminal(row.status as WorkspaceStatus) && row.status !== "landing";
  await changeWorkspace(unit, row, {
    status: over ? "failed" : undefined,
    metadata: { ...keptWords(result), ...(over ? { failure: gone, waiting: null } : {}) },
    data: { ...keptFacts(unit, result), ...(over ? { readySha: null, readyAt: null, retryAt: null } : {}) },
  });
  const words = result.work ? inWords(result.work) : undefined;
  const title = over ? `${row.branch} failed: its worktree vanished` : `${row.branch} is kept`;
  await say(services, unit, command, row, title, over ? gone : words);
};

/** The worktree is gone and its work kept; or, long after, the kept work is gone as well (WSP-66). */
export const settleRemove: Settle<"workspace.remove"> = async (services, unit, command, outcome) => {
  if (outcome.state !== "succeeded") return failed(services, unit, command, outcome, "removed");
  const row = await rowOf(unit, command);
  if (!row) return;
  const { kept } = outcome.result;
  if (kept === null) {
    await changeWorkspace(unit, row, {
      metadata: { keepError: null },
      data: { keptSha: null, keptRemovedAt: unit.now },
    });
    return say(services, unit, command, row, `The kept work of ${row.branch} was removed: its time is over`);
  }
  const over = isTerminal(row.status as WorkspaceStatus) || row.status === "review_requested";
  await changeWorkspace(unit, row, {
    status: over ? "removed" : undefined,
    metadata: keptWords(kept),
    data: { ...keptFacts(unit, kept), readySha: null, readyAt: null, retryAt: null },
  });
  const { words } = (metadataOf(row).keptWork ?? {}) as { words?: string };
  const told = kept.work ? inWords(kept.work) : words;
  await say(services, unit, command, row, `The worktree of ${row.branch} was removed, its work kept`, told);
};

/** Back to `active` under the same id; a branch or directory that has a new name is told (WSP-68). */
export const settleRestore: Settle<"workspace.restore"> = async (services, unit, command, outcome) => {
  if (outcome.state !== "succeeded") return failed(services, unit, command, outcome, "restored");
  const row = await rowOf(unit, command);
  if (!row) return;
  const { renamed, ...facts } = outcome.result;
  const { branch, baseSha, ...rest } = facts;
  const anew = [
    ...(renamed.branch ? [`${renamed.branch} was taken: the branch is ${branch} now`] : []),
    ...(renamed.worktreePath ? [`${renamed.worktreePath} was taken: the directory is ${facts.worktreePath} now`] : []),
  ];
  await changeWorkspace(unit, row, {
    status: isTerminal(row.status as WorkspaceStatus) ? "active" : undefined,
    metadata: { keepError: null, failure: null, renamed: anew.length ? anew : null },
    data: { ...rest, branch: branch ?? row.branch, baseSha: baseSha ?? row.baseSha },
  });
  await say(services, unit, command, row, `${branch ?? row.branch} is restored`, anew.join("; ") || undefined);
};
