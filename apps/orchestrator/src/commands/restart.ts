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
    const dir = sessions.dirNamed(sessionName);
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
    resume ? await conversationOf(sessions.dirNamed(sessionName)) : undefined;

  const startOf = ({ command, params, begun, progress, note, signal }: Task<"agent.restart">): Start => ({
    command,
    params: params.restartSpawn,
    begun,
    existing: params.workspace,
    conversation: () => earlierOf(params),
    earlierDir: sessions.dirNamed(params.sessionName),
    async first() {
      // Once the earlier session is being ended there is nothing to go back to: the restart completes (HST-35).
      if (!progress.length) {
        signal.throwIfAborted();
        await note({ ending: params.sessionName });
      }
      await endEarlier(params);
    },
  });

  return {
    keys: ({ agentId, restartSpawn: { workspaceId } }) => [`agent:${agentId}`, `workspace:${workspaceId}`],
    run: (task) => startSession(needs, startOf(task)),
    undo: (task) => undoStart(needs, startOf(task)),
  };
}
