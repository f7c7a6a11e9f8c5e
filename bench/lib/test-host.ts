import { clientOf } from "../../tests/support/client.ts";
import { registerHost } from "../../tests/support/played-host.ts";
import type { LoneRelay } from "./relay.ts";

const gone = { reason: "provider_missing", message: "This host runs nothing" };

/**
 * A played host that runs nothing: it tells `arrived` of each command, by its agent's id, and of each request for
 * directories, by the path, and then refuses the one and answers the other.
 */
export async function refusingHost(
  { relay, adminToken }: Pick<LoneRelay, "relay" | "adminToken">,
  id: string,
  arrived: (key: string) => void,
) {
  const host = await registerHost(relay.url, clientOf(relay.url, adminToken), { id });
  const { proof } = host;
  const settling = new Map<string, Promise<unknown>>();
  const refuse = (commandId: string) =>
    host.relay.commands.report.mutate({ ...proof, report: { commandId, state: "failed", error: gone } });
  host.relay.commands.subscribe.subscribe(proof, {
    onData(item) {
      const data = "data" in item ? item.data : item;
      if (data.kind === "command") {
        const { id: commandId, agentId } = data.command;
        arrived(agentId ?? commandId);
        settling.set(agentId ?? commandId, refuse(commandId));
      } else if (data.request.type === "directories") {
        const { path } = data.request;
        arrived(path ?? "");
        const answer = { path: path ?? "/", directories: [], truncated: false };
        void host.relay.commands.answer.mutate({ ...proof, requestId: data.requestId, answer });
      }
    },
  });
  return {
    drop: host.drop,
    /** Resolves once the relay knows that the command of this agent, which has arrived, is over. */
    settled: async (agentId: string) => void (await settling.get(agentId)),
  };
}
