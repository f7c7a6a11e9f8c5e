import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { startAgent, testRelay } from "../testing/relay.ts";

eachEngine("what hosts report", (open) => {
  test("[HST-54] [HST-60] what a program could not be given is in the agent's timeline, once for each start", async () => {
    const it = await testRelay(await open());
    const host = await it.host();
    const { agentId, commandId, sessionName } = await startAgent(it, host);
    const notes = ["Its conversation is not on this host: it starts afresh"];
    const report = {
      agentId,
      commandId,
      sessionName,
      startedAt: "2026-01-01T00:00:00.000Z",
      end: null,
      workspace: null,
    };
    for (const complete of [false, true]) {
      await host.call.orchestrators.reportAgents({ ...host.proof, complete, agents: [{ ...report, notes }] });
    }
    const { items } = await (await it.as()).agents.timeline({ agentId });
    const said = items.filter(({ title }) => title.includes("less than was asked for"));
    expect(said).toMatchObject([{ body: notes[0], meta: "host-a", agentId }]);
  });
});
