import { z } from "zod";
import { Id, NextCursor, Timestamp } from "../contracts/index.ts";

/** Who did what, to what, on whose behalf (IDN-57). */
export const Activity = z.object({
  id: Id,
  at: Timestamp,
  clientId: z.string(),
  kind: z.string(),
  view: z.string().describe("Page that it belongs to"),
  title: z.string(),
  body: z.string().nullable(),
  meta: z.string().nullable(),
  icon: z.string().nullable(),
  actor: z.string(),
  onBehalfOf: z.string(),
  agentId: z.string().nullable(),
  requestId: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
});
export type Activity = z.infer<typeof Activity>;

export const ListActivity = z.strictObject({
  kind: z.string().max(60).optional(),
  actor: Id.optional().describe("Who did it"),
  onBehalfOf: Id.optional().describe("Person or policy at the root"),
  agentId: Id.optional().describe("Agent concerned"),
  host: Id.optional().describe("Host on which it happened"),
  text: z.string().max(200).optional().describe("Part of its title or body"),
  from: Timestamp.optional().describe("Not before"),
  to: Timestamp.optional().describe("Not after"),
  cursor: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListActivity = z.infer<typeof ListActivity>;

export const ActivityPage = z.object({ items: z.array(Activity), nextCursor: NextCursor });
export type ActivityPage = z.infer<typeof ActivityPage>;
