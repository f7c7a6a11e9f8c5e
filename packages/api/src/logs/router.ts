import { router, scoped } from "../trpc.ts";
import { LogPage, ReadLogs } from "./schema.ts";
import * as logs from "./service.ts";

export const logsRouter = router({
  read: scoped("logs:read")
    .meta({ rest: "GET /logs" })
    .input(ReadLogs)
    .output(LogPage)
    .query(({ ctx, input, signal }) => logs.read(ctx, input, signal)),
});
