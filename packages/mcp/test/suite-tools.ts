import { setTimeout as delay } from "node:timers/promises";
import { AppError, open, router, type ToolMeta } from "@signalbox/api";
import { z } from "zod";

/** In the order in which they are listed. */
export const suiteToolNames = [
  "test_simple_text",
  "test_error_handling",
  "test_tool_with_progress",
  "test_logging_tool",
];

const Said = z.object({ text: z.string() });

const tool = (name: string, description: string) => ({
  // The suite fixes these names; the product's own all begin with relay_.
  mcp: { name: name as ToolMeta["name"], title: description, description },
});

const nothing = z.strictObject({});

/** The tools that the suite calls, as far as a tool of the relay could be such a one; each is declared as the relay's are. */
export const suiteTools = router({
  text: open()
    .meta(tool("test_simple_text", "Answers a text"))
    .input(nothing)
    .output(Said)
    .query(() => ({ text: "This is a simple text response for testing." })),
  error: open()
    .meta(tool("test_error_handling", "Always fails"))
    .input(nothing)
    .output(Said)
    .query(() => {
      throw new AppError("Conflict", "This tool intentionally returns an error for testing");
    }),
  progress: open()
    .meta(tool("test_tool_with_progress", "Waits a little and tells how it goes"))
    .input(z.strictObject({ wait: z.boolean().default(true) }))
    .output(Said)
    .query(async () => {
      await delay(1_000);
      return { text: "Waited." };
    }),
  logging: open()
    .meta(tool("test_logging_tool", "Writes to the relay's own log, which is no client's"))
    .input(nothing)
    .output(Said)
    .query(({ ctx }) => {
      ctx.log.info({ requestId: ctx.requestId }, "a fixture tool was called");
      return { text: "Logged." };
    }),
});
