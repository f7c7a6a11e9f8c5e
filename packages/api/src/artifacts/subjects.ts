import type { Authed, Services } from "../context.ts";
import type { Tx } from "../unit.ts";
import type { ArtifactSubject } from "./schema.ts";

type Reads = Tx | Services["db"]["client"];
type Lookup = (db: Reads, id: string) => Promise<unknown>;

/** Finds what an artifact is to belong to. */
const lookups: Record<ArtifactSubject, Lookup> = {
  message: async (db, id) =>
    /^[1-9]\d{0,8}$/.test(id) ? db.message.findUnique({ where: { id: Number(id) }, select: { id: true } }) : null,
  workspace: (db, id) => db.workspace.findUnique({ where: { id }, select: { id: true } }),
  agent: (db, id) => db.agent.findUnique({ where: { id }, select: { id: true } }),
  command: (db, id) => db.command.findUnique({ where: { id }, select: { id: true } }),
  activity: (db, id) => db.activity.findUnique({ where: { id }, select: { id: true } }),
};

export const exists = async (db: Reads, subject: ArtifactSubject, id: string): Promise<boolean> =>
  (await lookups[subject](db, id)) !== null;

/** Ids of the messages that came to this agent and have an artifact; what is held has not come yet (MSG-60). */
export async function messagesTo({ db: { client } }: Pick<Authed, "db">, agentId: string): Promise<string[]> {
  const links = await client.artifactLink.findMany({
    where: { subject: "message" },
    distinct: ["subjectId"],
    select: { subjectId: true },
  });
  const ids = links.map(({ subjectId }) => Number(subjectId));
  const came = await client.delivery.findMany({
    where: { agentId, messageId: { in: ids }, state: { not: "held" } },
    select: { messageId: true },
  });
  return came.map(({ messageId }) => String(messageId));
}
