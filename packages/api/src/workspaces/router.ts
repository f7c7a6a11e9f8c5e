import { router, scoped } from "../trpc.ts";
import * as claims from "./claims.ts";
import { diff } from "./diff.ts";
import { abandon, restore } from "./give-up.ts";
import { queue } from "./queue.ts";
import { ready } from "./ready.ts";
import {
  AbandonInput,
  ActedOn,
  ClaimInput,
  DiffAnswer,
  DiffInput,
  GetWorkspace,
  ListWorkspaces,
  QueueAnswer,
  QueueInput,
  ReadyAnswer,
  ReadyInput,
  ReleaseInput,
  RestoreInput,
  StatusAnswer,
  StatusInput,
  WorkspaceDetail,
  WorkspacePage,
} from "./schema.ts";
import * as workspaces from "./service.ts";
import { status } from "./status.ts";

export const workspacesRouter = router({
  list: scoped("agent:read", "agent:write")
    .meta({
      rest: "GET /workspaces",
      mcp: {
        name: "relay_workspace_list",
        title: "List workspaces",
        description: "Your workspaces with branch, status and guidance; people see all with all: true.",
        hints: { readOnly: true, idempotent: true },
      },
    })
    .input(ListWorkspaces)
    .output(WorkspacePage)
    .query(({ ctx, input }) => workspaces.list(ctx, input)),
  get: scoped("agent:read", "agent:write")
    .meta({ rest: "GET /workspaces/{workspaceId}" })
    .input(GetWorkspace)
    .output(WorkspaceDetail)
    .query(({ ctx, input }) => workspaces.get(ctx, input)),
  status: scoped("agent:read", "agent:write")
    .meta({
      rest: "GET /workspaces/{workspaceId}/status",
      mcp: {
        name: "relay_workspace_status",
        title: "Workspace status",
        description:
          "State of your workspace and what to do next. After relay_workspace_ready call it with wait: true to learn how the landing came out.",
        hints: { readOnly: true, idempotent: true },
        alwaysLoad: true,
      },
    })
    .input(StatusInput)
    .output(StatusAnswer)
    .query(({ ctx, input, signal }) => status(ctx, input, signal)),
  ready: scoped("agent:write")
    .meta({
      rest: "POST /workspaces/{workspaceId}/ready",
      mcp: {
        name: "relay_workspace_ready",
        title: "Hand work to the landing queue",
        description:
          "Call when your work is committed: the queue rebases it, runs the repository's checks and lands it on the base branch. Then wait with relay_workspace_status. Never merge by hand.",
        hints: { idempotent: true },
        alwaysLoad: true,
      },
    })
    .input(ReadyInput)
    .output(ReadyAnswer)
    .mutation(({ ctx, input }) => ready(ctx, input)),
  claim: scoped("agent:write")
    .meta({
      rest: "POST /workspaces/{workspaceId}/claim",
      mcp: {
        name: "relay_workspace_claim",
        title: "Claim a workspace",
        description:
          "Holds a workspace so that the landing queue passes it over while you work in it; 15 minutes unless you say. Call again to renew, relay_workspace_release when done.",
        hints: { idempotent: true },
      },
    })
    .input(ClaimInput)
    .output(ActedOn)
    .mutation(({ ctx, input }) => claims.claim(ctx, input)),
  release: scoped("agent:write")
    .meta({
      rest: "POST /workspaces/{workspaceId}/release",
      mcp: {
        name: "relay_workspace_release",
        title: "Release a claim",
        description: "Ends your claim of a workspace, so that the landing queue takes it again.",
        hints: { idempotent: true },
      },
    })
    .input(ReleaseInput)
    .output(ActedOn)
    .mutation(({ ctx, input }) => claims.release(ctx, input)),
  abandon: scoped("agent:write")
    .meta({ rest: "POST /workspaces/{workspaceId}/abandon" })
    .input(AbandonInput)
    .output(ActedOn)
    .mutation(({ ctx, input }) => abandon(ctx, input)),
  restore: scoped("agent:write")
    .meta({ rest: "POST /workspaces/{workspaceId}/restore" })
    .input(RestoreInput)
    .output(ActedOn)
    .mutation(({ ctx, input }) => restore(ctx, input)),
  diff: scoped("agent:read", "agent:write")
    .meta({ rest: "GET /workspaces/{workspaceId}/diff" })
    .input(DiffInput)
    .output(DiffAnswer)
    .query(({ ctx, input }) => diff(ctx, input)),
  queue: scoped("agent:read", "agent:write")
    .meta({ rest: "GET /landing-queues" })
    .input(QueueInput)
    .output(QueueAnswer)
    .query(({ ctx, input }) => queue(ctx, input)),
});
