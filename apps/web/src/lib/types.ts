import type { AppRouter } from "@signalbox/api";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";

type Outputs = inferRouterOutputs<AppRouter>;
type Inputs = inferRouterInputs<AppRouter>;

export type {
  AgentCard,
  Command,
  Landing,
  Message,
  RecipientReceipt as Recipient,
  Workspace,
} from "@signalbox/api/contracts";
export type Session = Outputs["auth"]["whoami"];
export type Host = Outputs["orchestrators"]["list"]["items"][number];
export type AgentDetail = Outputs["agents"]["get"];
export type AgentListInput = Inputs["agents"]["list"];
export type Profile = Outputs["profiles"]["list"]["items"][number];
export type SpawnInput = Inputs["agents"]["spawn"];
export type SpawnAnswer = Outputs["agents"]["spawn"];
export type WorkspaceRow = Outputs["workspaces"]["list"]["workspaces"][number];
export type WorkspaceListInput = Inputs["workspaces"]["list"];
export type WorkspaceDiff = Outputs["workspaces"]["diff"];
export type Queue = Outputs["workspaces"]["queue"]["queues"][number];
export type ActivityRecord = Outputs["activity"]["list"]["items"][number];
export type AgentProfile = Outputs["profiles"]["list"]["items"][number];
export type Repository = Outputs["repositories"]["get"];
export type PutRepositoryInput = Inputs["repositories"]["put"];
export type PutProfileInput = Inputs["profiles"]["put"];
export type LogPage = Outputs["logs"]["read"];
export type Token = Outputs["tokens"]["list"]["items"][number];
export type TokenTemplate = Outputs["tokens"]["profiles"]["items"][number];
export type CreateTokenInput = Inputs["tokens"]["create"];
export type TokenListInput = Inputs["tokens"]["list"];
export type Recipients = Outputs["messages"]["recipients"];
export type SendMessageInput = Inputs["messages"]["send"];
export type CreatedToken = Outputs["tokens"]["create"];
