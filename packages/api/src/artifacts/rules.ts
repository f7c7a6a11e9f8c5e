import type { UploadArtifact } from "./schema.ts";

const MiB = 1024 * 1024;

/** Largest content over MCP, in bytes (MCP-52). */
const largestOverMcp = 5 * MiB;

/** Why the content of an upload cannot be taken. */
export interface ContentRefusal {
  message: string;
  field: "text" | "base64";
  limit?: number;
}

type Content = Pick<UploadArtifact, "text" | "base64">;

const wellFormed = (base64: string): boolean => base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64);

/** The bytes of an upload: exactly one of text and base64, and not above the limit in bytes (MCP-52). */
export function contentOf({ text, base64 }: Content, limit: number): { bytes: Buffer } | { refused: ContentRefusal } {
  const given = text ?? base64;
  const field = text === undefined ? "base64" : "text";
  if (given === undefined || (text !== undefined && base64 !== undefined))
    return { refused: { message: "Give exactly one of text and base64", field: "text" } };
  if (field === "base64" && !wellFormed(given)) return { refused: { message: "base64 is not well formed", field } };
  const bytes = Buffer.from(given, field === "text" ? "utf8" : "base64");
  if (bytes.length <= limit) return { bytes };
  const message = `The content has ${bytes.length} bytes; at most ${limit / MiB} MiB (${limit} bytes) are taken`;
  return { refused: { message, field, limit } };
}

/** Largest content that this call may bring, in bytes; `most` is the setting, in MiB. */
export const limitOf = (transport: string, most: number): number =>
  transport === "mcp" ? Math.min(largestOverMcp, most * MiB) : most * MiB;

/** Who reads an artifact, as far as it matters. */
export interface Reader {
  administrator: boolean;
  /** `agent:<id>` or `token:<id>`. */
  key: string;
  /** The agent that asks, or null. */
  agentId: string | null;
  /** Workspaces that the agent owns. */
  workspaceIds: string[];
  /** Of the artifacts that are asked for, those that came with a message to it. */
  artifactIds: string[];
}

const linked = (subject: string, subjectIds: string[]) => ({
  links: { some: { subject, subjectId: { in: subjectIds } } },
});

/**
 * Which artifacts somebody may read, as a filter of the database, so that a list and a single one can never differ
 * (MCP-55, MCP-56). The rest does not exist for the caller.
 */
export function readableBy({ administrator, key, agentId, workspaceIds, artifactIds }: Reader) {
  if (administrator) return {};
  const always = [{ creatorKey: key }, { id: { in: artifactIds } }];
  const normal = { sensitivity: "normal" };
  if (agentId === null) return { OR: [...always, normal] };
  return {
    OR: [...always, { ...normal, ...linked("agent", [agentId]) }, { ...normal, ...linked("workspace", workspaceIds) }],
  };
}
