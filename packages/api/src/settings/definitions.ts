import { z } from "zod";
import { HostSettings, usualHostSettings } from "../contracts/index.ts";

const number = (min: number, max: number) => z.number().int().min(min).max(max);

/** Every setting there is: its schema with the range, its default, its unit and what it does. */
export const definitions = {
  "presence.staleSeconds": {
    schema: number(5, 600),
    fallback: 15,
    unit: "s",
    about: "From the loss of a connection until a host or agent is stale (HST-11)",
  },
  "presence.offlineSeconds": {
    schema: number(10, 86_400),
    fallback: 60,
    unit: "s",
    about: "From the loss of a connection until a host or agent is offline (HST-11)",
  },
  "agents.registerWithinSeconds": {
    schema: number(10, 600),
    fallback: 60,
    unit: "s",
    about: "Time for a runner to register after its session was made (SPN-46)",
  },
  "agents.topLevelPerAgent": {
    schema: number(0, 100),
    fallback: 10,
    unit: "agents",
    about: "Live top-level agents that one agent may have started (SPN-40)",
  },
  "tokens.integrationPerMinute": {
    schema: number(1, 6_000),
    fallback: 120,
    unit: "calls/min",
    about: "Calls that one integration token may make (IDN-38)",
  },
  "messages.injectWithinSeconds": {
    schema: number(10, 86_400),
    fallback: 600,
    unit: "s",
    about: "Until a message must be in its recipient's session, where the sender names no time (MSG-56)",
  },
  "messages.ratePerMinute": {
    schema: number(1, 6_000),
    fallback: 60,
    unit: "messages/min",
    about: "Messages that one agent may send, replies included (MSG-37)",
  },
  "messages.loopExchanges": {
    schema: number(0, 1_000),
    fallback: 6,
    unit: "exchanges",
    about: "Between two agents before what follows is held for a person; 0: never held (MSG-60)",
  },
  "messages.loopMinutes": {
    schema: number(1, 1_440),
    fallback: 10,
    unit: "min",
    about: "Over which exchanges are counted (MSG-60)",
  },
  "messages.retentionDays": {
    schema: number(1, 3_650),
    fallback: 30,
    unit: "days",
    about: "From a message's last rung until it is removed (MSG-68)",
  },
  "logs.retentionDays": {
    schema: HostSettings.shape.logRetentionDays,
    fallback: usualHostSettings.logRetentionDays,
    unit: "days",
    about: "From the end of a session until its host removes its log; a host takes a change when it registers (HST-49)",
  },
  "artifacts.largestMiB": {
    schema: number(1, 50),
    fallback: 50,
    unit: "MiB",
    about: "Largest artifact; over MCP at most 5 MiB (MCP-52)",
  },
  "artifacts.totalMiB": {
    schema: number(1, 1_048_576),
    fallback: 1_024,
    unit: "MiB",
    about: "Size of all artifacts together, equal content counted once (MCP-61)",
  },
  "artifacts.retentionDays": {
    schema: number(1, 3_650),
    fallback: 30,
    unit: "days",
    about: "From the upload of an artifact until it is removed, unless something keeps it (MCP-58)",
  },
  "workspaces.abandonDays": {
    schema: number(1, 365),
    fallback: 7,
    unit: "days",
    about: "From the end of an agent that left work until its workspace is given up, the work kept (WSP-64)",
  },
  "workspaces.landedDays": {
    schema: number(0, 365),
    fallback: 1,
    unit: "days",
    about: "From a workspace's landing until its worktree is kept and removed (WSP-66)",
  },
  "workspaces.abandonedDays": {
    schema: number(0, 365),
    fallback: 7,
    unit: "days",
    about: "From giving a workspace up until its worktree is kept and removed (WSP-66)",
  },
  "workspaces.closedDays": {
    schema: number(0, 365),
    fallback: 3,
    unit: "days",
    about: "From the closing of a workspace's pull request until its worktree is kept and removed (WSP-66)",
  },
  "workspaces.keptDays": {
    schema: number(1, 3_650),
    fallback: 30,
    unit: "days",
    about: "From the removal of a worktree until its kept work goes as well, for good (WSP-66)",
  },
  trustedProxies: {
    schema: z.array(z.string().min(1).max(100)).max(50),
    fallback: [] as string[],
    unit: "addresses",
    about: "Proxies whose X-Forwarded-For counts (IDN-55)",
  },
} as const satisfies Record<string, { schema: z.ZodType; fallback: unknown; unit: string; about: string }>;

export type SettingKey = keyof typeof definitions;
export const SettingKey = z.enum(Object.keys(definitions) as [SettingKey, ...SettingKey[]]);
export type Settings = { -readonly [K in SettingKey]: z.infer<(typeof definitions)[K]["schema"]> };

/** A value of some setting; which it may be is the setting's own schema. */
export const SettingValue = z.union([z.number(), z.array(z.string())]);

export const defaultSettings = (): Settings =>
  Object.fromEntries(
    Object.entries(definitions).map(([key, { fallback }]) => [key, structuredClone(fallback)]),
  ) as Settings;

/** Smallest and largest value of a number; null for what is no number. */
export function rangeOf(key: SettingKey): { min: number | null; max: number | null } {
  const { schema } = definitions[key];
  return schema instanceof z.ZodNumber ? { min: schema.minValue, max: schema.maxValue } : { min: null, max: null };
}
