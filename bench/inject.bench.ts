import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecipientReceipt, Rung } from "../packages/api/src/contracts/index.ts";
import { HOST, type Signalbox, startSignalbox } from "../tests/support/signalbox.ts";
import { until } from "../tests/support/until.ts";
import type { BenchCase } from "./harness.ts";
import { mailProgram } from "./lib/mail-program.ts";
import { inParallel } from "./lib/parallel.ts";
import { quiet } from "./lib/relay.ts";
import { percentile, plain, type Samples } from "./lib/samples.ts";

const patient = { withinMs: 300_000 };

/** Starts the agents, a few at a time, and waits until each of them is idle. */
async function idleAgents(box: Signalbox, count: number): Promise<string[]> {
  const cwd = box.machine.baseDir;
  const wanted = { provider: "claude", orchestratorId: HOST, workspaceMode: "shared", cwd } as const;
  const agents: string[] = [];
  await inParallel({ clients: 4, calls: count }, async () => {
    const { agentId } = await box.admin.agents.spawn.mutate(wanted);
    await until(`${agentId} idle`, async () => (await box.admin.agents.get.query({ agentId })).status === "idle", {
      withinMs: 120_000,
      also: async () => `${JSON.stringify(await box.admin.agents.get.query({ agentId }))}\n${box.output()}`,
    });
    agents.push(agentId);
  });
  return agents;
}

/** How long a message to an idle agent takes until it is in the agent's session, on a machine with many agents. [MSG-69] */
const inject: BenchCase = {
  name: "inject",
  async run({ quick, log }) {
    const [agents, messages] = quick ? [5, 10] : [100, 100];
    await using box = await startSignalbox({
      env: quiet,
      prepare({ dir, home }) {
        const providers = { claude: { command: mailProgram(dir) } };
        writeFileSync(join(home, "orchestrator.json"), JSON.stringify({ maxSessions: agents, providers }));
      },
    });
    const ids = await idleAgents(box, agents);
    log(`${agents} agents are idle`);

    const receipts = async (messageId: number, rung: Rung): Promise<RecipientReceipt[]> => {
      const look = async () => (await box.admin.messages.get.query({ messageId })).receipt.recipients;
      return until(
        `${rung} of message ${messageId}`,
        async () => {
          const all = await look();
          return all.every(({ times }) => times[rung]) ? all : null;
        },
        { ...patient, also: async () => JSON.stringify(await look()) },
      );
    };
    const took = ({ times }: RecipientReceipt, to: Rung): number =>
      Date.parse(times[to] ?? "") - Date.parse(times.accepted ?? "");
    const send = (to: string) => box.admin.messages.send.mutate({ to, from: "bench", body: "How far are you?" });

    const one: { injected: Samples; seen: Samples } = { injected: [], seen: [] };
    for (let n = 0; n < messages; n += 1) {
      const to = ids[n % ids.length] as string;
      const { messageId } = await send(to);
      const [receipt] = await receipts(messageId, "seen");
      if (!receipt) throw new Error(`message ${messageId} has no recipient`);
      one.injected.push(took(receipt, "injected"));
      one.seen.push(took(receipt, "seen"));
      await until(`${to} idle`, async () => (await box.admin.agents.get.query({ agentId: to })).status === "idle");
    }
    const { messageId } = await send("broadcast");
    const all = (await receipts(messageId, "injected")).map((receipt) => took(receipt, "injected"));
    return [
      ...(["injected", "seen"] as const).flatMap((rung) =>
        [50, 95].map((p) => plain(`message to an idle agent, ${rung} p${p}`, percentile(one[rung], p / 100))),
      ),
      plain(`message to ${agents} idle agents at once, the last injected`, Math.max(...all)),
    ];
  },
};

export default inject;
