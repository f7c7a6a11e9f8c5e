import { given, instant, type Values } from "./filters.ts";
import type { MessageListInput } from "./types.ts";

/** What messages can be narrowed by, by the names in the address (CON-44). */
export const messageFilterNames = ["agent", "state", "channel", "from", "to"] as const;
export type MessageFilters = Values<(typeof messageFilterNames)[number]>;

const states: readonly string[] = ["waiting", "held", "delivered", "undeliverable"];

/** The input of `messages.list` that the filters mean. */
export const messageInput = ({ agent, state, channel, from, to }: MessageFilters, cursor: string) => ({
  ...given({ agentId: agent, channel, since: instant(from), until: instant(to), cursor }),
  ...(states.includes(state) ? { state: state as NonNullable<MessageListInput["state"]> } : {}),
});
