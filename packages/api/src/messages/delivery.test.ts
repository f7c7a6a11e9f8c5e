import { eachEngine, testDatabase } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { type Member, takeMail, team } from "../testing/messages.ts";
import { testRelay } from "../testing/relay.ts";
import { failLateMessages, forgetMessages } from "./deadlines.ts";

eachEngine("delivery", (open) => {
  const given = async (count = 2) => {
    const it = await testRelay(await open());
    const them = await team(it, count);
    const [ann, ben, cal] = them.agents as [Member, Member, Member];
    const send = async (body = "hi", more: object = {}) =>
      (await ann.runner.messages.send({ to: ben.id, body, ...more })).messageId;
    const to = async (messageId: number) => {
      const { receipt } = await them.admin.messages.get({ messageId });
      return receipt.recipients[0];
    };
    const say = (rung: "sent" | "injected" | "seen", ...messageIds: number[]) =>
      ben.runner.messages.acknowledge({ epoch: ben.epoch, rung, messageIds });
    return { it, ...them, ann, ben, cal, send, to, say };
  };

  test("[MSG-46] a runner gets what waits in order, again on each new stream until it was injected, and no one else's", async () => {
    const { it, ann, ben, send, say } = await given(3);
    const ids = [await send("one"), await send("two"), await send("three")];
    await ann.runner.messages.send({ to: "agent 3", body: "not for ben" });
    const mail = async (count: number) => {
      const items = await takeMail(it, ben, count);
      return items.map((item) => (item.kind === "mail" ? item.mail.id : `withdrawn ${item.id}`));
    };
    expect(await mail(3)).toEqual(ids);
    await say("sent", ...ids);
    expect(await mail(3)).toEqual(ids);
    await say("injected", ids[0] as number);
    expect(await mail(2)).toEqual(ids.slice(1));
  });

  test("[MSG-50] the runner gets at most 4,000 characters, and how many are missing", async () => {
    const { it, ben, send } = await given();
    await send(`${"x".repeat(3_999)}😀${"y".repeat(10)}`);
    const [item] = await takeMail(it, ben, 1);
    const { body, missing } = item?.kind === "mail" ? item.mail : { body: "", missing: -1 };
    expect(body.endsWith("x😀")).toBe(true);
    expect(missing).toBe(10);
  });

  test("[MSG-53] [MSG-44] what its recipient read by a call is seen, and taken back from the runner", async () => {
    const { it, ben, send, to } = await given();
    const id = await send();
    const stop = new AbortController();
    const stream = await it.callWith(ben.token, {}, stop.signal).messages.subscribe({ epoch: ben.epoch });
    const items = (stream as unknown as AsyncIterable<[string, unknown]>)[Symbol.asyncIterator]();
    expect((await items.next()).value[1]).toMatchObject({ kind: "mail", mail: { id } });
    const { messages } = await ben.runner.messages.inbox({});
    expect(messages.map((one) => one.id)).toEqual([id]);
    expect((await items.next()).value[1]).toEqual({ kind: "withdrawn", id });
    stop.abort();
    expect(await to(id)).toMatchObject({ rung: "seen", state: "delivered" });
  });

  test("[MSG-44] what its sender or a person reads is not seen by that; a thread's reading is", async () => {
    const { ann, ben, admin, send, to } = await given();
    const id = await send();
    await ann.runner.messages.get({ messageId: id });
    await ann.runner.messages.thread({ messageId: id });
    await admin.messages.inbox({ agentId: ben.id });
    expect(await to(id)).toMatchObject({ rung: "accepted" });
    await ben.runner.messages.thread({ messageId: id });
    expect(await to(id)).toMatchObject({ rung: "seen" });
  });

  test("[MSG-45] only the recipient's own token and present registration say how far it came; again is harmless", async () => {
    const { it, ann, ben, send, say, to } = await given();
    const id = await send();
    const other = ann.runner.messages.acknowledge({ epoch: ann.epoch, rung: "injected", messageIds: [id] });
    await expect(other).rejects.toMatchObject({ reason: "Forbidden" });
    const person = await it.as({ profile: "operator" });
    await expect(
      person.messages.acknowledge({ epoch: ben.epoch, rung: "injected", messageIds: [id] }),
    ).rejects.toMatchObject({ reason: "Forbidden" });
    const old = ben.runner.messages.acknowledge({ epoch: ben.epoch - 1, rung: "injected", messageIds: [id] });
    await expect(old).rejects.toMatchObject({ reason: "Conflict" });
    expect(await to(id)).toMatchObject({ rung: "accepted" });
    const unknown = ben.runner.messages.acknowledge({ epoch: ben.epoch, rung: "sent", messageIds: [1_000_000] });
    await expect(unknown).rejects.toMatchObject({ reason: "Forbidden" });
    await say("injected", id);
    const once = await to(id);
    it.advance(5_000);
    await say("injected", id);
    expect(await to(id)).toEqual(once);
  });

  test("[MSG-06] [MSG-46] the stream of a registration that is over ends with Conflict", async () => {
    const { it, ben } = await given();
    await expect(takeMail(it, { ...ben, epoch: ben.epoch - 1 }, 1)).rejects.toMatchObject({ reason: "Conflict" });
  });

  test("[MSG-55] a new conversation gets what an earlier session showed and no turn read, a continued one does not", async () => {
    const { it, ben, send, say } = await given();
    const [shown, read, waiting] = [await send("shown"), await send("read"), await send("waits")];
    await say("injected", shown, read);
    await say("seen", read);
    const ids = async (fresh: boolean, count: number) => {
      const items = await takeMail(it, ben, count, fresh);
      return items.map((item) => (item.kind === "mail" ? item.mail.id : 0));
    };
    expect(await ids(false, 1)).toEqual([waiting]);
    expect(await ids(true, 2)).toEqual([shown, waiting]);
  });

  test("[MSG-53] [MSG-55] what was offered anew is taken back too once it was read by a call", async () => {
    const { it, ben, send, say } = await given();
    const id = await send("shown in vain");
    await say("injected", id);
    const stop = new AbortController();
    const stream = await it.callWith(ben.token, {}, stop.signal).messages.subscribe({ epoch: ben.epoch, fresh: true });
    const items = (stream as unknown as AsyncIterable<[string, unknown]>)[Symbol.asyncIterator]();
    expect((await items.next()).value[1]).toMatchObject({ kind: "mail", mail: { id } });
    await ben.runner.messages.get({ messageId: id });
    expect((await items.next()).value[1]).toEqual({ kind: "withdrawn", id });
    stop.abort();
  });

  test("[MSG-56] [MSG-57] past its deadline it is undeliverable, with the reason, and its sender is told once", async () => {
    const { it, ann, ben, send, to } = await given();
    const { client } = it.services.db;
    const soon = await send("soon", { deliverWithinSeconds: 10 });
    const id = await send("hi", { subject: "the plan" });
    it.advance(11_000);
    await failLateMessages(it.services);
    expect(await to(soon)).toMatchObject({ state: "undeliverable", reason: "not_connected" });
    expect(await to(id)).toMatchObject({ state: "waiting" });
    await client.agent.update({ where: { id: ben.id }, data: { state: "busy" } });
    it.advance(590_000);
    await failLateMessages(it.services);
    expect(await to(id)).toMatchObject({ state: "undeliverable", reason: "agent_busy", rung: "accepted" });
    for (let n = 0; n < 3; n += 1) await failLateMessages(it.services);
    const notices = (await ann.runner.messages.inbox({})).messages.filter(({ from }) => from.kind === "relay");
    expect(notices.map(({ replyTo }) => replyTo)).toEqual([soon, id]);
    expect(notices[1]?.body).toContain(`${ben.id}: agent_busy`);
    expect(notices[1]?.body).toContain("the plan");
    it.advance(601_000);
    await failLateMessages(it.services);
    expect(await client.message.count({ where: { senderKind: "relay" } })).toBe(2);
  });

  test.each([
    ["blocked", "online", "agent_blocked"],
    ["exited", "online", "agent_ended"],
    ["offline", "offline", "host_offline"],
    ["offline", "online", "not_connected"],
  ])("[MSG-56] an agent that is %s on a host that is %s: %s", async (state, hostState, reason) => {
    const { it, ben, host, send, to } = await given();
    const id = await send();
    await it.services.db.client.agent.update({ where: { id: ben.id }, data: { state } });
    await it.services.db.client.orchestrator.update({ where: { id: host.id }, data: { state: hostState } });
    it.advance(601_000);
    await failLateMessages(it.services);
    expect(await to(id)).toMatchObject({ state: "undeliverable", reason });
  });

  test("[MSG-57] a person's message that did not arrive is in the list of those that need somebody, and nobody gets a notice", async () => {
    const { it, admin, ben } = await given();
    const { messageId } = await admin.messages.send({ to: ben.id, body: "hi", from: "Jo" });
    it.advance(601_000);
    await failLateMessages(it.services);
    const { messages } = await admin.messages.list({ state: "undeliverable" });
    expect(messages.map(({ id }) => id)).toEqual([messageId]);
    expect(await it.services.db.client.message.count()).toBe(1);
  });

  test("[MSG-58] [MSG-59] sent again it has a new deadline; what arrived is Conflict; late evidence still counts", async () => {
    const { it, ann, ben, send, to, say } = await given();
    const id = await send();
    await expect(ann.runner.messages.redeliver({ messageId: id })).rejects.toThrow(/under way/);
    it.advance(601_000);
    await failLateMessages(it.services);
    await expect(ben.runner.messages.redeliver({ messageId: id })).rejects.toMatchObject({ reason: "NotFound" });
    const again = await ann.runner.messages.redeliver({ messageId: id });
    expect(again.delivery.recipients[0]).toMatchObject({ state: "waiting", deadlineAt: "2026-01-01T00:20:01.000Z" });
    expect(await takeMail(it, ben, 1)).toMatchObject([{ mail: { id } }]);
    it.advance(601_000);
    await failLateMessages(it.services);
    expect(await to(id)).toMatchObject({ state: "undeliverable" });
    expect((await ben.runner.messages.inbox({ unseenOnly: false })).messages.map((one) => one.id)).toContain(id);
    expect(await to(id)).toMatchObject({ state: "delivered", rung: "seen" });
    const there = ann.runner.messages.redeliver({ messageId: id });
    await expect(there).rejects.toMatchObject({
      reason: "Conflict",
      message: expect.stringContaining("2026-01-01T00:20"),
    });
    const late = await send();
    it.advance(601_000);
    await failLateMessages(it.services);
    await say("injected", late);
    expect(await to(late)).toMatchObject({ state: "delivered", rung: "injected" });
  });

  test("[MSG-58] [MSG-43] sent again to an agent that has ended it fails at once, and nobody is told a second time", async () => {
    const { it, ann, ben, send } = await given();
    const id = await send();
    it.advance(601_000);
    await failLateMessages(it.services);
    await it.services.db.client.agent.update({ where: { id: ben.id }, data: { state: "exited" } });
    const { delivery } = await ann.runner.messages.redeliver({ messageId: id });
    expect(delivery.recipients[0]).toMatchObject({ state: "undeliverable", reason: "agent_ended" });
    await failLateMessages(it.services);
    expect(await it.services.db.client.message.count({ where: { senderKind: "relay" } })).toBe(1);
  });

  test("[MSG-68] what was last touched 30 days ago is removed, but never what waits or is held", async () => {
    const { it, admin, ann, ben, send, say } = await given();
    const [read, waits] = [await send("read"), await send("waits", { deliverWithinSeconds: 86_400 })];
    it.services.settings["messages.loopExchanges"] = 1;
    await ben.runner.messages.send({ to: ann.id, body: "back" });
    const held = await send("held");
    await it.services.db.client.delivery.updateMany({ where: { agentId: ann.id }, data: { state: "undeliverable" } });
    await say("seen", read);
    it.advance(30 * 86_400_000 - 1_000);
    await forgetMessages(it.services);
    await expect(admin.messages.get({ messageId: read })).resolves.toBeTruthy();
    it.advance(2_000);
    expect(await forgetMessages(it.services)).toBe(2);
    await expect(admin.messages.get({ messageId: read })).rejects.toMatchObject({ reason: "NotFound" });
    for (const [messageId, state] of [
      [waits, "waiting"],
      [held, "held"],
    ] as const)
      expect((await admin.messages.get({ messageId })).receipt.recipients[0]).toMatchObject({ state });
  });
});

