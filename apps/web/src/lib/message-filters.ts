import { deliveryStates } from "@signalbox/api/contracts";
import { given, instant, type Values } from "./filters.ts";

/** What messages can be narrowed by, by the names in the address (CON-44). */
export const messageFilterNames = ["agent", "state", "channel", "from", "to"] as const;
export type MessageFilters = Values<(typeof messageFilterNames)[number]>;

/** The input of `messages.list` that the filters mean. */
export function messageInput({ agent, state, channel, from, to }: MessageFilters, cursor: string) {
  const known = deliveryStates.find((one) => one === state);
  return {
    ...given({ agentId: agent, channel, since: instant(from), until: instant(to), cursor }),
    ...(known ? { state: known } : {}),
  };
}
