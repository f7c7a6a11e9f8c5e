import { z } from "zod";
import { router, scoped } from "../trpc.ts";
import { PutSetting, SettingList } from "./schema.ts";
import * as settings from "./service.ts";

export const settingsRouter = router({
  get: scoped("settings:read")
    .meta({ rest: "GET /settings" })
    .input(z.strictObject({}))
    .output(SettingList)
    .query(({ ctx }) => settings.get(ctx)),
  put: scoped("settings:write")
    .meta({ rest: "PUT /settings/{key}" })
    .input(PutSetting)
    .output(SettingList)
    .mutation(({ ctx, input }) => settings.put(ctx, input)),
});
