import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { takeMail, team } from "../testing/messages.ts";
import { testRelay } from "../testing/relay.ts";

eachEngine("the receipt's ladder", (open) => {
  const given = async (count = 2) => {
    const it = await testRelay(await open());
    return { it, ...(await team(it, count)) };
  };

  test("[MSG-39] [MSG-40] [MSG-41] [MSG-42] each rung is reached on its own evidence, with its time, and never goes back", async () => {
    const { it, agents } = await given();
    const [ann, ben] = agents as [(typeof agents)[0], (typeof agents)[0]];
    const sent = await ann.runner.messages.send({ to: ben.id, body: "hello" });
    expect(sent).toMatchObject({ created: true, to: ben.id, threadId: sent.messageId });
    expect(sent.delivery).toMatchObject({
      delivered: false,
      expectReply: true,
      recipients: [{ agentId: ben.id, rung: "accepted", state: "waiting" }],
    });
    const receipt = async () => (await ann.runner.messages.get({ messageId: sent.messageId })).receipt;
    const say = (rung: "sent" | "injected" | "seen") =>
      ben.runner.messages.acknowledge({ epoch: ben.epoch, rung, messageIds: [sent.messageId] });
    expect(await takeMail(it, ben, 1)).toMatchObject([{ kind: "mail", mail: { id: sent.messageId, body: "hello" } }]);
    expect((await receipt()).recipients[0]).toMatchObject({ rung: "accepted" });
    it.advance(1_000);
    await say("sent");
    expect(await receipt()).toMatchObject({ delivered: false, recipients: [{ rung: "sent", state: "waiting" }] });
    it.advance(1_000);
    await say("seen");
    it.advance(1_000);
    await say("injected");
    const seen = await receipt();
    expect(seen).toMatchObject({ delivered: true, recipients: [{ rung: "seen", state: "delivered" }] });
    expect(seen.recipients[0]?.times).toEqual({
      accepted: "2026-01-01T00:00:00.000Z",
      sent: "2026-01-01T00:00:01.000Z",
      injected: "2026-01-01T00:00:02.000Z",
      seen: "2026-01-01T00:00:02.000Z",
    });
    it.advance(1_000);
    const back = await ben.runner.messages.reply({ messageId: sent.messageId, body: "hello yourself" });
    expect(back).toMatchObject({ to: ann.id, threadId: sent.messageId });
    expect((await receipt()).recipients[0]).toMatchObject({ rung: "answered", at: "2026-01-01T00:00:04.000Z" });
  });
});
