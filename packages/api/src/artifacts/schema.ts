import { z } from "zod";
import { Count, Id, NextCursor, Timestamp } from "../contracts/index.ts";

/** MCP-51. */
export const ArtifactKind = z.enum(["log", "patch", "image", "document", "archive", "data", "other"]);
const Sensitivity = z.enum(["normal", "sensitive"]);

/** What an artifact can belong to (MCP-54). */
export const ArtifactSubject = z.enum(["message", "workspace", "agent", "command", "activity"]);
export type ArtifactSubject = z.infer<typeof ArtifactSubject>;

/** The record of an artifact (MCP-50). */
export const Artifact = z.object({
  id: Id,
  name: z.string(),
  contentType: z.string(),
  size: Count.describe("Bytes"),
  sha256: z.string(),
  kind: ArtifactKind,
  sensitivity: Sensitivity,
  createdBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
export type Artifact = z.infer<typeof Artifact>;

/** A media type that can stand in a header as it is. */
const ContentType = z
  .string()
  .max(200)
  // Not as a pattern, for which every agent would pay.
  .refine((text) => /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*$/.test(text), "is no media type such as text/plain");

export const UploadArtifact = z.strictObject({
  name: z.string().min(1).max(200),
  contentType: ContentType.optional(),
  text: z.string().optional().describe("The content; or base64"),
  base64: z.string().optional(),
  kind: ArtifactKind.default("other"),
  sensitivity: Sensitivity.default("normal").describe("sensitive: for you and whom you message it"),
});
export type UploadArtifact = z.infer<typeof UploadArtifact>;

const artifactId = Id.describe("art_…");

export const GetArtifact = z.strictObject({ artifactId });
export type GetArtifact = z.infer<typeof GetArtifact>;

const ArtifactLink = z.object({ subject: ArtifactSubject, subjectId: z.string() });
export const ArtifactDetail = Artifact.extend({ links: z.array(ArtifactLink) });
export type ArtifactDetail = z.infer<typeof ArtifactDetail>;

/** The record and the bytes; over REST the bytes alone, as an attachment (MCP-57). */
export const ArtifactContent = z.object({ artifact: Artifact, base64: z.string() });
export type ArtifactContent = z.infer<typeof ArtifactContent>;

export const ListArtifacts = z.strictObject({
  kind: ArtifactKind.optional(),
  subject: ArtifactSubject.optional().describe("With subjectId: what belongs to it"),
  subjectId: Id.optional(),
  cursor: Id.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListArtifacts = z.infer<typeof ListArtifacts>;
export const ArtifactPage = z.object({ items: z.array(Artifact), nextCursor: NextCursor });
export type ArtifactPage = z.infer<typeof ArtifactPage>;

export const AttachArtifact = z.strictObject({
  artifactId,
  subject: ArtifactSubject.describe("Kind of what it belongs to"),
  subjectId: Id.describe("Its id; a message's number as text"),
});
export type AttachArtifact = z.infer<typeof AttachArtifact>;
export const AttachAnswer = z.object({ ok: z.literal(true), artifactId: Id, subject: ArtifactSubject, subjectId: Id });

export const RemovedArtifact = z.object({ ok: z.literal(true) });
