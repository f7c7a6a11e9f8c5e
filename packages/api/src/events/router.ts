import { router, scoped } from "../trpc.ts";
import { subscribe } from "./service.ts";

export const eventsRouter = router({
  subscribe: scoped("agent:read", "orchestrator:read", "activity:read").subscription(({ ctx, signal }) =>
    subscribe(ctx, signal),
  ),
});
