import { z } from "zod";
import { ExpandedProfile, NextCursor, ProfileFields, ProfileName, Scope, Timestamp } from "../contracts/index.ts";

const Grant = z.object({ scopes: z.array(Scope), maxSpawnedAgents: z.number().int() });

/** A stored profile with the grants that it leads to (CON-41). */
export const AgentProfile = ExpandedProfile.extend({
  updatedBy: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  liveAgents: z.number().int().describe("Live agents that were started with a profile of this name"),
  grants: z.object({
    person: Grant.describe("When a person or a policy asks"),
    agent: Grant.describe("When an agent asks that has every scope the profile could add"),
  }),
});
export type AgentProfile = z.infer<typeof AgentProfile>;

export const ListProfiles = z.strictObject({
  cursor: z.string().max(120).optional(),
  limit: z.number().int().min(1).max(200).default(100),
});
export type ListProfiles = z.infer<typeof ListProfiles>;
export const ProfilePage = z.object({ items: z.array(AgentProfile), nextCursor: NextCursor });
export type ProfilePage = z.infer<typeof ProfilePage>;

export const GetProfile = z.strictObject({ name: ProfileName });

export const PutProfile = z.strictObject({
  name: ProfileName,
  ...ProfileFields.shape,
  ifVersion: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("Conflict unless this is the stored version; 0: none is stored"),
});
export type PutProfile = z.infer<typeof PutProfile>;
export const PutProfileAnswer = z.object({
  profile: AgentProfile,
  liveWithOlderGrant: z.number().int().describe("Live agents that keep what they were started with (IDN-47)"),
});
export type PutProfileAnswer = z.infer<typeof PutProfileAnswer>;

export const RemovedProfile = z.object({
  ok: z.literal(true),
  usedBy: z.array(z.string()).describe("Policies that name it"),
  liveAgents: z.number().int(),
});
