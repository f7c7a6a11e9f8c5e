import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import { processesOf } from "../../tests/support/agents.ts";
import { HOST } from "../../tests/support/signalbox.ts";
import { agentOf, goOn, startStaying } from "../dies/acts.ts";
import { allEnded, spawnOne } from "../kill-nine/round.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";

const live = ["stays-1", "stays-2", "stays-3"];
const over = ["ended-1", "ended-2"];

/** A host with agents at work and agents that have ended, and what must be the same whatever becomes of its files. */
export async function makeRest(world: World) {
  const staying = await Promise.all(live.map((name) => startStaying(true)(world, name)));
  const ended = await Promise.all(over.map((name) => spawnOne(world, name, 0)));
  if (!(await allEnded(world, ended))) throw new Error("the agents that are to have ended have not");
  const agents = [...staying, ...ended.map(({ agentId }) => agentId)];

  /** All that a damage could change for the worse, one line each. */
  async function state(): Promise<string[]> {
    const lines: string[] = [];
    for (const agentId of agents) {
      const { status, statusReason } = await agentOf(world, agentId);
      lines.push(`agent ${agentId} ${status} ${statusReason?.kind}`);
    }
    for (const agentId of staying) {
      const { runner, program } = await processesOf(world.machine, agentId);
      lines.push(`processes ${agentId} ${runner} ${program}`);
    }
    lines.push(`sessions ${(await listSessions(world.machine.tmux)).map(({ name }) => name).sort()}`);
    lines.push(
      `worktrees ${execFileSync("git", ["worktree", "list"], { cwd: world.repository.path, encoding: "utf8" })}`,
    );
    lines.push(`runs ${readFileSync(world.ledger, "utf8")}`);
    const { items } = await world.answered((admin) => admin.commands.list.query({ limit: 200 }));
    lines.push(`commands ${items.map(({ id, state: now }) => `${id} ${now}`)}`);
    const host = await world.answered((admin) => admin.orchestrators.get.query({ id: HOST }));
    lines.push(`host ${host.state}, ${host.liveSessions} live, ${host.unknownSessions.length} unknown`);
    return lines;
  }

  return {
    state,
    /** What is otherwise than before; a session that was asked to end says so in its script's own lines. */
    async changed(before: string[]): Promise<Broken[]> {
      const now = await state();
      return now.flatMap((line, i) =>
        line === before[i] ? [] : [{ promise: "changed", seen: `${before[i]} → ${line}` }],
      );
    },
    end: () => live.map((name) => goOn(world, name)),
  };
}
