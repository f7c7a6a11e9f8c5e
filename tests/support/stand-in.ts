import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exec } from "../../apps/orchestrator/src/exec.ts";
import { captureScreen, listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { exactly, tmux } from "../../apps/orchestrator/src/tmux/tmux.ts";
import { claudeProgram } from "../../apps/orchestrator/test/claude-program.ts";
import type { AgentState, RecipientReceipt, Rung } from "../../packages/api/src/contracts/index.ts";
import type { SendMessage } from "../../packages/api/src/messages/schema.ts";
import type { Machine } from "./machine.ts";
import { HOST, type Signalbox } from "./signalbox.ts";
import { until } from "./until.ts";

/** Makes the stand-in for claude the program of this machine's host; what it was given is the last started one's. */
export function standIn(machine: Machine): ReturnType<typeof claudeProgram> {
  const program = claudeProgram(machine.dir);
  const providers = { claude: { command: program.command } };
  writeFileSync(join(machine.home, "orchestrator.json"), JSON.stringify({ providers }));
  return program;
}

/** One agent whose program is the stand-in, at its prompt's turn. */
export async function standInAgent(box: Signalbox, program: ReturnType<typeof claudeProgram>, cwd: string) {
  const given = { provider: "claude", orchestratorId: HOST, workspaceMode: "shared", prompt: "Begin.", cwd } as const;
  const { agentId } = await box.admin.agents.spawn.mutate(given);
  const session = async () => {
    const found = (await listSessions(box.machine.tmux)).find((one) => one.agentId === agentId);
    if (!found?.commandId) throw new Error(`${agentId} has no session`);
    return { name: found.name, dir: join(box.machine.paths.sessions, found.commandId) };
  };
  const agent = () => box.admin.agents.get.query({ agentId });
  const also = async () => {
    const screen = await captureScreen(box.machine.tmux, (await session()).name);
    return `${JSON.stringify(await agent())}\n${screen?.join("\n")}\n${box.output()}`;
  };
  const one = {
    agentId,
    session,
    agent,
    becomes: (status: AgentState) =>
      until(`${agentId} ${status}`, async () => (await agent()).status === status, { withinMs: 60_000, also }),
    /** A key that makes the program do something; no person's, and not through the relay. */
    key: async (name: string) => tmux(box.machine.tmux, ["send-keys", "-t", exactly((await session()).name), name]),
    /** The session's own `sbx`, as its program calls it. */
    sbx: async (...words: string[]) =>
      exec(join((await session()).dir, "bin", "sbx"), words, { env: box.machine.env, timeoutMs: 60_000 }),
    submitted: () => program.seen().submitted,
    send: async (body: string, rest: Partial<SendMessage> = {}) =>
      (await box.admin.messages.send.mutate({ to: agentId, from: "jo", body, ...rest })).messageId,
    async receipt(messageId: number): Promise<RecipientReceipt> {
      const { receipt } = await box.admin.messages.get.query({ messageId });
      const [first] = receipt.recipients;
      if (!first) throw new Error(`message ${messageId} has no recipient`);
      return first;
    },
    reaches: (messageId: number, rung: Rung) =>
      until(`${rung} of message ${messageId}`, async () => (await one.receipt(messageId)).rung === rung, {
        withinMs: 60_000,
        also: async () => `${JSON.stringify(await one.receipt(messageId))}\n${await also()}`,
      }),
  };
  await one.becomes("busy");
  return one;
}

/** Ids of the messages in a text that was submitted, in order. */
export const idsOf = (text = ""): number[] =>
  [...text.matchAll(/^\[signalbox message (\d+) from /gm)].map(([, id]) => Number(id));
