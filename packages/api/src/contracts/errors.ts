import { z } from "zod";

/** Every failure that leaves the process carries one of these (MCP-32). */
export const ErrorCode = z.enum([
  "NotFound",
  "Invalid",
  "Forbidden",
  "Unauthenticated",
  "Conflict",
  "QuotaReached",
  "Unavailable",
  "Internal",
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** The same failure on every surface: tRPC (`error.data.problem`), REST (body) and MCP (`structuredContent.error`). */
export const Problem = z.object({
  code: ErrorCode,
  message: z.string().describe("For people: names the field or id, the limit, and what is wrong"),
  next: z.string().describe("One sentence: what to do now"),
  requestId: z.string().describe("Also in the relay's log"),
  field: z.string().optional(),
  limit: z.number().optional(),
  retryAfterSeconds: z.number().optional(),
  protocolVersions: z
    .array(z.number().int())
    .optional()
    .describe("Protocol versions that the relay speaks, where it refuses a host for its own (HST-03)"),
});
export type Problem = z.infer<typeof Problem>;
