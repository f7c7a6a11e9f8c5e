import { z } from "zod";
import { NextCursor, RepositoryFields, Timestamp } from "../contracts/index.ts";

/** Host and resolved path of the main worktree, as workspaces name it. */
const RepositoryId = z
  .string()
  .max(1_100)
  .regex(/^[a-z0-9._-]{1,63}:\/.*$/s, "takes <host>:<absolute path>")
  .describe("<host>:<path of the main worktree>");

/** A repository that the relay knows, with its settings. */
export const Repository = RepositoryFields.extend({
  repository: z.string(),
  orchestratorId: z.string(),
  repoRoot: z.string(),
  version: z.number().int().describe("0: nobody changed the defaults"),
  updatedBy: z.string().nullable(),
  updatedAt: Timestamp.nullable(),
  openWorkspaces: z.number().int().describe("Isolated workspaces that are not over"),
});
export type Repository = z.infer<typeof Repository>;

export const ListRepositories = z.strictObject({
  cursor: z.string().max(1_100).optional(),
  limit: z.number().int().min(1).max(200).default(100),
});
export type ListRepositories = z.infer<typeof ListRepositories>;
export const RepositoryPage = z.object({ items: z.array(Repository), nextCursor: NextCursor });
export type RepositoryPage = z.infer<typeof RepositoryPage>;

export const GetRepository = z.strictObject({ repository: RepositoryId });
export type GetRepository = z.infer<typeof GetRepository>;

export const PutRepository = z.strictObject({
  repository: RepositoryId,
  ...RepositoryFields.shape,
  ifVersion: z.number().int().min(0).optional().describe("Conflict unless this is the stored version"),
});
export type PutRepository = z.infer<typeof PutRepository>;
