import { z } from "zod";

/** What the console's one stream says (CON-57): something changed; read it again. `hello` opens every connection. */
export const RelayEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), version: z.string(), startedAt: z.string() }),
  z.object({ type: z.literal("agent"), id: z.string() }),
  z.object({ type: z.literal("host"), id: z.string() }),
  z.object({ type: z.literal("workspace"), id: z.string() }),
  z.object({ type: z.literal("command"), id: z.string() }),
  z.object({ type: z.literal("activity"), id: z.string() }),
  z.object({ type: z.literal("token"), id: z.string() }),
  z.object({ type: z.literal("setting"), id: z.string() }),
  z.object({ type: z.literal("profile"), id: z.string() }),
  z.object({ type: z.literal("message"), id: z.string() }),
  z.object({ type: z.literal("repository"), id: z.string() }),
]);
export type RelayEvent = z.infer<typeof RelayEvent>;
