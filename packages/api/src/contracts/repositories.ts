import { z } from "zod";
import { Check, mostBatched, mostChecks } from "./checks.ts";

const names = (checks: readonly Check[]) => new Set(checks.map(({ name }) => name));

/** What people decide for a repository, with the defaults of one for which nobody did. */
export const RepositoryFields = z.object({
  baseBranch: z
    .string()
    .trim()
    .min(1)
    .max(240)
    .nullable()
    .default(null)
    .describe("Where new workspaces start and land; null: the remote's default branch, else the one checked out"),
  protected: z.boolean().default(false).describe("Nothing lands by itself: what is ready waits for a person"),
  checks: z
    .array(Check)
    .max(mostChecks)
    .refine((checks) => names(checks).size === checks.length, { error: "has one name twice" })
    .default([])
    .describe("Run in order on what is to land, until the first red; empty: landed without checks"),
  checkRetries: z.number().int().min(0).max(3).default(0).describe("How often a red check is repeated"),
  batchSize: z.number().int().min(1).max(mostBatched).default(mostBatched).describe("Most changes tested together"),
});
export type RepositoryFields = z.infer<typeof RepositoryFields>;
