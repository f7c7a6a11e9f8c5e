import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { type Member, team } from "../testing/messages.ts";
import { carryOut, testRelay } from "../testing/relay.ts";

eachEngine("whom a message is to", (open) => {
  const given = async (count = 3, label?: (n: number) => string) => {
    const it = await testRelay(await open());
    const them = await team(it, count, label);
    const [ann, ben, cal] = them.agents as [Member, Member, Member];
    /** How many messages there are. */
    const stored = () => it.services.db.client.message.count();
    return { it, ...them, ann, ben, cal, stored };
  };
  const to = async (from: Member, reference: string) =>
    (await from.runner.messages.send({ to: reference, body: "hi" })).to;

  test("[MSG-19] [MSG-23] id, label whatever its case and spaces, and segment of an id lead to the canonical id", async () => {
    const { ann, ben } = await given();
    expect(await to(ann, ben.id)).toBe(ben.id);
    expect(await to(ann, "  AGENT 2 ")).toBe(ben.id);
    expect(await to(ann, ben.id.slice("shell-".length))).toBe(ben.id);
  });

  test("[MSG-19] the first rule with a match decides: a label before the segment of another's id", async () => {
    const { it, host, admin, ann, ben } = await given();
    const segment = ben.id.slice("shell-".length);
    const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true", label: segment });
    await carryOut(it, host, command.id);
    expect(await to(ann, segment)).toBe(agentId);
  });

  test("[MSG-20] a running agent is meant although an ended one shares its label, also beyond ASCII", async () => {
    const { host, admin, ann, ben, cal } = await given(3, (n) => (n === 1 ? "Änne" : "Prüfer"));
    await admin.agents.shutdown({ agentId: cal.id, graceSeconds: 0 });
    await cal.runner.agents.reportExit({ epoch: cal.epoch, end: { exitCode: 0, signal: null, lastLines: [] } });
    expect(await to(ann, "PRÜFER")).toBe(ben.id);
    expect(host.id).toBe("host-a");
  });

  test("[MSG-21] an unknown one is NotFound with what is near to it and the tool that finds it; nothing is stored", async () => {
    const { ann, ben, stored } = await given(3, (n) => ["writer", "reviewer", "tester"][n - 1] as string);
    const failed = await ann.runner.messages.send({ to: "reveiwer", body: "hi" }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ reason: "NotFound", message: expect.stringContaining("reviewer") });
    expect(failed).toMatchObject({ details: { next: expect.stringContaining("relay_find_agents") } });
    expect(failed).not.toMatchObject({ message: expect.stringContaining(ben.id) });
    expect(await stored()).toBe(0);
  });

  test("[MSG-22] an ambiguous one is Invalid and lists candidates with id, label and status; nothing is stored", async () => {
    const { ann, ben, cal, stored } = await given(3, (n) => (n === 1 ? "me" : "twin"));
    const failed = ann.runner.messages.send({ to: "twin", body: "hi" });
    await expect(failed).rejects.toMatchObject({ reason: "Invalid" });
    await expect(failed).rejects.toThrow(new RegExp(`${ben.id} \\(twin\\), online`));
    await expect(failed).rejects.toThrow(new RegExp(cal.id));
    expect(await stored()).toBe(0);
  });

  test("[MSG-24] an agent does not write to itself, however it says it", async () => {
    const { ann, stored } = await given();
    for (const self of [ann.id, "agent 1", ann.id.slice("shell-".length)])
      await expect(to(ann, self)).rejects.toMatchObject({
        reason: "Invalid",
        message: expect.stringContaining("yourself"),
      });
    expect(await stored()).toBe(0);
  });

  test("[MSG-25] a fan-out goes to all that run now but the sender, and the list stays as it was", async () => {
    const { it, host, admin, ann } = await given(1);
    const ids: string[] = [];
    for (const tags of [["red"], ["red", "blue"], ["blue"]]) {
      const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true", tags, label: "Crew" });
      await carryOut(it, host, command.id);
      ids.push(agentId);
    }
    const recipients = async (reference: string) =>
      (await ann.runner.messages.send({ to: reference, body: "hi" })).delivery.recipients.map(({ agentId }) => agentId);
    expect(await recipients("tag:red")).toEqual(ids.slice(0, 2).toSorted());
    expect(await recipients("label:crew")).toEqual(ids.toSorted());
    expect(await recipients("broadcast")).toEqual(ids.toSorted());
    const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true", tags: ["red"] });
    await carryOut(it, host, command.id);
    const [last] = (await admin.messages.list({})).messages.filter((one) => one.to === "tag:red");
    const earlier = await ann.runner.messages.get({ messageId: last?.id as number });
    expect(earlier.receipt.recipients.map((one) => one.agentId)).not.toContain(agentId);
    expect(earlier.to).toBe("tag:red");
  });

  test("[MSG-27] a selector that matches nobody is stored and says so; an unknown prefix is a reference", async () => {
    const { ann, stored } = await given();
    const sent = await ann.runner.messages.send({ to: "tag:none", body: "hi" });
    expect(sent.delivery).toEqual({ delivered: false, expectReply: false, recipients: [], reason: "no_recipient" });
    await expect(to(ann, "team:none")).rejects.toMatchObject({ reason: "NotFound" });
    expect(await stored()).toBe(1);
  });

  test("[MSG-26] more than 500 recipients are Invalid with their number; nothing is stored", async () => {
    const { it, admin, ann, ben, stored } = await given(2);
    const { client } = it.services.db;
    const like = await client.agent.findUniqueOrThrow({ where: { id: ben.id } });
    const copies = Array.from({ length: 501 }, (_, n) => ({
      ...like,
      id: `shell-copy${n}`,
      spawnRequestId: `copy-${n}`,
    }));
    await client.agent.createMany({ data: copies });
    const failed = admin.messages.send({ to: "broadcast", body: "hi", from: "jo" });
    await expect(failed).rejects.toMatchObject({ reason: "Invalid", message: expect.stringContaining("503") });
    await expect(failed).rejects.toMatchObject({ details: { next: expect.stringContaining("Narrow"), limit: 500 } });
    expect(await stored()).toBe(0);
    expect(ann.id).toBeTruthy();
  });

  test("[MSG-28] an unknown policy is NotFound; the agent that stands for one is its recipient", async () => {
    const { it, ann, ben, stored } = await given();
    await expect(to(ann, "policy:nightly")).rejects.toMatchObject({ reason: "NotFound" });
    expect(await stored()).toBe(0);
    await it.services.db.client.agent.update({ where: { id: ben.id }, data: { policyName: "nightly" } });
    expect(await to(ann, "policy:nightly")).toBe(ben.id);
    await expect(to(ben, "policy:nightly")).rejects.toThrow(/yourself/);
  });
});
