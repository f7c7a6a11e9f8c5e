import type { AppError } from "../errors.ts";
import type { FullRow } from "./mapper.ts";
import type { Addressed } from "./references.ts";

/** A message that has passed every check that needs no transaction. */
export interface Draft {
  sender: { kind: "agent" | "person" | "integration" | "relay"; agentId: string | null; name: string; key: string };
  recipients: Addressed[];
  /** What comes with it; linked in the same transaction (MSG-34). */
  artifactIds: string[];
  target: string;
  /** Thread that it goes on; null: its own. */
  threadId: number | null;
  replyTo: number | null;
  subject: string | null;
  body: string;
  channel: string | null;
  payload: string | null;
  attachments: string;
  priority: string;
  delivery: string;
  replyExpected: boolean;
  idempotencyKey: string | null;
  digest: string | null;
  /** Seconds. */
  deliverWithin: number;
}

/** Its id, and whether it is new; what is new comes with its first receipt. */
export interface Posting {
  id: number;
  created: boolean;
  row?: Pick<FullRow, "replyExpected" | "replyTo" | "deliveries">;
}

/** What became of a draft; or why it was not stored. */
export type Stored = Posting | { refused: AppError };
