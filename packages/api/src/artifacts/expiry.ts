import type { Services } from "../context.ts";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { isTerminal } from "../workspaces/rules.ts";
import { dropUnused } from "./service.ts";
import { exists } from "./subjects.ts";

const atOnce = 100;
const over = ({ status }: { status: string }): boolean => isTerminal(status as WorkspaceStatus);

/** A content younger than this may be one whose record is being written. */
const settledMs = 60 * 60 * 1000;

/** Which of these artifacts a stored message or a workspace that is not over still keeps (MCP-58). */
async function kept({ db: { client } }: Services, artifactIds: string[]): Promise<Set<string>> {
  const where = { artifactId: { in: artifactIds }, subject: { in: ["message", "workspace"] } };
  const holding = new Set<string>();
  for (const { artifactId, subject, subjectId } of await client.artifactLink.findMany({ where })) {
    if (holding.has(artifactId)) continue;
    const workspace =
      subject === "workspace" &&
      (await client.workspace.findUnique({ where: { id: subjectId }, select: { status: true } }));
    const held = subject === "message" ? await exists(client, "message", subjectId) : workspace && !over(workspace);
    if (held) holding.add(artifactId);
  }
  return holding;
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
  for (const sha256 of await services.blobs.storedBefore(before)) {
    const used = await services.db.client.artifact.count({ where: { sha256 } });
    if (used === 0) await dropUnused(services, sha256);
  }
}
