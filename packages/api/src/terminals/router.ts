import { router, scoped } from "../trpc.ts";
import { AttachTerminal, ResizeTerminal, TerminalInput, TerminalOk } from "./schema.ts";
import * as terminals from "./service.ts";

export const terminalsRouter = router({
  attach: scoped("terminal:attach")
    .input(AttachTerminal)
    .subscription(({ ctx, input, signal }) => terminals.attach(ctx, input, signal)),
  input: scoped("terminal:attach")
    .meta({ anyText: "data" })
    .input(TerminalInput)
    .output(TerminalOk)
    .mutation(({ ctx, input }) => terminals.input(ctx, input)),
  resize: scoped("terminal:attach")
    .input(ResizeTerminal)
    .output(TerminalOk)
    .mutation(({ ctx, input }) => terminals.resize(ctx, input)),
});
