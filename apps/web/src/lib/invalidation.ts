import type { AppRouter } from "@signalbox/api";
import type { RelayEvent } from "@signalbox/api/contracts";
import type { QueryKey } from "@tanstack/react-query";
import type { TRPCOptionsProxy } from "@trpc/tanstack-react-query";

type Trpc = TRPCOptionsProxy<AppRouter>;
type Kind = Exclude<RelayEvent["type"], "hello">;

/** Which reads a change may have made old. A read of one thing is named with its id, so that others are left alone. */
const concerned: { [K in Kind]: (trpc: Trpc, id: string) => QueryKey[] } = {
  agent: (trpc, id) => [
    trpc.agents.list.pathKey(),
    trpc.agents.get.queryKey({ agentId: id }),
    trpc.agents.timeline.queryKey({ agentId: id }),
    trpc.orchestrators.pathKey(),
    trpc.profiles.pathKey(),
    // Whether a message can be sent again depends on the agent. Other lists tell its name alone, and wait for the next message.
    ...[trpc.messages.thread.pathKey(), trpc.messages.recipients.pathKey()],
    trpc.messages.list.queryKey({ state: "undeliverable", sender: "person" }),
  ],
  host: (trpc) => [trpc.orchestrators.pathKey()],
  workspace: (trpc, id) => [
    trpc.workspaces.list.pathKey(),
    trpc.workspaces.get.queryKey({ workspaceId: id }),
    trpc.workspaces.queue.pathKey(),
    trpc.workspaces.diff.queryKey({ workspaceId: id }),
  ],
  command: (trpc, id) => [
    trpc.commands.get.queryKey({ commandId: id }),
    trpc.commands.list.pathKey(),
    trpc.agents.get.pathKey(),
    trpc.workspaces.queue.pathKey(),
  ],
  activity: (trpc) => [trpc.activity.pathKey(), trpc.agents.timeline.pathKey()],
  token: (trpc) => [trpc.auth.whoami.pathKey(), trpc.tokens.pathKey()],
  setting: (trpc) => [trpc.settings.pathKey()],
  profile: (trpc) => [trpc.profiles.pathKey()],
  message: (trpc) => [trpc.messages.pathKey()],
  repository: (trpc) => [trpc.repositories.pathKey()],
};

/** The query keys that an event makes old. */
export const keysOf = (trpc: Trpc, event: Exclude<RelayEvent, { type: "hello" }>): QueryKey[] =>
  concerned[event.type](trpc, event.id);
