import { z } from "zod";
import { Timestamp } from "../contracts/index.ts";
import { SettingKey, SettingValue } from "./definitions.ts";

export const SettingItem = z.object({
  key: SettingKey,
  value: SettingValue,
  default: SettingValue,
  min: z.number().nullable(),
  max: z.number().nullable(),
  unit: z.string(),
  about: z.string(),
  updatedBy: z.string().nullable(),
  updatedAt: Timestamp.nullable(),
});
export type SettingItem = z.infer<typeof SettingItem>;
export const SettingList = z.object({ items: z.array(SettingItem) });

export const PutSetting = z.strictObject({
  key: SettingKey,
  value: SettingValue.nullable().describe("null: back to the default"),
});
export type PutSetting = z.infer<typeof PutSetting>;
