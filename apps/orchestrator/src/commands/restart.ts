import type { RestartParams } from "@signalbox/api/contracts";
import { CommandFailure } from "../failure.ts";
import { endSession } from "../sessions/end.ts";
import { conversationOf, readRecord } from "../sessions/record.ts";
import type { Handler, Task } from "./handler.ts";
import { type Start, type StartNeeds, startSession, undoStart } from "./start.ts";

/** Ends what there is of the agent's session, then starts it anew in the workspace that it owns (SPN-56). */
export function restart(needs: StartNeeds): Handler<"agent.restart"> {
  const { sessions } = needs;

  async function endEarlier({ agentId, sessionName, timeoutMs }: RestartParams): Promise<void> {
    const dir = sessions.dirOf(sessionName.replace(/^sb-/, ""));
    const graceSeconds = timeoutMs / 1000;
    if (!(await endSession({ tmux: sessions.tmux, sessionName, agentId, dir, graceSeconds }))) {
      throw new CommandFailure("session_died", `The earlier session ${sessionName} is still there after SIGKILL`);
    }
    // The relay asked for this end: it is no news.
    const record = await readRecord(dir);
    if (record) await sessions.confirm([record]);
  }

  /** Without `resume` the program starts afresh, and nothing is said of it. */
  const earlierOf = async ({ resume, sessionName }: RestartParams) =>
    resume ? await conversationOf(sessions.dirOf(sessionName.replace(/^sb-/, ""))) : undefined;

  const startOf = async ({ command, params }: Task<"agent.restart">): Promise<Start> => ({
    command,
    params: params.restartSpawn,
    existing: params.workspace,
    conversation: await earlierOf(params),
    first: () => endEarlier(params),
  });

  return {
    keys: ({ agentId, restartSpawn: { workspaceId } }) => [`agent:${agentId}`, `workspace:${workspaceId}`],
    run: async (task) => startSession(needs, await startOf(task)),
    undo: async (task) => undoStart(needs, await startOf(task)),
  };
}
