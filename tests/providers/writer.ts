import { join } from "node:path";
import { exec } from "../../apps/orchestrator/src/exec.ts";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import type { Message, RecipientReceipt, Rung } from "../../packages/api/src/contracts/index.ts";
import type { SendMessage } from "../../packages/api/src/messages/schema.ts";
import { createRepository } from "../e2e/repository.ts";
import { spawnShell } from "../support/agents.ts";
import type { Signalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

/** Another agent, a script, in whose session the tests write and read messages with `sbx`. */
export async function spawnWriter(box: Signalbox) {
  const { path } = createRepository(box.machine.baseDir, "writer");
  const agentId = await spawnShell(box, { cwd: path, prompt: "sleep 600", workspaceMode: "shared" });
  const agent = () => box.admin.agents.get.query({ agentId });
  await until("the writer", async () => (await agent()).status === "busy", { withinMs: 60_000, also: box.output });
  const session = (await listSessions(box.machine.tmux)).find((one) => one.agentId === agentId);
  const sbx = join(box.machine.paths.sessions, session?.commandId ?? "", "bin", "sbx");

  /** A tool's answer, as a program in the session gets it. */
  async function call<T>(...words: string[]): Promise<T> {
    const { code, stdout, stderr } = await exec(sbx, words, { env: box.machine.env, timeoutMs: 60_000 });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }
  const receipt = async (messageId: number): Promise<RecipientReceipt[]> => {
    const message = await call<Message>("tool", "relay_get_message", JSON.stringify({ messageId }));
    return message.receipt.recipients;
  };
  return {
    agentId,
    async send(to: string, body: string, rest: Partial<SendMessage> = {}): Promise<number> {
      const input = JSON.stringify({ to, body, ...rest });
      return (await call<{ messageId: number }>("tool", "relay_send_message", input)).messageId;
    },
    inbox: async () => (await call<{ messages: Message[] }>("inbox")).messages,
    rung: async (messageId: number) => (await receipt(messageId))[0]?.rung,
    /** The receipt, once the message has come so far. */
    reaches: (messageId: number, rung: Rung) =>
      until(
        `${rung} of message ${messageId}`,
        async () => {
          const recipients = await receipt(messageId);
          return recipients[0]?.rung === rung ? recipients : null;
        },
        { withinMs: 60_000, also: async () => `${JSON.stringify(await receipt(messageId))}\n${box.output()}` },
      ),
  };
}
