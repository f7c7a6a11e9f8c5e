import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { authenticate } from "../identity/authenticate.ts";
import { testRelay } from "../testing/relay.ts";
import { toolCallRecorder } from "./tool-calls.ts";

const call = { tool: "relay_whoami", outcome: "ok", durationMs: 3, subject: { agentId: "claude-k3f9q2" } };

eachEngine("tool calls", (open) => {
  async function recorder() {
    const it = await testRelay(await open());
    const ctx = it.context({ type: "bearer", text: (await it.token({ name: "me" })).text });
    const caller = await authenticate(ctx, ctx.credential as NonNullable<typeof ctx.credential>);
    const keep = toolCallRecorder(it.services);
    const rows = () => it.services.db.client.activity.findMany({ where: { kind: "tool" } });
    return { it, ctx, keep: () => keep(ctx, caller, call), rows };
  }

  test("[MCP-36] [MCP-37] of calls that end at once each has its record, on disk when it resolves, and is told", async () => {
    const { it, ctx, keep, rows } = await recorder();
    const told: string[] = [];
    it.services.bells.onEvent((event) => event.type === "activity" && told.push(event.id));
    const first = keep();
    const others = Array.from({ length: 20 }, keep);
    await first;
    expect((await rows()).length).toBeGreaterThan(0);
    await Promise.all(others);
    const kept = await rows();
    expect(kept).toHaveLength(21);
    expect(told.sort()).toEqual(kept.map(({ id }) => id).sort());
    expect(kept[0]).toMatchObject({ actor: "me", onBehalfOf: "me", requestId: ctx.requestId });
    expect(JSON.parse(kept[0]?.metadata ?? "")).toEqual({ ...call, transport: "mcp" });
  });

  test("a call that cannot be kept is told so, and does not stop the next one", async () => {
    const { it, keep, rows } = await recorder();
    const now = it.services.clock.now;
    it.services.clock.now = () => new Date(Number.NaN);
    await expect(keep()).rejects.toThrow();
    it.services.clock.now = now;
    await keep();
    expect(await rows()).toHaveLength(1);
  });
});
