import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { team } from "../testing/messages.ts";
import { testRelay } from "../testing/relay.ts";

eachEngine("whom a message would go to", (open) => {
  const given = async (count = 3) => {
    const it = await testRelay(await open());
    return { it, ...(await team(it, count)) };
  };

  test("[MSG-70] [CON-45] [MSG-23] [MSG-25] a reference or selector is answered with target, ids, labels and states, and nothing is stored", async () => {
    const { admin, agents } = await given();
    const [ann, ben, cid] = agents as [(typeof agents)[0], (typeof agents)[0], (typeof agents)[0]];
    expect(await admin.messages.recipients({ to: "AGENT 2" })).toEqual({
      target: ben.id,
      recipients: [{ id: ben.id, label: "agent 2", status: "online" }],
    });
    const all = await admin.messages.recipients({ to: "broadcast" });
    expect(all.recipients.map(({ id }) => id).toSorted()).toEqual([ann.id, ben.id, cid.id].toSorted());
    const others = await ann.runner.messages.recipients({ to: "broadcast" });
    expect(others.recipients.map(({ id }) => id).toSorted()).toEqual([ben.id, cid.id].toSorted());
    expect(await admin.messages.recipients({ to: "tag:nobody" })).toEqual({ target: "tag:nobody", recipients: [] });
    expect((await admin.messages.list({})).count).toBe(0);
  });

  test("[MSG-70] [CON-45] [MSG-21] [MSG-22] [MSG-24] what sending would refuse is refused here too, naming the field", async () => {
    const { admin, agents, it } = await given(1);
    const [ann] = agents as [(typeof agents)[0]];
    await expect(admin.messages.recipients({ to: "agent 11" })).rejects.toMatchObject({
      message: expect.stringContaining("near to it: agent 1"),
      reason: "NotFound",
      details: { field: "to" },
    });
    await expect(ann.runner.messages.recipients({ to: ann.id })).rejects.toMatchObject({
      reason: "Invalid",
      details: { field: "to" },
    });
    const host = await it.as({ name: "host-b", profile: "orchestrator" });
    await expect(host.messages.recipients({ to: ann.id })).rejects.toMatchObject({ reason: "Forbidden" });
  });

  test("[CON-15] [MSG-41] people see what a recipient is called and does, agents do not; what failed says since when", async () => {
    const { admin, agents, it } = await given(2);
    const [ann, ben] = agents as [(typeof agents)[0], (typeof agents)[0]];
    const { messageId } = await admin.messages.send({ to: ben.id, body: "look", from: "jo", deliverWithinSeconds: 10 });
    const [message] = (await admin.messages.list({ sender: "person" })).messages;
    expect(message?.receipt.recipients).toMatchObject([{ agent: { label: "agent 2", status: "online" } }]);
    await ann.runner.messages.send({ to: ben.id, body: "hello" });
    expect((await admin.messages.list({ sender: "person" })).messages.map(({ id }) => id)).toEqual([messageId]);
    expect((await admin.messages.list({ sender: "agent" })).count).toBe(1);
    const got = await ben.runner.messages.get({ messageId });
    expect(got.receipt.recipients[0]).not.toHaveProperty("agent");
    await ben.runner.agents.reportExit({ epoch: ben.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    it.advance(5_000);
    const late = await admin.messages.send({ to: ben.id, body: "anybody there?", from: "jo" });
    expect(late.delivery.recipients).toMatchObject([
      { state: "undeliverable", reason: "agent_ended", deadlineAt: it.services.clock.now().toISOString() },
    ]);
  });
});
