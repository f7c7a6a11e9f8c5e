import { record } from "../activity/record.ts";
import type { AgentRow } from "../agents/mapper.ts";
import { hasEnded } from "../agents/rules.ts";
import type { Services } from "../context.ts";
import type { AgentState, WorkspaceReport } from "../contracts/index.ts";
import type { HostRow } from "../orchestrators/mapper.ts";
import type { Unit } from "../unit.ts";
import { changeWorkspace } from "./change.ts";
import type { WorkspaceRow } from "./mapper.ts";

const facts = ["worktreePath", "branch", "baseBranch", "baseSha", "headSha", "ahead", "behind", "dirtyFiles"] as const;

/** Whether the record says all that the report says: of a living agent's workspace it then alters nothing. */
export const isAsKnown = (report: WorkspaceReport, known: WorkspaceRow | undefined): boolean =>
  known !== undefined && facts.every((key) => known[key] === report[key]);

/**
 * A workspace as its host sees it creates or updates the record; a stored status other than `active` is never
 * overwritten (WSP-07, WSP-08). One that its ended owner left empty is given up at once (WSP-64).
 */
export async function workspaceReported(
  services: Services,
  unit: Unit,
  host: HostRow,
  agent: AgentRow,
  report: WorkspaceReport,
): Promise<void> {
  if (report.mode === "isolated" && !report.worktreePath) return;
  await unit.hold("workspace", report.id);
  const known = await unit.tx.workspace.findUnique({ where: { id: report.id } });
  const seen = Object.fromEntries(facts.map((key) => [key, report[key]]));
  if (!known) {
    await unit.tx.workspace.create({
      data: {
        id: report.id,
        orchestratorId: host.id,
        repository: `${host.id}:${report.repoRoot}`,
        repoRoot: report.repoRoot,
        ...seen,
        mode: report.mode,
        requestedMode: report.requestedMode,
        status: "active",
        statusSince: unit.now,
        ownerAgentId: agent.id,
        metadata: JSON.stringify({ provider: agent.provider, label: agent.label ?? undefined }),
        createdAt: unit.now,
        updatedAt: unit.now,
      },
    });
    await unit.tx.agent.update({ where: { id: agent.id }, data: { workspaceId: report.id } });
    unit.publish({ type: "workspace", id: report.id });
    unit.publish({ type: "agent", id: agent.id });
    return;
  }
  if (known.orchestratorId !== host.id || known.ownerAgentId !== agent.id) return;
  // Only the outcome of a landing tells a new branch: a report from before it is late, one from after it is early.
  if (known.branch !== report.branch) return;
  const empty = report.ahead === 0 && report.dirtyFiles === 0;
  const over = known.status === "active" && hasEnded(agent.state as AgentState) && empty;
  if (!over && isAsKnown(report, known)) return;
  await changeWorkspace(unit, known, { data: seen, ...(over ? { status: "abandoned" } : {}) });
  if (!over) return;
  await record(services, unit, {
    clientId: `abandoned:${known.id}`,
    kind: "state",
    view: "workspaces",
    title: `${known.branch} abandoned: its agent ended and left nothing`,
    actor: "relay",
    onBehalfOf: agent.onBehalfOf,
    agentId: agent.id,
    metadata: { workspaceId: known.id },
  });
}
