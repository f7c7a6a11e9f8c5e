import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { answerLimit } from "../answer-size.ts";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace } from "../testing/workspaces.ts";
import { transact } from "../unit.ts";
import { changeWorkspace } from "./change.ts";

eachEngine("waiting and answers", (open) => {
  test("[MCP-41] a wait ends within a second of its event, also when another instance of the relay handled it", async () => {
    const db = await open();
    const [here, other] = await Promise.all([testRelay(db), testRelay(db)]);
    const agent = await agentWithWorkspace(here, await here.host());
    const { workspaceId } = agent;
    const admin = await here.as();
    const move = async (at: typeof here, status: "active" | "ready") =>
      transact(at.services, async (unit) => {
        const row = await unit.tx.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
        await changeWorkspace(unit, row, { status });
      });
    /** How long after the event the answer came, in milliseconds. */
    const lag = async (at: typeof here): Promise<number> => {
      await move(here, "active");
      const waiting = admin.workspaces.status({ workspaceId, wait: true, timeoutSeconds: 20 });
      // Calls that began after it have ended: it has looked and listens, and what it reads from now on is news.
      for (let call = 0; call < 3; call += 1) await admin.workspaces.status({ workspaceId });
      await move(at, "ready");
      const from = performance.now();
      expect(await waiting).toMatchObject({ transitioned: true, fromStatus: "active", workspace: { status: "ready" } });
      return performance.now() - from;
    };
    // The shortest of a few: a machine that stands still for a moment says nothing about the relay.
    for (const at of [here, other]) expect(Math.min(await lag(at), await lag(at), await lag(at))).toBeLessThan(1_000);
  });

  test("[MCP-30] a list through MCP ends where an answer is full, and its cursor goes on to the end", async () => {
    const it = await testRelay(await open());
    const agent = await agentWithWorkspace(it, await it.host());
    const { client } = it.services.db;
    const { id: _, ...row } = await client.workspace.findUniqueOrThrow({ where: { id: agent.workspaceId } });
    const ids = Array.from({ length: 150 }, (_, index) => `ws_${String(index).padStart(4, "0")}`);
    await client.workspace.createMany({ data: ids.map((id) => ({ ...row, id, worktreePath: `/worktrees/${id}` })) });
    const admin = await it.as({}, { transport: "mcp" });
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await admin.workspaces.list({ all: true, limit: 200, cursor });
      expect(JSON.stringify(page).length).toBeLessThanOrEqual(answerLimit);
      expect(page.count).toBe(page.workspaces.length);
      seen.push(...page.workspaces.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual([...ids, agent.workspaceId].sort());
    const whole = await (await it.as()).workspaces.list({ all: true, limit: 200 });
    expect([whole.count, whole.nextCursor]).toEqual([151, null]);
  });
});
