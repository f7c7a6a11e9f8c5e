import type { Relay } from "../../apps/orchestrator/src/link/connection.ts";
import { protocolVersion } from "../../packages/api/src/contracts/index.ts";

const shell = {
  provider: "shell" as const,
  available: true,
  reason: null,
  version: "5",
  approvalModes: ["open" as const],
};
const gone = { reason: "provider_missing", message: "This host runs nothing" };

/**
 * A host that runs nothing: it tells `arrived` of each command, by its agent's id, and of each request for directories,
 * by the path, and then refuses the one and answers the other.
 */
export async function registerTestHost(relay: Relay, id: string, arrived: (key: string) => void) {
  const proof = { orchestratorId: id, instanceId: "instance-1" };
  const providers = [shell];
  await relay.orchestrators.register.mutate({
    id,
    instanceId: proof.instanceId,
    bootId: "boot-1",
    hostname: id,
    platform: "test",
    version: "0.1.0",
    protocolVersion,
    baseDir: "/",
    providers,
    maxSessions: 1000,
  });
  const settling = new Map<string, Promise<unknown>>();
  const refuse = (commandId: string) =>
    relay.commands.report.mutate({ ...proof, report: { commandId, state: "failed", error: gone } });
  relay.commands.subscribe.subscribe(proof, {
    onData(item) {
      const data = "data" in item ? item.data : item;
      if (data.kind === "command") {
        const { id: commandId, agentId } = data.command;
        arrived(agentId ?? commandId);
        settling.set(agentId ?? commandId, refuse(commandId));
      } else if (data.request.type === "directories") {
        const { path } = data.request;
        arrived(path ?? "");
        void relay.commands.answer.mutate({ ...proof, requestId: data.requestId, answer: directoriesAt(path ?? "/") });
      }
    },
  });
  return {
    /** Resolves once the relay knows that the command of this agent, which has arrived, is over. */
    settled: async (agentId: string) => void (await settling.get(agentId)),
  };
}

const directoriesAt = (path: string) => ({ path, directories: [], truncated: false });
