import { given, instant, type Values } from "./filters.ts";

/** What the activity can be narrowed by, by its names in the address (CON-47). */
export const activityFilterNames = ["text", "kind", "actor", "root", "agent", "host", "from", "to"] as const;
export type ActivityFilters = Values<(typeof activityFilterNames)[number]>;

/** The input of `activity.list` that the filters mean. */
export const activityInput = ({ root, agent, from, to, ...same }: ActivityFilters, cursor: string) =>
  given({ ...same, onBehalfOf: root, agentId: agent, from: instant(from), to: instant(to), cursor });
