import { router, scoped } from "../trpc.ts";
import { GetRepository, ListRepositories, PutRepository, Repository, RepositoryPage } from "./schema.ts";
import * as repositories from "./service.ts";

export const repositoriesRouter = router({
  list: scoped("agent:read", "agent:write")
    .meta({ rest: "GET /repositories" })
    .input(ListRepositories)
    .output(RepositoryPage)
    .query(({ ctx, input }) => repositories.list(ctx, input)),
  get: scoped("agent:read", "agent:write")
    .meta({ rest: "GET /repositories/{repository}" })
    .input(GetRepository)
    .output(Repository)
    .query(({ ctx, input }) => repositories.get(ctx, input)),
  put: scoped("settings:write")
    .meta({ rest: "PUT /repositories/{repository}" })
    .input(PutRepository)
    .output(Repository)
    .mutation(({ ctx, input }) => repositories.put(ctx, input)),
});
