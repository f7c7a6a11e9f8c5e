import type { AgentCard, Command } from "./types.ts";
import { hasEnded } from "./words.ts";

export interface SpawnStep {
  label: string;
  state: "done" | "now" | "failed" | "ahead";
  at: string | null;
}

/** It ended before its runner registered: failed, or cancelled. */
export const neverStarted = ({ status, epoch }: Pick<AgentCard, "status" | "epoch">): boolean =>
  epoch === 0 && hasEnded(status);

/**
 * How far a start is (CON-54): accepted by the relay, taken by the host, session started, registered. Only the last
 * means started.
 */
export function spawnSteps(
  command: Command | null,
  agent: Pick<AgentCard, "status" | "epoch" | "statusSince">,
): SpawnStep[] {
  // A restarted agent has registered before.
  const registered = agent.epoch > 0 && agent.status !== "spawning";
  const over = neverStarted(agent);
  const reached: [string, boolean, string | null][] = [
    ["Accepted", true, command?.createdAt ?? null],
    ["Taken by the host", Boolean(command?.deliveredAt) || registered, command?.deliveredAt ?? null],
    [
      "Session started",
      command?.state === "succeeded" || registered,
      command?.state === "succeeded" ? command.finishedAt : null,
    ],
    ["Registered", registered, null],
  ];
  const next = reached.findIndex(([, done]) => !done);
  return reached.map(([label, done, at], index) => {
    if (done) return { label, state: "done", at };
    if (index === next) return { label, state: over ? "failed" : "now", at: over ? agent.statusSince : null };
    return { label, state: "ahead", at: null };
  });
}
