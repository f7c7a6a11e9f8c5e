import { z } from "zod";
import { Id, LogLines, mostLogLines, OrchestratorId } from "../contracts/index.ts";

const Cursor = z.string().min(1).max(400);

export const ReadLogs = z.strictObject({
  agentId: Id.optional().describe("What this agent's session wrote; or name a host"),
  orchestratorId: OrchestratorId.optional().describe("What this host's daemon wrote; or name an agent"),
  tail: z.number().int().min(1).max(mostLogLines).default(200).describe("Lines at most"),
  cursor: Cursor.optional().describe(
    "From an earlier answer: the lines after it. Without cursor and before the last ones",
  ),
  before: Cursor.optional().describe("The earlier of an answer: the lines before it"),
  search: z.string().max(200).optional().describe("Only lines with this text, in any case; at most 200 characters"),
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(25)
    .default(0)
    .describe("Wait so long for something after cursor; 0 to 25 s"),
});
export type ReadLogs = z.infer<typeof ReadLogs>;

/** HST-48. */
export const LogPage = LogLines.extend({
  cursor: Cursor.describe("Where reading goes on: pass it back, with waitSeconds to follow"),
  earlier: Cursor.nullable().describe(
    "Pass as before for older lines; null at the oldest that is kept, and after cursor",
  ),
  commandId: z.string().nullable().describe("Command that made the session of these lines; null for a host's own log"),
  ended: z.boolean().describe("The session was over before this was read: nothing follows"),
});
export type LogPage = z.infer<typeof LogPage>;
