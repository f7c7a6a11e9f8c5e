import type { Services } from "../context.ts";
import { DeliveryState, MessageId } from "../contracts/index.ts";
import type { Tx } from "../unit.ts";
import type { ArtifactSubject } from "./schema.ts";

/** A client that reads, in a transaction or not. */
export type Reads = Tx | Services["db"]["client"];
type ArtifactWhere = NonNullable<NonNullable<Parameters<Reads["artifact"]["findMany"]>[0]>["where"]>;
type Lookup = (db: Reads, id: string) => Promise<unknown>;

/** The number of a message as it is written in a link; null for any other text. */
function messageIdOf(text: string): number | null {
  const { data = null } = MessageId.safeParse(Number(text));
  return String(data) === text ? data : null;
}

/** Finds what an artifact is to belong to. */
const lookups: Record<ArtifactSubject, Lookup> = {
  message: async (db, text) => {
    const id = messageIdOf(text);
    return id === null ? null : db.message.findUnique({ where: { id }, select: { id: true } });
  },
  workspace: (db, id) => db.workspace.findUnique({ where: { id }, select: { id: true } }),
  agent: (db, id) => db.agent.findUnique({ where: { id }, select: { id: true } }),
  command: (db, id) => db.command.findUnique({ where: { id }, select: { id: true } }),
  activity: (db, id) => db.activity.findUnique({ where: { id }, select: { id: true } }),
};

export const exists = async (db: Reads, subject: ArtifactSubject, id: string): Promise<boolean> =>
  (await lookups[subject](db, id)) !== null;

/** Links that one query takes. */
const atOnce = 500;

/** An agent's newest messages that a list looks at (MCP-55). */
const mostListed = 10_000;

/** What is held has not come yet (MSG-60). */
const arrived = { in: DeliveryState.exclude(["held"]).options };

/** Whether this artifact came with a message to this agent. */
export async function cameTo(db: Reads, agentId: string, artifactId: string): Promise<boolean> {
  for (let after = ""; ; ) {
    const links = await db.artifactLink.findMany({
      where: { artifactId, subject: "message", subjectId: { gt: after } },
      orderBy: { subjectId: "asc" },
      take: atOnce,
      select: { subjectId: true },
    });
    const ids = links.map(({ subjectId }) => Number(subjectId));
    const where = { agentId, state: arrived, messageId: { in: ids } };
    if (ids.length > 0 && (await db.delivery.findFirst({ where, select: { messageId: true } }))) return true;
    if (links.length < atOnce) return false;
    after = links.at(-1)?.subjectId ?? after;
  }
}

/** Of the artifacts that came with messages to this agent, and that `artifact` describes, the ids of the `take` newest. */
export async function newestThatCameTo(
  db: Reads,
  agentId: string,
  { artifact, take }: { artifact: ArtifactWhere; take: number },
): Promise<string[]> {
  const deliveries = await db.delivery.findMany({
    where: { agentId, state: arrived },
    orderBy: { messageId: "desc" },
    take: mostListed,
    select: { messageId: true },
  });
  let newest: string[] = [];
  for (let from = 0; from < deliveries.length; from += atOnce) {
    const ids = deliveries.slice(from, from + atOnce).map(({ messageId }) => String(messageId));
    const rows = await db.artifact.findMany({
      where: { AND: [artifact, { links: { some: { subject: "message", subjectId: { in: ids } } } }] },
      orderBy: { id: "desc" },
      take,
      select: { id: true },
    });
    const all = new Set([...newest, ...rows.map(({ id }) => id)]);
    newest = [...all].sort().reverse().slice(0, take);
  }
  return newest;
}