test("[MSG-40] [MSG-56] what arrives while its deadline is being told of stays delivered, and nobody is told otherwise", async () => {
  const it = await testRelay(await testDatabase("postgresql"));
  const { agents } = await team(it, 2);
  const [ann, ben] = agents as [Member, Member];
  const { messageId } = await ann.runner.messages.send({ to: ben.id, body: "hi" });
  it.advance(601_000);
  const { db } = it.services;
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  }).then(() => ben.runner.messages.acknowledge({ epoch: ben.epoch, rung: "injected", messageIds: [messageId] }));
  const write: typeof db.write = (fn) =>
    db.write((tx) => {
      // Between the look at what is due and its change.
      const findMany = async (query: object) => {
        arrive();
        await arrived;
        return tx.agent.findMany(query);
      };
      const agent = new Proxy(tx.agent, {
        get: (model, name) => (name === "findMany" ? findMany : Reflect.get(model, name)),
      });
      return fn(new Proxy(tx, { get: (all, name) => (name === "agent" ? agent : Reflect.get(all, name)) }));
    });
  expect(await failLateMessages({ ...it.services, db: { ...db, write } })).toBe(0);
  const { receipt } = await ann.runner.messages.get({ messageId });
  expect(receipt.recipients[0]).toMatchObject({ state: "delivered", rung: "injected" });
  expect(await db.client.message.count()).toBe(1);
});
