import { z } from "zod";
import { Id, type TerminalChunk } from "../contracts/index.ts";

export const AttachTerminal = z.strictObject({ agentId: Id });
export type AttachTerminal = z.infer<typeof AttachTerminal>;

/** `attached` comes first and says whether typing is allowed (HST-45). */
export type TerminalItem = { type: "attached"; viewOnly: boolean } | TerminalChunk;

export const TerminalInput = z.strictObject({
  agentId: Id,
  data: z
    .string()
    .min(1)
    .max(64 * 1024)
    .describe("What was typed, at most 64 KiB"),
});
export type TerminalInput = z.infer<typeof TerminalInput>;

export const ResizeTerminal = z.strictObject({
  agentId: Id,
  cols: z.number().int().min(20).max(500),
  rows: z.number().int().min(5).max(200),
});
export type ResizeTerminal = z.infer<typeof ResizeTerminal>;

export const TerminalOk = z.object({ ok: z.literal(true) });
