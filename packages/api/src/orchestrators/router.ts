import { answers, RegisteredHost, RegisterHost } from "../contracts/index.ts";
import { router, scoped } from "../trpc.ts";
import * as draining from "./drain.ts";
import { remove } from "./remove.ts";
import {
  DrainHost,
  GetHost,
  Heartbeat,
  Host,
  HostPage,
  ListDirectories,
  ListHosts,
  Ok,
  RemovedHost,
  RemoveHost,
  ReportAgents,
  ReportedAgents,
} from "./schema.ts";
import * as orchestrators from "./service.ts";

export const orchestratorsRouter = router({
  register: scoped("orchestrator:write")
    .input(RegisterHost)
    .output(RegisteredHost)
    .mutation(({ ctx, input }) => orchestrators.register(ctx, input)),
  heartbeat: scoped("orchestrator:write")
    .input(Heartbeat)
    .output(Ok)
    .mutation(({ ctx, input }) => orchestrators.heartbeat(ctx, input)),
  reportAgents: scoped("orchestrator:write")
    .input(ReportAgents)
    .output(ReportedAgents)
    .mutation(({ ctx, input }) => orchestrators.reportAgents(ctx, input)),
  list: scoped("orchestrator:read", "agent:read")
    .meta({ rest: "GET /orchestrators" })
    .input(ListHosts)
    .output(HostPage)
    .query(({ ctx, input }) => orchestrators.list(ctx, input)),
  get: scoped("orchestrator:read", "agent:read")
    .meta({ rest: "GET /orchestrators/{id}" })
    .input(GetHost)
    .output(Host)
    .query(({ ctx, input }) => orchestrators.get(ctx, input)),
  directories: scoped("orchestrator:read")
    .meta({ rest: "GET /orchestrators/{orchestratorId}/directories" })
    .input(ListDirectories)
    .output(answers.directories)
    .query(({ ctx, input }) => orchestrators.directories(ctx, input)),
  drain: scoped("orchestrator:write")
    .meta({ rest: "POST /orchestrators/{id}/drain" })
    .input(DrainHost)
    .output(Host)
    .mutation(({ ctx, input }) => draining.drain(ctx, input)),
  remove: scoped("orchestrator:write")
    .meta({ rest: "DELETE /orchestrators/{id}" })
    .input(RemoveHost)
    .output(RemovedHost)
    .mutation(({ ctx, input }) => remove(ctx, input)),
});
