import { providerTakes, type Scope } from "@signalbox/api/contracts";
import type { AgentCard } from "./types.ts";
import { hasEnded } from "./words.ts";

/** What a person can do to an agent from the console (CON-20). */
export type AgentAct = "interrupt" | "compact" | "restart" | "shutdown";

interface About {
  label: string;
  needs: Scope;
  /** What is said once the relay has taken it; null where the agent's state says it. */
  asked: string | null;
  /** What the dialog says is kept or lost; null: done without asking (CON-61). */
  asks: string | null;
}

/** How each act is offered. */
export const agentActs: Record<AgentAct, About> = {
  interrupt: {
    label: "Interrupt",
    needs: "agent:write",
    asked: "Asked to interrupt the turn; the timeline says how it went.",
    asks: null,
  },
  compact: {
    label: "Compact",
    needs: "agent:write",
    asked: "Asked to compact the conversation; the timeline says how it went.",
    asks: null,
  },
  restart: {
    label: "Restart",
    needs: "agent:write",
    asked: null,
    asks: "Its session ends and a new one begins as the same agent, in the same worktree. Every commit and file there, its log and its messages are kept.",
  },
  shutdown: {
    label: "Shut down",
    needs: "command:shutdown",
    asked: null,
    asks: "Its session ends. Its worktree with every commit and file, its log and its messages are kept.",
  },
};

/** Which acts an agent is shown with, and why one of them cannot be done now (CON-07). */
export function actsFor({ status, provider, orchestratorId }: AgentCard): { act: AgentAct; refusal: string | null }[] {
  const byHand = orchestratorId === null ? "It was started by hand: no host can reach its session" : null;
  if (hasEnded(status)) return [{ act: "restart", refusal: byHand }];
  const starting = status === "spawning" ? "It is being started" : null;
  const idle = status === "idle" ? "It is not in a turn" : null;
  const compacts = providerTakes[provider].compaction ? null : `${provider} has no conversation to compact`;
  return [
    { act: "interrupt", refusal: byHand ?? starting ?? idle },
    { act: "compact", refusal: byHand ?? compacts ?? starting },
    { act: "restart", refusal: byHand ?? starting },
    { act: "shutdown", refusal: byHand },
  ];
}
