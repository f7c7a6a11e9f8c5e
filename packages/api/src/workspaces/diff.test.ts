import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace, answering } from "../testing/workspaces.ts";

eachEngine("the change of a workspace", (open) => {
  test("[WSP-69] [WSP-12] its host is asked, for the owner and for people; not for a stranger, and not of a host that is away", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const agent = await agentWithWorkspace(it, host);
    const stranger = await agentWithWorkspace(it, host);
    const file = { path: "a.txt", oldPath: null, added: 1, removed: 0, text: "diff" };
    const asked: unknown[] = [];
    const answers = answering(host, (request) => {
      asked.push(request);
      return { from: "worktree", base: "b0", files: [file], truncated: false };
    });
    const of = { workspaceId: agent.workspaceId };
    const expected = { ...of, from: "worktree", base: "b0", files: [file], truncated: false };
    expect(await agent.runner.workspaces.diff(of)).toEqual(expected);
    expect(await (await it.as({ profile: "viewer" })).workspaces.diff(of)).toEqual(expected);
    const { workspaceId } = of;
    const worktreePath = `/worktrees/${workspaceId}`;
    expect(asked[0]).toEqual({
      type: "workspace.diff",
      workspaceId,
      repoRoot: "/base/repo",
      worktreePath,
      baseBranch: "main",
    });
    await expect(stranger.runner.workspaces.diff(of)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(agent.runner.workspaces.diff({ workspaceId: "ws_no" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await answers.stop();
    host.connection.drop();
    await expect(agent.runner.workspaces.diff(of)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
  });
});
