import type { Handler } from "./handler.ts";
import { type StartNeeds, startSession, undoStart } from "./start.ts";

/** Starts a new agent's session (HST-16). */
export const spawn = (needs: StartNeeds): Handler<"agent.spawn"> => ({
  keys: ({ agentId, workspaceId }) => [`agent:${agentId}`, `workspace:${workspaceId}`],
  run: ({ command, params, begun, signal }) => startSession(needs, { command, params, begun, existing: null, signal }),
  undo: ({ command, params, begun }) => undoStart(needs, { command, params, begun, existing: null }),
});
