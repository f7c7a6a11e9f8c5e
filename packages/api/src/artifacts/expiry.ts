import type { Services } from "../context.ts";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { isTerminal } from "../workspaces/rules.ts";
import type { ArtifactSubject } from "./schema.ts";
import { dropUnused } from "./service.ts";

const atOnce = 100;
const linksAtOnce = 500;
const over = ({ status }: { status: string }): boolean => isTerminal(status as WorkspaceStatus);

/** A content younger than this may be one whose record is being written. */
const settledMs = 60 * 60 * 1000;

/** Which of these artifacts a stored message or a workspace that is not over still keeps (MCP-58). */
async function kept({ db: { client } }: Services, artifactIds: string[]): Promise<Set<string>> {
  const where = { artifactId: { in: artifactIds }, subject: { in: ["message", "workspace"] } };
  const keeping = new Set<string>();
  for (let skip = 0; ; skip += linksAtOnce) {
    const orderBy = [{ artifactId: "asc" }, { subject: "asc" }, { subjectId: "asc" }] as const;
    const links = await client.artifactLink.findMany({ where, orderBy: [...orderBy], skip, take: linksAtOnce });
    const of = (kind: ArtifactSubject) => links.filter(({ subject }) => subject === kind);
    const messages = await client.message.findMany({
      where: { id: { in: of("message").map(({ subjectId }) => Number(subjectId)) } },
      select: { id: true },
    });
    const workspaces = await client.workspace.findMany({
      where: { id: { in: of("workspace").map(({ subjectId }) => subjectId) } },
      select: { id: true, status: true },
    });
    const holding = {
      message: new Set(messages.map(({ id }) => String(id))),
      workspace: new Set(workspaces.filter((one) => !over(one)).map(({ id }) => id)),
    };
    for (const { artifactId, subject, subjectId } of links)
      if (holding[subject as keyof typeof holding].has(subjectId)) keeping.add(artifactId);
    if (links.length < linksAtOnce) return keeping;
  }
}

/** Removes what has expired and nothing keeps, and each content that no record uses any more. */
export async function expireArtifacts(services: Services): Promise<void> {
  const { client } = services.db;
  const now = services.clock.now();
  let after = "";
  for (;;) {
    const rows = await client.artifact.findMany({
      where: { expiresAt: { lt: now }, id: { gt: after } },
      orderBy: { id: "asc" },
      take: atOnce,
    });
    after = rows.at(-1)?.id ?? after;
    const still = await kept(
      services,
      rows.map(({ id }) => id),
    );
    const gone = rows.filter(({ id }) => !still.has(id));
    await client.artifact.deleteMany({ where: { id: { in: gone.map(({ id }) => id) } } });
    for (const sha256 of new Set(gone.map(({ sha256 }) => sha256))) await dropUnused(services, sha256);
    if (rows.length < atOnce) return;
  }
}

/** Removes contents whose upload came to no record, as when the relay was killed between the two. */
export async function dropOrphans(services: Services): Promise<void> {
  const before = new Date(Date.now() - settledMs);
  for (const sha256 of await services.blobs.storedBefore(before)) await dropUnused(services, sha256);
}
