import { CommandFailure, textOf } from "../failure.ts";
import { adapterOf } from "../providers/index.ts";
import { type CompactAnswer, type CompactCall, compactPath } from "../runner/door.ts";
import { noteKeys } from "../runner/keys.ts";
import { readRecord } from "../sessions/record.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { postTo } from "../socket-post.ts";
import { listSessions } from "../tmux/sessions.ts";
import type { Handler, Task } from "./handler.ts";

/** Turns are told apart from the session itself: ending or restarting an agent waits for no turn (HST-28). */
const turnOf = (agentId: string) => `turn:${agentId}`;

/** Whether the program may have been told already; by whom nobody knows where the journal is lost. */
const wasTold = (progress: unknown[], begun: Task<"agent.compact">["begun"]) =>
  progress.length > 0 || begun === "unknown";
const cutOff = (act: string) => `The host was restarted in the middle of the ${act}`;

const nothingToUndo = async () => {
  // What a turn was told cannot be taken back.
};

/** Ends the turn that the program is in, as a person's key would (SPN-60). */
export const interrupt = (sessions: Sessions): Handler<"agent.interrupt"> => ({
  keys: ({ agentId }) => [turnOf(agentId)],
  async run({ params: { sessionName }, progress, begun, note }) {
    // Whether it was interrupted before the crash cannot be seen; a second time might hit the next turn (HST-30).
    if (wasTold(progress, begun)) throw new CommandFailure("error", cutOff("interrupt"));
    const session = (await listSessions(sessions.tmux)).find(({ name }) => name === sessionName);
    if (!session) return { interrupted: false };
    const record = await readRecord(sessions.dirNamed(sessionName));
    const adapter = adapterOf(record?.provider);
    if (!adapter) throw new CommandFailure("error", `This version cannot interrupt ${record?.provider ?? sessionName}`);
    await note({ interrupting: true });
    // It is a key like a person's: nothing is typed into what it leaves at the prompt (MSG-48).
    await noteKeys(sessions.dirNamed(sessionName));
    await adapter.interrupt(session, sessions.tmux);
    return { interrupted: true };
  },
  undo: nothingToUndo,
});

/** Has the program condense its conversation, through the runner, which alone types into it (SPN-59). */
export const compact = (sessions: Sessions): Handler<"agent.compact"> => ({
  keys: ({ agentId }) => [turnOf(agentId)],
  async run({ params: { agentId, sessionName, memory }, progress, begun, note }) {
    // Whether it was typed before the crash cannot be seen; a second time would condense twice (HST-30).
    if (wasTold(progress, begun)) throw new CommandFailure("error", cutOff("compaction"));
    const record = await readRecord(sessions.dirNamed(sessionName));
    if (!record) throw new CommandFailure("error", `Session ${sessionName} is not on this host`);
    await note({ compacting: true });
    const failure = await askRunner(record.runnerSocket, { reload: memory?.alwaysReload ?? [] });
    if (failure) throw new CommandFailure("error", `${agentId} was not compacted: ${failure}`);
    return { compacted: true };
  },
  undo: nothingToUndo,
});

async function askRunner(socket: string, call: CompactCall): Promise<string | null> {
  try {
    const { text } = await postTo(socket, compactPath, { body: JSON.stringify(call) });
    return (JSON.parse(text) as CompactAnswer).failure;
  } catch (error) {
    return `its runner does not answer (${textOf(error)})`;
  }
}
