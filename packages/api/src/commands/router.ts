import { Command } from "../contracts/index.ts";
import { router, scoped } from "../trpc.ts";
import { cancel } from "./cancel.ts";
import { Answer, Answered, CancelCommand, CommandPage, GetCommand, ListCommands, Report, Subscribe } from "./schema.ts";
import * as commands from "./service.ts";

export const commandsRouter = router({
  subscribe: scoped("command:read")
    .input(Subscribe)
    .subscription(({ ctx, input, signal }) => commands.subscribe(ctx, input, signal)),
  report: scoped("command:write")
    .input(Report)
    .output(Command)
    .mutation(({ ctx, input }) => commands.report(ctx, input)),
  answer: scoped("command:write")
    .input(Answer)
    .output(Answered)
    .mutation(({ ctx, input }) => commands.answer(ctx, input)),
  list: scoped("command:read")
    .meta({ rest: "GET /commands" })
    .input(ListCommands)
    .output(CommandPage)
    .query(({ ctx, input }) => commands.list(ctx, input)),
  get: scoped("command:read")
    .meta({ rest: "GET /commands/{commandId}" })
    .input(GetCommand)
    .output(Command)
    .query(({ ctx, input }) => commands.get(ctx, input)),
  cancel: scoped("command:write")
    .meta({ rest: "POST /commands/{commandId}/cancel" })
    .input(CancelCommand)
    .output(Command)
    .mutation(({ ctx, input }) => cancel(ctx, input)),
});
