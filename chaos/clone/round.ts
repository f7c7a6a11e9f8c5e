import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { AgentDetail } from "../../packages/api/src/agents/schema.ts";
import { until } from "../../tests/support/until.ts";
import type { Broken } from "../lib/broken.ts";
import type { Random } from "../random.ts";
import { spawnSome, swapTwins, type Twins } from "./twins.ts";

/** Commands for the host while the relay goes from one twin to the other; each may run on one of them, once. */
export async function playTwins(twins: Twins, active: number, name: string, count: number, random: Random) {
  const broken: Broken[] = [];
  const spawning = spawnSome(twins, name, count, random);
  await delay(random.between(0, 1_500));
  const next = await swapTwins(twins, active);
  const agents = await spawning;
  const ended: AgentDetail[] = [];
  for (const agentId of agents) {
    const over = async () => {
      const agent = await twins.admin.agents.get.query({ agentId });
      return agent.status === "exited" || agent.status === "failed" ? agent : null;
    };
    const agent = await until(`the end of ${agentId}`, over, { withinMs: 90_000 }).catch((error: Error) => {
      broken.push({ promise: "stuck", seen: error.message });
      return null;
    });
    if (agent) ended.push(agent);
  }
  const lines = existsSync(twins.ledger) ? readFileSync(twins.ledger, "utf8").split("\n") : [];
  for (const { id, status, statusReason } of ended) {
    const starts = lines.filter((line) => line.startsWith(`start ${id} `)).length;
    const seen = `${id} began ${starts} times; ${status} ${JSON.stringify(statusReason)}`;
    if (starts > 1) broken.push({ promise: "ranTwice", seen });
    if (starts === 0 && status === "exited" && statusReason?.kind === "completed")
      broken.push({ promise: "untrue", seen });
    if (starts === 1 && status === "failed") broken.push({ promise: "untrue", seen });
  }
  const refused = ended.filter(({ status }) => status === "failed").length;
  return { broken, next, agents: agents.length, refused };
}
