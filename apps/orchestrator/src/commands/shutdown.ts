import { CommandFailure } from "../failure.ts";
import { endSession } from "../sessions/end.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Handler } from "./handler.ts";

/** Ends an agent's session; what its worktree holds stays (HST-24). */
export const shutdown = (sessions: Sessions): Handler<"agent.shutdown"> => ({
  keys: ({ agentId }) => [`agent:${agentId}`],
  async run({ params: { agentId, sessionName, graceSeconds } }) {
    const dir = sessions.dirNamed(sessionName);
    const ended = await endSession({ tmux: sessions.tmux, sessionName, agentId, dir, graceSeconds });
    if (!ended) throw new CommandFailure("error", `Session ${sessionName} is still there after SIGKILL`);
    return { ended };
  },
  async undo() {
    // What has ended cannot be taken back.
  },
});
