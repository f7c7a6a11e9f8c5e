import type { Context } from "../context.ts";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { agentIdOf, type Caller } from "../identity/caller.ts";
import { isTerminal } from "./rules.ts";

/** What an MCP client is told at the start when its agent owns an isolated workspace; nothing otherwise (MCP-05). */
export async function workspaceInstructions(ctx: Context, caller: Caller): Promise<string | undefined> {
  const ownerAgentId = agentIdOf(caller);
  if (!ownerAgentId) return undefined;
  const rows = await ctx.db.client.workspace.findMany({ where: { ownerAgentId, mode: "isolated" } });
  const row = rows.find(({ status }) => !isTerminal(status as WorkspaceStatus));
  if (!row) return undefined;
  return [
    `You work in a git worktree of your own, on branch ${row.branch}. Commit your work there.`,
    `When a change is finished, call relay_workspace_ready: a queue rebases it onto ${row.baseBranch}, runs the repository's checks and lands it.`,
    "Then call relay_workspace_status with wait: true to learn how it came out; with reason checks_failed mend it and call relay_workspace_ready again.",
    "After a landing your directory is on a fresh branch: continue there.",
    "Never merge, rebase onto or push the base branch by hand.",
  ].join(" ");
}
