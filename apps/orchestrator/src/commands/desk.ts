import { finalStates } from "@signalbox/api/contracts";
import type { Link } from "../link/link.ts";
import { problemOf } from "../link/problem.ts";
import type { CommandDesk } from "./loop.ts";

interface Options {
  link: Link;
  proof: { orchestratorId: string; instanceId: string };
}

/**
 * Speaks with the relay about commands. A Conflict is looked into: it may mean that the command is final already
 * (HST-34), or that another instance has taken this one's place (HST-06), which passes.
 */
export function createCommandDesk({ link, proof }: Options): CommandDesk {
  const desk: CommandDesk = {
    async stateOf(commandId) {
      try {
        return (await link.call((relay) => relay.commands.get.query({ commandId }))).state;
      } catch (error) {
        if (problemOf(error)?.code === "NotFound") return null;
        throw error;
      }
    },
    async report(step) {
      try {
        await link.call((relay) => relay.commands.report.mutate({ ...proof, report: step }));
        return "taken";
      } catch (error) {
        const code = problemOf(error)?.code;
        if (code === "NotFound") return "unknown";
        if (code !== "Conflict") throw error;
      }
      const state = await desk.stateOf(step.commandId);
      if (state === null) return "unknown";
      if (state === step.state) return "taken";
      if ((finalStates as readonly string[]).includes(state)) return "late";
      link.current()?.drop();
      return desk.report(step);
    },
  };
  return desk;
}
