import { activityRouter } from "./activity/router.ts";
import { agentsRouter } from "./agents/router.ts";
import { artifactsRouter } from "./artifacts/router.ts";
import { commandsRouter } from "./commands/router.ts";
import { eventsRouter } from "./events/router.ts";
import { authRouter, tokensRouter } from "./identity/router.ts";
import { logsRouter } from "./logs/router.ts";
import { messagesRouter } from "./messages/router.ts";
import { orchestratorsRouter } from "./orchestrators/router.ts";
import { profilesRouter } from "./profiles/router.ts";
import { repositoriesRouter } from "./repositories/router.ts";
import { settingsRouter } from "./settings/router.ts";
import { terminalsRouter } from "./terminals/router.ts";
import { createCallerFactory, router } from "./trpc.ts";
import { workspacesRouter } from "./workspaces/router.ts";

/** Everything the relay can be asked to do. */
export const appRouter = router({
  auth: authRouter,
  tokens: tokensRouter,
  profiles: profilesRouter,
  orchestrators: orchestratorsRouter,
  commands: commandsRouter,
  agents: agentsRouter,
  messages: messagesRouter,
  workspaces: workspacesRouter,
  repositories: repositoriesRouter,
  terminals: terminalsRouter,
  logs: logsRouter,
  artifacts: artifactsRouter,
  activity: activityRouter,
  events: eventsRouter,
  settings: settingsRouter,
});
export type AppRouter = typeof appRouter;

export const createCaller = createCallerFactory(appRouter);
