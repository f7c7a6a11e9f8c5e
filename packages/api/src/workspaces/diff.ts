import { fitting } from "../answer-size.ts";
import type { Authed } from "../context.ts";
import type { AnswerTo } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { onlineHost } from "../orchestrators/service.ts";
import { readable } from "./access.ts";
import type { DiffAnswer, DiffInput } from "./schema.ts";

/** The change of a workspace against its merge base, asked of its host; of what is kept once its worktree is gone (WSP-69). */
export async function diff(ctx: Authed, { workspaceId }: DiffInput): Promise<DiffAnswer> {
  const row = await readable(ctx, workspaceId);
  const { repoRoot, worktreePath, baseBranch } = row;
  if (row.mode !== "isolated" || baseBranch === null)
    throw new AppError("Invalid", `Workspace ${workspaceId} is shared: it has no change of its own`);
  await onlineHost(ctx, row.orchestratorId);
  const parts: AnswerTo<"workspace.diff">[] = [];
  const request = { type: "workspace.diff" as const, workspaceId, repoRoot, worktreePath, baseBranch };
  await ctx.hub.open(row.orchestratorId, request, (part) => void parts.push(part)).done;
  const all = parts.flatMap(({ files }) => files);
  const files = fitting(ctx, all);
  const truncated = parts.some((part) => part.truncated) || files.length < all.length;
  return { workspaceId, from: parts[0]?.from ?? "worktree", base: parts[0]?.base ?? "", files, truncated };
}
