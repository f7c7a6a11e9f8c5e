import { CommandFailure } from "../failure.ts";
import { adapters } from "../providers/index.ts";
import { readRecord } from "../sessions/record.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { listSessions } from "../tmux/sessions.ts";
import type { Handler } from "./handler.ts";

const nothingToUndo = async () => {
  // What a turn was told cannot be taken back.
};

/** Ends the turn that the program is in, as a person's key would (SPN-60). */
export const interrupt = (sessions: Sessions): Handler<"agent.interrupt"> => ({
  keys: ({ agentId }) => [`agent:${agentId}`],
  async run({ params: { sessionName }, begun }) {
    // Whether it was interrupted before the crash cannot be seen; a second time might hit the next turn (HST-30).
    if (begun !== "never") throw new CommandFailure("error", "The host was restarted in the middle of the interrupt");
    const session = (await listSessions(sessions.tmux)).find(({ name }) => name === sessionName);
    if (!session) return { interrupted: false };
    const record = await readRecord(sessions.dirOf(sessionName.replace(/^sb-/, "")));
    const adapter = Object.values(adapters).find(({ provider }) => provider === record?.provider);
    if (!adapter) throw new CommandFailure("error", `This version cannot interrupt ${record?.provider ?? sessionName}`);
    await adapter.interrupt(session);
    return { interrupted: true };
  },
  undo: nothingToUndo,
});

/** No program that this version runs has a conversation to condense (SPN-59). */
export const compact: Handler<"agent.compact"> = {
  keys: ({ agentId }) => [`agent:${agentId}`],
  async run({ params: { agentId } }) {
    throw new CommandFailure("error", `This version runs no program that can compact; ${agentId} goes on as it is`);
  },
  undo: nothingToUndo,
};
