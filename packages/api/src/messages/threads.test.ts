import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { type Member, takeMail, team } from "../testing/messages.ts";
import { testRelay } from "../testing/relay.ts";

eachEngine("exchanges", (open) => {
  const given = async (count = 2) => {
    const it = await testRelay(await open());
    const them = await team(it, count);
    const [ann, ben, cal] = them.agents as [Member, Member, Member];
    const send = async (from: Member, to: Member, body = "hi") => from.runner.messages.send({ to: to.id, body });
    /** As many exchanges between ann and ben. */
    const exchange = async (times: number) => {
      for (let n = 0; n < times; n += 1) {
        await send(ann, ben);
        await send(ben, ann);
      }
    };
    return { it, ...them, ann, ben, cal, send, exchange };
  };

  test("[MSG-62] [MSG-63] a reply goes to the sender in the same thread and channel; not to one's own, nor to others' messages", async () => {
    const { ann, ben, cal } = await given(3);
    const first = await ann.runner.messages.send({ to: ben.id, body: "q", channel: "ops" });
    const answer = await ben.runner.messages.reply({ messageId: first.messageId, body: "a" });
    expect(answer).toMatchObject({ to: ann.id, threadId: first.messageId });
    const again = await ann.runner.messages.reply({ messageId: answer.messageId, body: "b" });
    expect(again.threadId).toBe(first.messageId);
    expect((await ben.runner.messages.get({ messageId: again.messageId })).channel).toBe("ops");
    await expect(cal.runner.messages.reply({ messageId: first.messageId, body: "x" })).rejects.toMatchObject({
      reason: "NotFound",
    });
    await expect(ann.runner.messages.reply({ messageId: 1_000_000, body: "x" })).rejects.toMatchObject({
      reason: "NotFound",
    });
    await expect(ann.runner.messages.reply({ messageId: 0, body: "x" })).rejects.toThrow();
    const own = ann.runner.messages.reply({ messageId: first.messageId, body: "x" });
    await expect(own).rejects.toMatchObject({
      reason: "Invalid",
      details: { next: expect.stringContaining("recipient") },
    });
  });

  test("[MSG-63] a person does not answer itself either; another person may", async () => {
    const { it, admin, ben } = await given();
    const { messageId } = await admin.messages.send({ to: ben.id, body: "q", from: "Jo" });
    const own = admin.messages.reply({ messageId, body: "a", from: "Jo" });
    await expect(own).rejects.toMatchObject({ reason: "Invalid", message: expect.stringContaining("your own") });
    const other = await it.as({ name: "kim" });
    await expect(other.messages.reply({ messageId, body: "a", from: "Kim" })).resolves.toMatchObject({ created: true });
  });

  test("[MSG-63] a reply to an agent that has ended is stored, and says that it does not arrive", async () => {
    const { it, ann, ben, send } = await given();
    const { messageId } = await send(ann, ben);
    await it.services.db.client.agent.update({ where: { id: ann.id }, data: { state: "exited" } });
    const { delivery } = await ben.runner.messages.reply({ messageId, body: "a" });
    expect(delivery).toMatchObject({ delivered: false, expectReply: false, reason: "agent_ended" });
  });

  test("[MSG-64] a reply to a person is stored and shown to people; nobody's session gets it", async () => {
    const { admin, ben } = await given();
    const { messageId } = await admin.messages.send({ to: ben.id, body: "how far?", from: "Jo" });
    const sent = await ben.runner.messages.reply({ messageId, body: "done" });
    expect(sent).toMatchObject({ to: "Jo", delivery: { delivered: false, expectReply: false, recipients: [] } });
    expect(sent.delivery.reason).toBeTruthy();
    const { messages } = await admin.messages.thread({ messageId });
    expect(messages.map(({ body }) => body)).toEqual(["how far?", "done"]);
    expect(messages[0]?.receipt.recipients[0]).toMatchObject({ rung: "answered" });
  });

  test("[MSG-65] of the parent's payload only a channel's context is copied", async () => {
    const { ann, ben } = await given();
    const replied = async (payload: object) => {
      const { messageId } = await ann.runner.messages.send({ to: ben.id, body: "q", payload: { ...payload } });
      const back = await ben.runner.messages.reply({ messageId, body: "a", payload: { mine: 1 } });
      return (await ann.runner.messages.get({ messageId: back.messageId })).payload;
    };
    expect(await replied({ secret: 1 })).toEqual({ mine: 1 });
    expect(await replied({ secret: 1, conversation: "c7" })).toEqual({ conversation: "c7", mine: 1 });
    expect(await replied({ schema: "signalbox.channel.v1", secret: 1 })).toEqual({
      schema: "signalbox.channel.v1",
      mine: 1,
    });
    expect(await replied({ schema: "other", secret: 1 })).toEqual({ mine: 1 });
  });

  test("[MSG-66] [MSG-67] a thread and an inbox are in order, paged, and show an agent only its own", async () => {
    const { admin, ann, ben, cal } = await given(3);
    const first = await ann.runner.messages.send({ to: "broadcast", body: "0" });
    for (let n = 1; n <= 4; n += 1) await ben.runner.messages.reply({ messageId: first.messageId, body: String(n) });
    const { messageId } = first;
    const one = await admin.messages.thread({ messageId, limit: 3 });
    const two = await admin.messages.thread({ messageId, limit: 3, cursor: one.nextCursor as string });
    expect([...one.messages, ...two.messages].map(({ body }) => body)).toEqual(["0", "1", "2", "3", "4"]);
    expect(two.nextCursor).toBeNull();
    // The replies are between ann and ben.
    expect((await cal.runner.messages.thread({ messageId })).messages.map(({ body }) => body)).toEqual(["0"]);
    const reply = one.messages[1]?.id as number;
    for (const read of [cal.runner.messages.get, cal.runner.messages.thread])
      await expect(read({ messageId: reply })).rejects.toMatchObject({ reason: "NotFound" });
    const inbox = await ann.runner.messages.inbox({ limit: 3 });
    expect(inbox.messages.map(({ body }) => body)).toEqual(["1", "2", "3"]);
    expect((await ann.runner.messages.inbox({})).messages.map(({ body }) => body)).toEqual(["4"]);
    expect((await ann.runner.messages.inbox({ unseenOnly: false })).count).toBe(4);
    await expect(admin.messages.inbox({})).rejects.toMatchObject({ reason: "Invalid", details: { field: "agentId" } });
    await expect(cal.runner.messages.inbox({ agentId: ann.id })).rejects.toMatchObject({ reason: "NotFound" });
    await expect(ann.runner.messages.inbox({ cursor: "x" })).rejects.toMatchObject({ details: { field: "cursor" } });
  });

  test("[MSG-68] people narrow the list by agent, state, channel and time, newest first", async () => {
    const { it, admin, ann, ben, cal, send } = await given(3);
    const a = await send(ann, ben);
    it.advance(60_000);
    const b = await cal.runner.messages.send({ to: ben.id, body: "b", channel: "ops" });
    const ids = async (filter: object) => (await admin.messages.list(filter)).messages.map(({ id }) => id);
    expect(await ids({})).toEqual([b.messageId, a.messageId]);
    expect(await ids({ agentId: ann.id })).toEqual([a.messageId]);
    expect(await ids({ channel: "ops" })).toEqual([b.messageId]);
    expect(await ids({ since: "2026-01-01T00:00:30.000Z" })).toEqual([b.messageId]);
    expect(await ids({ until: "2026-01-01T00:00:30.000Z" })).toEqual([a.messageId]);
    expect(await ids({ state: "waiting" })).toHaveLength(2);
    expect(await ids({ state: "held" })).toEqual([]);
    const page = await admin.messages.list({ limit: 1 });
    expect(await ids({ limit: 1, cursor: page.nextCursor })).toEqual([a.messageId]);
  });

  test("[MSG-60] [MSG-61] after six exchanges without a person the next is held and not shown to its recipient", async () => {
    const { it, ann, ben, send, exchange } = await given();
    await exchange(6);
    const held = await send(ann, ben, "seventh");
    expect(held.delivery).toMatchObject({
      delivered: false,
      expectReply: false,
      reason: "loop_guard",
      next: expect.stringContaining("console"),
      recipients: [{ state: "held", reason: "loop_guard" }],
    });
    const back = await send(ben, ann, "seventh back");
    expect(back.delivery.recipients[0]).toMatchObject({ state: "held" });
    expect((await ben.runner.messages.inbox({})).messages.map(({ body }) => body)).not.toContain("seventh");
    // Nor by its number, which is easily guessed: it would count as seen then.
    const { messageId } = held;
    const { get, thread, reply } = ben.runner.messages;
    for (const read of [get, thread, () => reply({ messageId, body: "r" })])
      await expect(read({ messageId })).rejects.toMatchObject({ reason: "NotFound" });
    for (const rung of ["sent", "injected", "seen"] as const) {
      const said = ben.runner.messages.acknowledge({ epoch: ben.epoch, rung, messageIds: [messageId] });
      await expect(said).rejects.toMatchObject({ reason: "Forbidden" });
    }
    await expect(ann.runner.messages.get({ messageId })).resolves.toMatchObject({
      receipt: { recipients: [{ state: "held", rung: "accepted" }] },
    });
    const waiting = await takeMail(it, ann, 6);
    expect(waiting.map((item) => (item.kind === "mail" ? item.mail.body : ""))).not.toContain("seventh back");
  });

  test("[MSG-60] five exchanges, or six over more than ten minutes, or with a third agent, are not held", async () => {
    const { it, ann, ben, cal, send, exchange } = await given(3);
    await exchange(5);
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
    await send(ben, ann);
    expect((await send(ann, cal)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({ state: "held" });
    it.advance(600_000);
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
    it.services.settings["messages.loopExchanges"] = 0;
    await exchange(8);
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
  });

  test("[MSG-60] replies and fan-outs are held as well, each for that recipient alone", async () => {
    const { ann, ben, cal, send, exchange } = await given(3);
    await exchange(5);
    const last = await send(ann, ben);
    await ben.runner.messages.reply({ messageId: last.messageId, body: "r" });
    const all = await ann.runner.messages.send({ to: "broadcast", body: "all" });
    const states = Object.fromEntries(all.delivery.recipients.map(({ agentId, state }) => [agentId, state]));
    expect(states).toEqual({ [ben.id]: "held", [cal.id]: "waiting" });
    const { delivery } = await ben.runner.messages.reply({ messageId: last.messageId, body: "again" });
    expect(delivery.recipients[0]).toMatchObject({ state: "held" });
  });

  test("[MSG-61] a person's message to either releases what is held, in order, with a deadline from then, and counts anew", async () => {
    const { it, admin, ann, ben, send, exchange } = await given();
    await exchange(6);
    const one = await send(ann, ben, "one");
    const two = await send(ann, ben, "two");
    it.advance(300_000);
    await admin.messages.send({ to: ann.id, body: "carry on", from: "Jo" });
    const bodies = (await ben.runner.messages.inbox({})).messages.map(({ body }) => body);
    expect(bodies.slice(-2)).toEqual(["one", "two"]);
    const { receipt } = await admin.messages.get({ messageId: one.messageId });
    expect(receipt.recipients[0]?.state).toBe("delivered");
    expect(two.messageId).toBeGreaterThan(one.messageId);
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({
      state: "waiting",
      deadlineAt: "2026-01-01T00:15:00.000Z",
    });
  });

  test("[MSG-58] [MSG-61] only a person releases a held message; the count then begins anew", async () => {
    const { admin, ann, ben, send, exchange } = await given();
    await exchange(6);
    const { messageId } = await send(ann, ben);
    const back = await send(ben, ann);
    expect(back.delivery.recipients[0]).toMatchObject({ state: "held" });
    await expect(ann.runner.messages.redeliver({ messageId })).rejects.toMatchObject({ reason: "Forbidden" });
    const released = await admin.messages.redeliver({ messageId });
    expect(released.delivery.recipients[0]).toMatchObject({ state: "waiting" });
    // What the other way waited for the same person goes on as well.
    expect((await admin.messages.get({ messageId: back.messageId })).receipt.recipients[0]).toMatchObject({
      state: "waiting",
    });
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
    expect((await send(ben, ann)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
  });

  test("[MSG-61] a release counts anew also when what it released was written long before", async () => {
    const { it, admin, ann, ben, send, exchange } = await given();
    await exchange(6);
    const { messageId } = await send(ann, ben);
    it.advance(300_000);
    // Held as well, and within the last ten minutes when the first is released.
    for (let n = 0; n < 6; n += 1) await Promise.all([send(ann, ben), send(ben, ann)]);
    it.advance(400_000);
    await admin.messages.redeliver({ messageId });
    expect((await send(ann, ben)).delivery.recipients[0]).toMatchObject({ state: "waiting" });
  });

  test("[MSG-61] [MSG-43] what is released to an agent that has ended is undeliverable at once, and its sender is told", async () => {
    const { it, admin, ann, ben, send, exchange } = await given();
    await exchange(6);
    const { messageId } = await send(ann, ben);
    await it.services.db.client.agent.update({ where: { id: ben.id }, data: { state: "exited" } });
    const { delivery } = await admin.messages.redeliver({ messageId });
    expect(delivery.recipients[0]).toMatchObject({ state: "undeliverable", reason: "agent_ended" });
    const notices = (await ann.runner.messages.inbox({})).messages.filter(({ from }) => from.kind === "relay");
    expect(notices.map(({ replyTo }) => replyTo)).toEqual([messageId]);
  });
});
