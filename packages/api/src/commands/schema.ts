import { z } from "zod";
import { Command, CommandReport, HostAnswer, HostProof, type HostRequest, Id, NextCursor } from "../contracts/index.ts";

export const Subscribe = z.strictObject({ ...HostProof.shape, lastEventId: z.string().max(60).nullish() });
export type Subscribe = z.infer<typeof Subscribe>;

/** What the stream carries: durable commands, tracked by number, and requests that are not kept. */
export type StreamItem =
  | { kind: "command"; command: z.infer<typeof Command> }
  | { kind: "request"; requestId: string; request: z.infer<typeof HostRequest> };

export const Report = z.strictObject({ ...HostProof.shape, report: CommandReport });
export type Report = z.infer<typeof Report>;

export const Answer = z.strictObject({ ...HostProof.shape, ...HostAnswer.shape });
export type Answer = z.infer<typeof Answer>;

export const Answered = z.object({ wanted: z.boolean().describe("false: nobody waits any more; stop answering") });

export const GetCommand = z.strictObject({ commandId: Id });

export const CancelCommand = z.strictObject({
  commandId: Id,
  reason: z.string().max(500).optional().describe("Kept in the activity"),
});
export type CancelCommand = z.infer<typeof CancelCommand>;

export const ListCommands = z.strictObject({
  orchestratorId: Id.optional(),
  agentId: Id.optional(),
  workspaceId: Id.optional(),
  cursor: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListCommands = z.infer<typeof ListCommands>;

export const CommandPage = z.object({ items: z.array(Command), nextCursor: NextCursor });
export type CommandPage = z.infer<typeof CommandPage>;
