import {
  type Command,
  commandTypes,
  type HostRequest,
  type LandOutcome,
  type LandResult,
  type WorkspaceReport,
} from "../contracts/index.ts";
import { startAgent, type TestHost, type TestRelay } from "./relay.ts";

/** A worktree with one commit to land. */
export const worktree = {
  exists: true,
  branch: "signalbox/x-1",
  headSha: "c1",
  ahead: 1,
  behind: 0,
  dirty: [] as string[],
  dirtyCount: 0,
  inProgress: null as string | null,
};

/** What a host says of a fresh workspace. */
export const workspaceReport = (id: string): WorkspaceReport => ({
  id,
  repoRoot: "/base/repo",
  worktreePath: `/worktrees/${id}`,
  branch: "signalbox/x-1",
  baseBranch: "main",
  baseSha: "b0",
  headSha: "b0",
  ahead: 0,
  behind: 0,
  dirtyFiles: 0,
  mode: "isolated",
  requestedMode: "isolated",
});

/** The host reports one agent with its workspace. */
export async function report(
  host: TestHost,
  agent: { agentId: string; commandId: string; sessionName: string },
  workspace: WorkspaceReport,
) {
  const startedAt = "2026-01-01T00:00:00.000Z";
  await host.call.orchestrators.reportAgents({
    ...host.proof,
    complete: false,
    agents: [{ ...agent, startedAt, end: null, workspace }],
  });
}

/** An agent with an isolated workspace, on a host whose worktree is in the given state. */
export async function agentWithWorkspace(it: TestRelay, host: TestHost) {
  const { agentId, commandId, sessionName, runner, epoch, token } = await startAgent(it, host);
  const spawned = await it.services.db.client.command.findUniqueOrThrow({ where: { id: commandId } });
  const workspaceId = (JSON.parse(spawned.params) as { workspaceId: string }).workspaceId;
  const of = { agentId, commandId, sessionName };
  await report(host, of, workspaceReport(workspaceId));
  return { ...of, runner, epoch, token, workspaceId };
}

/** Answers the host's requests as its worktrees are, until stopped. */
export function answering(host: TestHost, answer: (request: HostRequest) => unknown) {
  const stop = new AbortController();
  const commands: Command[] = [];
  const running = (async () => {
    for await (const item of await host.subscribe(stop.signal)) {
      if (Array.isArray(item)) commands.push((item[1] as { command: Command }).command);
      else if (item.kind === "request") {
        await host.call.commands.answer({
          ...host.proof,
          requestId: item.requestId,
          answer: await answer(item.request),
          done: true,
        });
      }
    }
  })();
  return {
    commands,
    stop() {
      stop.abort();
      return running;
    },
  };
}

type Told<T> = T extends LandOutcome ? Omit<T, "workspaceId"> : never;

/** The host carries out the landing that waits for it: this becomes of each of its changes. */
export async function land(
  host: TestHost,
  commands: Command[],
  outcome: Told<LandOutcome> | ((workspaceId: string, n: number) => Told<LandOutcome>),
) {
  const command = await until(() => commands.findLast(({ type }) => type === "workspace.land"));
  const { changes } = commandTypes["workspace.land"].params.parse(command.params);
  const told = changes.map(({ workspaceId }, n) => ({
    ...(typeof outcome === "function" ? outcome(workspaceId, n) : outcome),
    workspaceId,
  }));
  const result: LandResult = { changes: told as LandOutcome[], runs: 0, durationMs: 5 };
  await host.call.commands.report({ ...host.proof, report: { commandId: command.id, state: "succeeded", result } });
  commands.length = 0;
  return { ...command, changes };
}

/** Looks until there is something, for at most 10 s. */
export async function until<T>(look: () => T | undefined): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error("what was waited for did not come");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A landing that came out well, without checks. */
export const landed: Told<Extract<LandOutcome, { outcome: "landed" }>> = {
  outcome: "landed",
  oldTip: "b0",
  newTip: "n1",
  changeTip: "n1",
  batch: [],
  checks: null,
  recycled: { branch: "signalbox/x-2", baseSha: "n1", headSha: "n1" },
  recycleBlocked: null,
};
