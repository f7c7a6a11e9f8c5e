import { router, scoped } from "../trpc.ts";
import { ActivityPage, ListActivity } from "./schema.ts";
import * as activity from "./service.ts";

export const activityRouter = router({
  list: scoped("activity:read")
    .meta({ rest: "GET /activity" })
    .input(ListActivity)
    .output(ActivityPage)
    .query(({ ctx, input }) => activity.list(ctx, input)),
});
