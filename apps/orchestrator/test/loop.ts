import { join } from "node:path";
import type { Command, CommandState } from "@signalbox/api/contracts";
import type { Handler, Handlers } from "../src/commands/handler.ts";
import { type CommandDesk, createCommandLoop } from "../src/commands/loop.ts";
import { openJournal } from "../src/journal.ts";
import { until } from "../src/until.ts";
import { command, silent } from "./scene.ts";

/** Order to end an agent; its number is its id's. */
export const end = (id: string, agentId = "a"): Command =>
  command("agent.shutdown", { agentId, sessionName: "sb-x", graceSeconds: 0 }, { id, seq: Number(id.slice(4)) });

export type Shutdown = Partial<Handler<"agent.shutdown">>;

/** A loop whose commands do what the test says, and a relay's side that keeps states by the rules of HST-26. */
export async function loopIn(dir: string, shutdown: Shutdown, states = new Map<string, CommandState>()) {
  const journal = await openJournal(join(dir, "journal.jsonl"), { now: () => new Date("2026-01-01T00:00:00.000Z") });
  const said: string[] = [];
  const finals: CommandState[] = ["succeeded", "failed", "expired", "cancelled"];
  const desk: CommandDesk = {
    stateOf: async (id) => states.get(id) ?? null,
    async report(step) {
      said.push(`${step.commandId} ${step.state}${step.state === "failed" ? `: ${step.error.reason}` : ""}`);
      const held = states.get(step.commandId);
      if (held && finals.includes(held)) return held === step.state ? "taken" : "late";
      states.set(step.commandId, step.state);
      return "taken";
    },
  };
  const keys = ({ agentId }: { agentId: string }) => [`agent:${agentId}`];
  const handler = { keys, run: async () => ({ ended: true }), undo: async () => undefined, ...shutdown };
  const loop = createCommandLoop({
    journal,
    handlers: { "agent.shutdown": handler } as unknown as Handlers,
    desk,
    log: silent,
  });
  const idle = () => until(() => loop.size() === 0, { withinMs: 5_000, everyMs: 5 });
  return { journal, loop, said, idle };
}
