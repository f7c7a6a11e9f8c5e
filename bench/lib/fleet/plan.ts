import type { Report } from "../../../apps/orchestrator/src/sessions/sessions.ts";
import type { RegisterHost } from "../../../packages/api/src/contracts/index.ts";

/** An agent of a played host: what its runner and its host say of it. */
export interface PlannedAgent {
  token: string;
  report: Report;
}

/** A played host with its agents. */
export interface PlannedHost {
  host: Omit<RegisterHost, "providers">;
  token: string;
  agents: PlannedAgent[];
}

/** What a load program is to keep connected: to the relay, or bare subscriptions to the floor. */
export type Plan =
  | { kind: "relay"; url: string; hosts: PlannedHost[] }
  | { kind: "bare"; url: string; topics: string[] };

/** To a load program. */
export type Order = { type: "connect"; plan: Plan } | { type: "again" };

/** From a load program; times are milliseconds since the epoch. */
export type News =
  /** So many of its connections have been greeted since the last order. */
  | { type: "greeted"; count: number; of: number }
  /** All have: the time of each, of which the last is when all were. */
  | { type: "all"; at: number[] }
  /** A host has this agent's command, or this topic's subscriber its item. */
  | { type: "arrived"; key: string; at: number };
