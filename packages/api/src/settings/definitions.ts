import { z } from "zod";

const seconds = (min: number, max: number) => z.number().int().min(min).max(max);

/** Every setting there is: its range, default, unit and what it does. */
export const definitions = {
  "presence.staleSeconds": {
    schema: seconds(5, 600),
    fallback: 15,
    unit: "s",
    about: "From the loss of a connection until a host or agent is stale (HST-11)",
  },
  "presence.offlineSeconds": {
    schema: seconds(10, 86_400),
    fallback: 60,
    unit: "s",
    about: "From the loss of a connection until a host or agent is offline (HST-11)",
  },
  "agents.registerWithinSeconds": {
    schema: seconds(10, 600),
    fallback: 60,
    unit: "s",
    about: "Time for a runner to register after its session was made (SPN-46)",
  },
} as const satisfies Record<string, { schema: z.ZodNumber; fallback: number; unit: string; about: string }>;

export type SettingKey = keyof typeof definitions;
export const SettingKey = z.enum(Object.keys(definitions) as [SettingKey, ...SettingKey[]]);
export type Settings = Record<SettingKey, number>;

export const defaultSettings = (): Settings =>
  Object.fromEntries(Object.entries(definitions).map(([key, { fallback }]) => [key, fallback])) as Settings;
