import { z } from "zod";
import {
  AgentCard,
  Constraints,
  HostProof,
  Id,
  NextCursor,
  Scope,
  Timestamp,
  TokenProfile,
} from "../contracts/index.ts";

/** IDN-26. */
export const Whoami = z.object({
  kind: z.enum(["person", "agent", "orchestrator", "integration", "anonymous"]),
  actor: z.string(),
  profile: TokenProfile.nullable(),
  tokenId: z.string().nullable(),
  scopes: z.array(Scope),
  constraints: Constraints,
  agentId: z.string().nullable(),
  agent: AgentCard.nullable(),
});
export type Whoami = z.infer<typeof Whoami>;

export const Nothing = z.strictObject({});

/** One of: the code of a sign-in link, a token for people. */
export const SignIn = z.strictObject({
  code: z.string().min(1).max(200).optional(),
  token: z.string().min(1).max(500).optional(),
});
export type SignIn = z.infer<typeof SignIn>;
export const SignedIn = z.object({ ok: z.literal(true), actor: z.string() });
export const SignedOut = z.object({ ok: z.literal(true) });

/** What a token is in use for now, beside the agents in its constraints (CON-61). */
const TokenUses = z.object({
  hosts: z.array(Id).describe("Hosts whose present registration was made with it"),
  sessions: z.number().int().describe("Open sessions of the console"),
});

/** A token without its secret (IDN-35). */
export const TokenRecord = z.object({
  id: Id,
  name: z.string(),
  profile: TokenProfile,
  scopes: z.array(Scope),
  constraints: Constraints,
  subject: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
  uses: TokenUses,
});
export type TokenRecord = z.infer<typeof TokenRecord>;

export const CreateToken = z.strictObject({
  name: z.string().min(1).max(120),
  profile: TokenProfile,
  scopes: z.array(z.string().max(60)).min(1).max(50).optional().describe("Default: those of the profile"),
  constraints: Constraints.default({}),
});
export type CreateToken = z.infer<typeof CreateToken>;
export const CreatedToken = z.object({ token: TokenRecord, text: z.string().describe("Shown this once") });

export const ListTokens = z.strictObject({
  profile: TokenProfile.optional(),
  state: z.enum(["active", "expired", "revoked"]).optional(),
  cursor: z.string().max(60).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type ListTokens = z.infer<typeof ListTokens>;
export const TokenPage = z.object({ items: z.array(TokenRecord), nextCursor: NextCursor });

export const RevokeToken = z.strictObject({ tokenId: Id });
export const TokenTemplates = z.object({
  items: z.array(z.object({ profile: TokenProfile, scopes: z.array(Scope), constraints: Constraints })),
});

export const IssueRunner = z.strictObject({ ...HostProof.shape, commandId: Id });
export type IssueRunner = z.infer<typeof IssueRunner>;
export const IssuedRunner = z.object({
  tokenId: z.string(),
  token: z.string().describe("In this answer and nowhere else"),
});
