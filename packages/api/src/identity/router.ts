import { open, router, scoped } from "../trpc.ts";
import * as mint from "./mint.ts";
import {
  CreatedToken,
  CreateToken,
  IssuedRunner,
  IssueRunner,
  ListTokens,
  Nothing,
  RevokeToken,
  SignedIn,
  SignedOut,
  SignIn,
  TokenPage,
  TokenRecord,
  TokenTemplates,
  Whoami,
} from "./schema.ts";
import * as signing from "./sign-in.ts";
import * as tokens from "./tokens.ts";

export const authRouter = router({
  whoami: open()
    .meta({
      rest: "GET /whoami",
      mcp: {
        name: "relay_whoami",
        title: "Who am I",
        description:
          "Your identity here: agent id, card, scopes and constraints. Call it when a refusal surprises you.",
        hints: { readOnly: true, idempotent: true },
        scopes: ["mcp:use"],
      },
    })
    .input(Nothing)
    .output(Whoami)
    .query(({ ctx }) => signing.whoami(ctx)),
  signIn: open("lenient")
    .input(SignIn)
    .output(SignedIn)
    .mutation(({ ctx, input }) => signing.signIn(ctx, input)),
  signOut: open("lenient")
    .input(Nothing)
    .output(SignedOut)
    .mutation(({ ctx }) => signing.signOut(ctx)),
});

export const tokensRouter = router({
  list: scoped("token:read")
    .meta({ rest: "GET /tokens" })
    .input(ListTokens)
    .output(TokenPage)
    .query(({ ctx, input }) => tokens.list(ctx, input)),
  create: scoped("token:write")
    .meta({ rest: "POST /tokens" })
    .input(CreateToken)
    .output(CreatedToken)
    .mutation(({ ctx, input }) => tokens.create(ctx, input)),
  revoke: scoped("token:write")
    .meta({ rest: "POST /tokens/{tokenId}/revoke" })
    .input(RevokeToken)
    .output(TokenRecord)
    .mutation(({ ctx, input }) => tokens.revoke(ctx, input)),
  profiles: scoped("token:read")
    .meta({ rest: "GET /token-profiles" })
    .input(Nothing)
    .output(TokenTemplates)
    .query(() => tokens.templates()),
  issueRunner: scoped("orchestrator:write")
    .input(IssueRunner)
    .output(IssuedRunner)
    .mutation(({ ctx, input }) => mint.issueRunner(ctx, input)),
});
