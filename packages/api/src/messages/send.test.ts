import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachEngine } from "@signalbox/db/testing";
import { expect, onTestFinished, test } from "vitest";
import { type Member, takeMail, team } from "../testing/messages.ts";
import { mint, testRelay } from "../testing/relay.ts";

eachEngine("sending", (open) => {
  const given = async (count = 2) => {
    const dir = mkdtempSync(join(tmpdir(), "signalbox-artifacts-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const it = await testRelay(await open(), dir);
    const them = await team(it, count);
    const [ann, ben, cal] = them.agents as [Member, Member, Member];
    const stored = () => it.services.db.client.message.count();
    return { it, ...them, ann, ben, cal, stored };
  };

  test("[MSG-31] [MSG-32] what is too much or unknown is Invalid, naming field and limit; what fits is taken as it is", async () => {
    const { ann, ben, stored } = await given();
    const send = (more: object) => ann.runner.messages.send({ to: ben.id, body: "hi", ...more });
    const refused = async (more: object, field: string, limit: RegExp) => {
      const failed = await send(more).catch((error: unknown) => error as Error);
      expect(String(failed)).toMatch(field);
      expect(String((failed as { cause?: unknown }).cause ?? failed)).toMatch(limit);
    };
    await refused({ body: "ä".repeat(131_073) }, "body", /262144 bytes/);
    await refused({ body: "" }, "body", />=1 characters/);
    await refused({ payload: { a: "x".repeat(65_536) } }, "payload", /65536 bytes/);
    await refused({ subject: "x".repeat(201) }, "subject", /<=200/);
    await refused({ channel: "x".repeat(121) }, "channel", /<=120/);
    await refused({ attachments: Array.from({ length: 21 }, () => ({ artifactId: "art_1" })) }, "attachments", /<=20/);
    await refused({ more: 1 }, "more", /Unrecognized/);
    await refused({ delivery: "steer" }, "steer", /urgent/);
    expect(await stored()).toBe(0);
    const body = "ä".repeat(131_072);
    const { messageId } = await send({ body, payload: { a: [1, { b: null }] }, subject: "s", channel: "c" });
    expect(await ann.runner.messages.get({ messageId, offset: 120_000 })).toMatchObject({
      body: body.slice(120_000),
      payload: { a: [1, { b: null }] },
      nextOffset: null,
    });
  });

  test("[MSG-33] [IDN-25] an agent writes as itself whatever from says; whoever is nobody's agent must say who", async () => {
    const { it, admin, ann, ben } = await given();
    const { messageId } = await ann.runner.messages.send({ to: ben.id, body: "hi", from: "the boss" });
    expect((await ben.runner.messages.get({ messageId })).from).toEqual({ kind: "agent", id: ann.id, name: "agent 1" });
    await expect(admin.messages.send({ to: ben.id, body: "hi" })).rejects.toMatchObject({ details: { field: "from" } });
    const mine = await admin.messages.send({ to: ben.id, body: "hi", from: "Jo" });
    expect((await ben.runner.messages.get({ messageId: mine.messageId })).from).toMatchObject({
      kind: "person",
      name: "Jo",
    });
    const several = await it.as({ profile: "operator", constraints: { agents: [ann.id, ben.id] } });
    const both = await several.messages.send({ to: ben.id, body: "hi", from: ann.id });
    expect((await ben.runner.messages.get({ messageId: both.messageId })).from.id).toBe(ann.id);
    await expect(several.messages.send({ to: ben.id, body: "hi" })).rejects.toMatchObject({ reason: "Invalid" });
    await expect(several.messages.send({ to: ben.id, body: "hi", from: "shell-zzzzzz" })).rejects.toMatchObject({
      reason: "Forbidden",
    });
  });

  test("[MSG-34] [MCP-55] [MCP-56] what comes with a message is its recipient's to read; what the sender may not read does not exist", async () => {
    const { it, ann, ben, cal, stored } = await given(3);
    const upload = (more: object) => ann.runner.artifacts.upload({ name: "plan.txt", text: "the plan", ...more });
    const [plan, secret] = [await upload({}), await upload({ sensitivity: "sensitive" })];
    const send = (from: Member, to: Member, artifactId: string) =>
      from.runner.messages.send({ to: to.id, body: "hi", attachments: [{ artifactId, name: "the plan" }] });
    for (const id of ["art_none", plan.id])
      await expect(send(cal, ben, id)).rejects.toMatchObject({
        reason: "NotFound",
        message: expect.stringContaining(id),
      });
    expect(await stored()).toBe(0);
    await expect(ben.runner.artifacts.get({ artifactId: plan.id })).rejects.toMatchObject({ reason: "NotFound" });
    const { messageId } = await send(ann, ben, plan.id);
    await send(ann, ben, secret.id);
    const [first] = (await ben.runner.messages.thread({ messageId })).messages;
    expect(first?.attachments).toEqual([{ artifactId: plan.id, name: "the plan" }]);
    for (const { id } of [plan, secret])
      expect(await ben.runner.artifacts.get({ artifactId: id })).toMatchObject({ id, links: [{ subject: "message" }] });
    await expect(cal.runner.artifacts.get({ artifactId: plan.id })).rejects.toMatchObject({ reason: "NotFound" });
    await expect(send(ben, cal, plan.id)).resolves.toMatchObject({ created: true });
    await expect(send(ben, cal, secret.id)).rejects.toMatchObject({ reason: "Forbidden" });
    it.services.settings["messages.loopExchanges"] = 1;
    await send(cal, ann, plan.id);
    await ann.runner.messages.send({ to: cal.id, body: "thanks" });
    const other = await upload({ name: "other" });
    expect((await send(ann, cal, other.id)).delivery.recipients[0]).toMatchObject({ state: "held" });
    await expect(cal.runner.artifacts.get({ artifactId: other.id })).rejects.toMatchObject({ reason: "NotFound" });
  });

  test("[MSG-34] an artifact that goes between the check and the writing fails its message alone", async () => {
    const { it, ben, stored } = await given();
    const { text } = await it.token({ name: "jo" });
    const { id: artifactId } = await it.callWith(text).artifacts.upload({ name: "a", text: "a" });
    const { post, db } = it.services;
    const late = it.callWith(text, {
      async post(draft) {
        await db.client.artifact.deleteMany();
        return post(draft);
      },
    });
    const plain = { to: ben.id, body: "hi", from: "Jo" };
    const [one, other] = await Promise.allSettled([
      late.messages.send({ ...plain, attachments: [{ artifactId }] }),
      it.callWith(text).messages.send(plain),
    ]);
    expect(one).toMatchObject({ status: "rejected", reason: { reason: "NotFound" } });
    expect(other).toMatchObject({ status: "fulfilled", value: { created: true } });
    expect(await stored()).toBe(1);
  });

  test("[MSG-35] target and channel are checked against the token before anything is stored, each of a fan-out's", async () => {
    const { it, ben, cal, stored } = await given(3);
    const limited = await it.as({ profile: "operator", constraints: { targets: [ben.id], channels: ["ops"] } });
    const send = (to: string, channel = "ops") => limited.messages.send({ to, body: "hi", from: "Jo", channel });
    await expect(send(cal.id)).rejects.toMatchObject({ reason: "Forbidden", message: expect.stringContaining(cal.id) });
    await expect(send("broadcast")).rejects.toMatchObject({ reason: "Forbidden" });
    await expect(send(ben.id, "chat")).rejects.toMatchObject({ message: expect.stringContaining("chat") });
    expect(await stored()).toBe(0);
    await expect(send(ben.id)).resolves.toMatchObject({ created: true });
    const reader = await it.as({ profile: "viewer" });
    await expect(reader.messages.send({ to: ben.id, body: "hi", from: "Jo" })).rejects.toMatchObject({
      reason: "Forbidden",
      message: expect.stringContaining("message:send"),
    });
  });

  test("[MSG-36] the same under one key is sent once, other content is a conflict, and a day later the key is free", async () => {
    const { it, ann, ben, stored } = await given();
    const send = (body: string) => ann.runner.messages.send({ to: ben.id, body, idempotencyKey: "k1" });
    const events: string[] = [];
    it.services.bells.onEvent((event) => event.type === "message" && events.push(event.id));
    const answers = await Promise.all(Array.from({ length: 64 }, () => send("hi")));
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(events).toEqual([String(answers[0]?.messageId)]);
    await expect(send("something else")).rejects.toMatchObject({ reason: "Conflict" });
    await expect(ben.runner.messages.send({ to: ann.id, body: "mine", idempotencyKey: "k1" })).resolves.toMatchObject({
      created: true,
    });
    expect(await takeMail(it, ben, 1)).toHaveLength(1);
    expect(await stored()).toBe(2);
    it.advance(24 * 3_600_000);
    await expect(send("something else")).resolves.toMatchObject({ created: true });
  });

  test("[MSG-36] a repeat is answered as the first was whoever the reference means by now; all that was said must be the same", async () => {
    const { it, admin, ann, ben, stored } = await given(3);
    const call = { to: "agent 2", body: "hi", idempotencyKey: "k1" };
    const first = await ann.runner.messages.send(call);
    const { client } = it.services.db;
    // Another is called so now; then nobody is.
    await client.agent.update({ where: { id: ben.id }, data: { label: "gone" } });
    await client.agent.updateMany({ where: { label: "agent 3" }, data: { label: "agent 2" } });
    const again = { messageId: first.messageId, to: ben.id, created: false };
    await expect(ann.runner.messages.send(call)).resolves.toMatchObject(again);
    await client.agent.updateMany({ where: { label: "agent 2" }, data: { label: null } });
    await expect(ann.runner.messages.send(call)).resolves.toMatchObject(again);
    const conflict = { reason: "Conflict", details: { field: "idempotencyKey" } };
    await expect(ann.runner.messages.send({ ...call, deliverWithinSeconds: 60 })).rejects.toMatchObject(conflict);
    await expect(ann.runner.messages.send({ ...call, to: ben.id })).rejects.toMatchObject(conflict);
    const person = { to: ben.id, body: "hi", idempotencyKey: "k2" };
    await admin.messages.send({ ...person, from: "Jo" });
    await expect(admin.messages.send({ ...person, from: "Kim" })).rejects.toMatchObject(conflict);
    expect(await stored()).toBe(2);
  });

  test("[MSG-37] the sixty-first in a minute is refused with the time to wait; a fan-out counts as one", async () => {
    const { it, ann, ben } = await given(3);
    it.services.settings["messages.loopExchanges"] = 0;
    await ann.runner.messages.send({ to: "broadcast", body: "all" });
    it.advance(20_000);
    await Promise.all(Array.from({ length: 59 }, () => ann.runner.messages.send({ to: ben.id, body: "hi" })));
    const failed = ann.runner.messages.send({ to: ben.id, body: "one more" });
    await expect(failed).rejects.toMatchObject({
      reason: "QuotaReached",
      details: { retryAfterSeconds: 40, limit: 60 },
    });
    it.advance(40_000);
    await expect(ann.runner.messages.send({ to: ben.id, body: "now" })).resolves.toMatchObject({ created: true });
    await expect(ann.runner.messages.send({ to: ben.id, body: "not yet" })).rejects.toMatchObject({
      details: { retryAfterSeconds: 20 },
    });
  });

  test("[MSG-38] ids are positive and rise in order of acceptance, also of many at once", async () => {
    const { admin, ben } = await given();
    const sent = await Promise.all(
      Array.from({ length: 150 }, (_, n) => admin.messages.send({ to: ben.id, body: String(n), from: "Jo" })),
    );
    const ids = sent.map(({ messageId }) => messageId);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(150);
    const bodies = await Promise.all([0, 75, 149].map((n) => admin.messages.get({ messageId: ids[n] as number })));
    expect(bodies.map(({ body }) => body)).toEqual(["0", "75", "149"]);
  });

  test("[MSG-43] a starting or absent agent's message waits and says so; an ended one's is undeliverable at once", async () => {
    const { it, host, admin, ann, ben } = await given();
    const receipt = async (to: string) => (await ann.runner.messages.send({ to, body: "hi" })).delivery;
    const starting = await admin.agents.spawn({ provider: "shell", prompt: "true" });
    await mint(host, starting.command.id);
    expect(await receipt(starting.agentId)).toMatchObject({ expectReply: true, recipients: [{ state: "waiting" }] });
    const put = (state: string) => it.services.db.client.agent.update({ where: { id: ben.id }, data: { state } });
    await put("stale");
    expect(await receipt(ben.id)).toMatchObject({
      expectReply: false,
      reason: "stale",
      recipients: [{ state: "waiting", reason: "stale" }],
    });
    await put("exited");
    expect(await receipt(ben.id)).toMatchObject({
      delivered: false,
      expectReply: false,
      recipients: [{ state: "undeliverable", reason: "agent_ended" }],
    });
    await put("online");
    const silent = await ann.runner.messages.send({ to: ben.id, body: "fyi", replyExpected: false });
    expect(silent.delivery).toMatchObject({ expectReply: false });
  });
});
