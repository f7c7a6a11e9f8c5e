import { router, scoped } from "../trpc.ts";
import {
  AgentProfile,
  GetProfile,
  ListProfiles,
  ProfilePage,
  PutProfile,
  PutProfileAnswer,
  RemovedProfile,
} from "./schema.ts";
import * as profiles from "./service.ts";

export const profilesRouter = router({
  list: scoped("profile:read")
    .meta({ rest: "GET /profiles" })
    .input(ListProfiles)
    .output(ProfilePage)
    .query(({ ctx, input }) => profiles.list(ctx, input)),
  get: scoped("profile:read")
    .meta({ rest: "GET /profiles/{name}" })
    .input(GetProfile)
    .output(AgentProfile)
    .query(({ ctx, input }) => profiles.get(ctx, input)),
  put: scoped("profile:write")
    .meta({ rest: "PUT /profiles/{name}" })
    .input(PutProfile)
    .output(PutProfileAnswer)
    .mutation(({ ctx, input }) => profiles.put(ctx, input)),
  remove: scoped("profile:write")
    .meta({ rest: "DELETE /profiles/{name}" })
    .input(GetProfile)
    .output(RemovedProfile)
    .mutation(({ ctx, input }) => profiles.remove(ctx, input)),
});
