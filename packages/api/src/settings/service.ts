import { record } from "../activity/record.ts";
import type { Authed, Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { transact } from "../unit.ts";
import { definitions, rangeOf, type SettingKey, type Settings } from "./definitions.ts";
import type { PutSetting, SettingItem } from "./schema.ts";

/** Takes the stored values over the defaults; called at the start. */
export async function loadSettings({ db, settings }: Pick<Services, "db" | "settings">): Promise<void> {
  for (const { key, value } of await db.client.setting.findMany()) {
    if (key in definitions) Object.assign(settings, { [key]: JSON.parse(value) });
  }
}

/** Every setting with value, default, range and who changed it last (CON-51). */
export async function get(ctx: Pick<Services, "db" | "settings">): Promise<{ items: SettingItem[] }> {
  const stored = new Map((await ctx.db.client.setting.findMany()).map((row) => [row.key, row]));
  const items = (Object.keys(definitions) as SettingKey[]).map((key) => {
    const { fallback, unit, about } = definitions[key];
    const row = stored.get(key);
    return {
      key,
      value: ctx.settings[key],
      default: structuredClone(fallback) as SettingItem["default"],
      ...rangeOf(key),
      unit,
      about,
      updatedBy: row?.updatedBy ?? null,
      updatedAt: row?.updatedAt.toISOString() ?? null,
    };
  });
  return { items };
}

/** Changes one setting, or puts it back to its default. */
export async function put(ctx: Authed, { key, value }: PutSetting): Promise<{ items: SettingItem[] }> {
  const { schema, fallback, unit } = definitions[key];
  const checked = schema.safeParse(value ?? fallback);
  if (!checked.success) {
    const { min, max } = rangeOf(key);
    const takes = min === null ? `a list of ${unit}` : `${min} to ${max} ${unit}`;
    throw new AppError("Invalid", `${key} takes ${takes}`, { field: "value" });
  }
  await transact(ctx, async (unit_) => {
    if (value === null) await unit_.tx.setting.deleteMany({ where: { key } });
    else {
      const data = { value: JSON.stringify(value), updatedBy: ctx.caller.actor, updatedAt: unit_.now };
      await unit_.tx.setting.upsert({ where: { key }, create: { key, ...data }, update: data });
    }
    await record(ctx, unit_, {
      clientId: `setting:${key}:${ctx.requestId}`,
      kind: "setting",
      view: "settings",
      title: `${key} is ${[checked.data].flat().join(", ") || "empty"} (${unit})`,
      actor: ctx.caller.actor,
      requestId: ctx.requestId,
    });
    unit_.publish({ type: "setting", id: key });
    // What is over by the new time is not left for the hour.
    if (key.startsWith("workspaces.")) unit_.ring("retention");
  });
  Object.assign(ctx.settings satisfies Settings, { [key]: checked.data });
  return get(ctx);
}
