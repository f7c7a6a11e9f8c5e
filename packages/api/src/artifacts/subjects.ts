import type { Authed, Services } from "../context.ts";
import type { Tx } from "../unit.ts";
import type { ArtifactSubject } from "./schema.ts";

type Reads = Tx | Services["db"]["client"];
type Lookup = (db: Reads, id: string) => Promise<unknown>;

/** Finds what an artifact is to belong to. */
const lookups: Record<ArtifactSubject, Lookup> = {
  // There are no messages in this version: none is known.
  message: async () => null,
  workspace: (db, id) => db.workspace.findUnique({ where: { id }, select: { id: true } }),
  agent: (db, id) => db.agent.findUnique({ where: { id }, select: { id: true } }),
  command: (db, id) => db.command.findUnique({ where: { id }, select: { id: true } }),
  activity: (db, id) => db.activity.findUnique({ where: { id }, select: { id: true } }),
};

export const exists = async (db: Reads, subject: ArtifactSubject, id: string): Promise<boolean> =>
  (await lookups[subject](db, id)) !== null;

/** Ids of the messages that came to this agent and have an artifact; there are no messages in this version. */
export const messagesTo = async (_ctx: Authed, _agentId: string): Promise<string[]> => [];
