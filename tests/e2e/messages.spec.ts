import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { clientOf } from "../support/client.ts";
import { violations } from "./accessible.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { card, isLive, playedTeam, reached, say } from "./post.ts";
import { pictures, shoot } from "./screens.ts";
import type { Signalbox } from "./signalbox.ts";

const adminOf = ({ url, adminToken }: Signalbox) => clientOf(url, adminToken);

/** Reads its inbox once `may-look` is there, and answers once `may-answer` is. */
const reader = `
until [ -e may-look ]; do sleep 0.1; done
id=
until [ -n "$id" ]; do
  id=$(sbx tool relay_inbox '{}' | tr -d ' \\n' | grep -oE '"id":[0-9]+' | head -1 | cut -d: -f2)
  sleep 0.2
done
until [ -e may-answer ]; do sleep 0.1; done
sbx tool relay_reply "{\\"messageId\\":$id,\\"body\\":\\"All is well\\\\n  <b>here</b>\\"}"
read wait
`;

test("[CON-44] [CON-45] [CON-57] [MSG-39] [MSG-54] what a person writes to a script climbs the ladder on the open page, up to its answer", async ({
  page,
  signalbox,
}) => {
  test.setTimeout(180_000);
  await signIn(page, signalbox);
  // What is typed so far may be nobody's name.
  const wrong = watch(page, [/40[04].*(messages\.recipients|Not Found|Bad Request)/, /status of 40[04]/]);
  const admin = adminOf(signalbox);
  const wanted = { provider: "shell", workspaceMode: "shared", label: "Reader", prompt: reader, wait: true } as const;
  const { agentId } = await admin.agents.spawn.mutate(wanted);

  await page.goto("/");
  await isLive(page);
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page.getByRole("heading", { name: "Messages", level: 1 })).toBeVisible();

  const dialog = page.getByRole("dialog", { name: "Write a message" });
  await test.step("an unknown name is said at the field, a known one is resolved", async () => {
    await page.keyboard.press("c");
    await expect(page).toHaveURL(/dialog=message/);
    const to = dialog.getByRole("combobox", { name: "To" });
    await to.fill("Raeder");
    await expect(dialog.getByText("No agent is called Raeder; near to it: Reader")).toBeVisible();
    await dialog.getByRole("button", { name: "Send" }).click();
    await expect(dialog.getByText("Write something")).toBeVisible();
    await to.fill("reader");
    const recipients = dialog.getByRole("list", { name: "Recipients" });
    await expect(recipients).toContainText(agentId);
    await expect(dialog.getByText("Goes to 1 agent")).toBeVisible();
    await expect(dialog.getByText("From admin")).toBeVisible();
    await dialog.getByRole("textbox", { name: "Subject" }).fill("State of things");
    await dialog.getByRole("textbox", { name: "Message" }).fill("How is it going?");
    await dialog.getByRole("button", { name: "Send" }).click();
  });

  await expect(page.getByRole("heading", { name: "State of things", level: 1 })).toBeVisible();
  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  const first = card(page, id);
  await expect(first).toContainText("How is it going?");
  await expect(first).toContainText("Waits: a script is not written into; it reads its inbox when it asks");
  await expect(reached(first)).toHaveText([/Accepted/]);
  await expect(first.getByText("not reached")).toHaveCount(4);

  await test.step("it reads, then answers; the page follows", async () => {
    writeFileSync(join(signalbox.baseDir, "may-look"), "");
    await expect(reached(first)).toHaveText([/Accepted/, /Sent/, /Injected/, /Seen/]);
    writeFileSync(join(signalbox.baseDir, "may-answer"), "");
    await expect(reached(first)).toHaveCount(5);
    const answer = page.getByRole("article").filter({ hasText: "All is well" });
    await expect(answer).toContainText("<b>here</b>");
    await expect(answer.locator("b")).toHaveCount(0);
    await expect(answer).toContainText("To people: it is shown here");
  });

  await test.step("a reply goes to the script, in the thread, once", async () => {
    const box = page.getByRole("region", { name: "Reply to Reader" });
    await box.getByRole("button", { name: "Send reply" }).click();
    await expect(box.getByText("Write something")).toBeVisible();
    await box.getByRole("textbox", { name: "Message" }).fill("Thank you");
    await box.getByRole("button", { name: "Send reply" }).dblclick();
    await expect(page.getByRole("article")).toHaveCount(3);
    await expect(page.getByRole("article").last()).toContainText("Thank you");
    expect((await admin.messages.thread.query({ messageId: id })).count).toBe(3);
  });

  await page.goto(`/messages?agent=${agentId}`);
  await isLive(page);
  const rows = page.getByRole("table").locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("3 here");
  await isLive(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/messages/${id + 2}$`));
  await expect(first).toBeVisible();
  expect(wrong).toEqual([]);
  await admin.agents.shutdown.mutate({ agentId, graceSeconds: 0 });
});

test("[CON-45] [CON-53] [MSG-36] [CON-21] a selector shows who would get it; a lost answer and a second press send once", async ({
  page,
  signalbox,
}) => {
  test.setTimeout(180_000);
  await signIn(page, signalbox);
  const admin = adminOf(signalbox);
  await using team = await playedTeam(signalbox, admin, "post-room");
  const ann = await team.agent("Ann", ["docs"]);
  const ben = await team.agent("Ben", ["docs"]);
  await page.goto(`/agents/${ann.agentId}?tab=messages`);
  await isLive(page);
  await expect(page.getByText("No messages yet")).toBeVisible();
  await page.getByRole("button", { name: "Message", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Write a message" });
  const to = dialog.getByRole("combobox", { name: "To" });
  await expect(to).toHaveValue(ann.agentId);
  await expect(dialog.getByText("Goes to 1 agent")).toBeVisible();
  await to.fill("tag:do");
  await page.getByRole("option", { name: /tag:docs/ }).click();
  await expect(dialog.getByText("Goes to 2 agents")).toBeVisible();
  await expect(dialog.getByRole("list", { name: "Recipients" })).toContainText("Ben");
  await dialog.getByRole("textbox", { name: "Message" }).fill("Read the manual");
  await expect(dialog.getByLabel("Interrupt")).toHaveCount(0);
  await dialog.getByLabel("Urgent").check();
  await expect(dialog.getByText("also in the middle of a turn")).toBeVisible();

  await test.step("the answer is lost, and the same is sent again", async () => {
    let lost = 0;
    await page.route("**/api/trpc/messages.send*", async (route) => {
      lost += 1;
      if (lost > 1) return route.continue();
      await route.fetch();
      await route.abort("connectionreset");
    });
    await dialog.getByRole("button", { name: "Send" }).click();
    await expect(dialog.getByText("The relay did not answer")).toBeVisible();
    await expect(dialog.getByRole("textbox", { name: "Message" })).toHaveValue("Read the manual");
    await dialog.getByRole("button", { name: "Send" }).click();
    await expect(page).toHaveURL(/\/messages\/\d+$/);
    const { messages } = await admin.messages.list.query({ agentId: ann.agentId });
    expect(messages).toHaveLength(1);
  });

  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  const message = card(page, id);
  await expect(message.getByText("urgent", { exact: true })).toBeVisible();
  await say(ann, "sent", id);
  await say(ann, "injected", id);
  await say(ben, "sent", id);
  const of = (name: string) =>
    message
      .getByRole("list", { name: `Recipients of message ${id}` })
      .getByRole("listitem")
      .filter({ hasText: name });
  await expect(reached(of("Ann"))).toHaveText([/Accepted/, /Sent/, /Injected/]);
  await expect(reached(of("Ben"))).toHaveText([/Accepted/, /Sent/]);
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${pictures}/message-many.png` });
  await page.goto(`/agents/${ben.agentId}?tab=messages`);
  await isLive(page);
  const row = page.getByRole("table").locator("tbody tr");
  await expect(row).toContainText("1 of 2 delivered");
  await say(ben, "seen", id);
  await expect(row).toContainText("All 2 delivered");
  await expect(row).toContainText("tag:docs");

  await test.step("to an agent that has ended nothing is written, and nothing sent again", async () => {
    const end = { exitCode: 0, signal: null, lastLines: [] };
    await ben.call.agents.reportExit.mutate({ epoch: ben.epoch, end });
    const write = page.getByRole("button", { name: "Message", exact: true });
    await expect(write).toHaveAttribute("data-hint", "It has ended; restart it first");
    const vain = await admin.messages.send.mutate({ to: ben.agentId, body: "Are you there?", from: "admin" });
    await page.goto(`/messages/${vain.messageId}`);
    await isLive(page);
    await expect(card(page, vain.messageId)).toContainText("Not delivered: the agent has ended");
    const again = card(page, vain.messageId).getByRole("button", { name: "Send again" });
    await expect(again).toHaveAttribute("data-hint", "The agent has ended; restart it first");
  });
});

test("[CON-15] [CON-17] [MSG-57] [MSG-58] [MSG-61] [CON-66] held and undelivered messages need a person: released, sent again, and gone from the queue", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  const admin = adminOf(signalbox);
  await using team = await playedTeam(signalbox, admin, "mail-room");
  const ann = await team.agent("Planner", ["night"]);
  const ben = await team.agent("Reviewer", ["night"]);
  await admin.settings.put.mutate({ key: "messages.loopExchanges", value: 1 });
  const queue = page.getByRole("region", { name: "Needs you" });
  const item = (kind: string) => queue.getByRole("listitem").filter({ hasText: kind });

  const ask = await ann.call.messages.send.mutate({ to: ben.agentId, subject: "Plan", body: "Is it good?" });
  await say(ben, "seen", ask.messageId);
  const back = await ben.call.messages.reply.mutate({ messageId: ask.messageId, body: "Not quite" });
  await page.goto("/");
  await isLive(page);
  const again = await ann.call.messages.reply.mutate({ messageId: back.messageId, body: "And now?\n".repeat(60) });
  const more = await ann.call.messages.send.mutate({ to: ben.agentId, subject: "By the way", body: "Still there?" });

  await test.step("the pair is on the overview within a second or two, and first of what is on the messages page", async () => {
    const two = "2 messages between them wait for a person";
    await expect(item("Messages held")).toContainText(two, { timeout: 2_000 });
    await expect(item("Messages held")).toContainText("Planner and Reviewer");
    await page.goto("/messages?state=held");
    await isLive(page);
    await expect(item("Messages held")).toBeVisible();
    await expect(page.getByRole("table").locator("tbody tr")).toHaveCount(2);
    await page.getByRole("table").getByRole("link", { name: "By the way" }).click();
    await expect(card(page, more.messageId)).toContainText("Held: the two wrote back and forth without a person");
  });

  await ben.call.agents.setStatus.mutate({ epoch: ben.epoch, status: "busy" });
  const late = await admin.messages.send.mutate({
    to: "reviewer",
    subject: "When you have time",
    body: "Look at the open questions.",
    from: "admin",
    deliverWithinSeconds: 15,
  });

  await test.step("what a person writes releases the pair by itself, and says why it waits", async () => {
    await page.goto(`/messages/${late.messageId}`);
    await isLive(page);
    await expect(card(page, late.messageId)).toContainText("Reviewer");
    const released = await admin.messages.get.query({ messageId: more.messageId });
    expect(released.receipt.recipients).toMatchObject([{ state: "waiting" }]);
  });

  await test.step("after its deadline it is said on the open pages, and is sent again from the queue", async () => {
    await expect(card(page, late.messageId)).toContainText("Not delivered: the agent stayed busy", { timeout: 45_000 });
    await page.goto("/");
    await isLive(page);
    await expect(item(`Message ${late.messageId} to Reviewer`)).toContainText("the agent stayed busy");
    await item(`Message ${late.messageId} to Reviewer`).getByRole("button", { name: "Send again" }).click();
    await expect(item(`Message ${late.messageId} to Reviewer`)).toHaveCount(0);
    const { receipt } = await admin.messages.get.query({ messageId: late.messageId });
    expect(receipt.recipients).toMatchObject([{ state: "waiting" }]);
  });

  await test.step("a release lets all of the pair go on, in order", async () => {
    await say(ben, "seen", ask.messageId, again.messageId, more.messageId);
    const third = await ben.call.messages.reply.mutate({ messageId: again.messageId, body: "Better" });
    await ann.call.messages.reply.mutate({ messageId: third.messageId, body: "So be it" });
    const fourth = await ann.call.messages.send.mutate({ to: ben.agentId, body: "Shall I land it?" });
    const fifth = await ann.call.messages.send.mutate({ to: ben.agentId, body: "Or wait?" });
    await say(ann, "seen", third.messageId);
    const held = async () => (await admin.messages.list.query({ state: "held" })).messages.map(({ id }) => id);
    expect(await held()).toEqual([fifth.messageId, fourth.messageId]);
    await shots(browser, signalbox, page, { thread: fourth.messageId, long: again.messageId, ended: ann.agentId });
    await page.goto("/messages?state=held");
    await isLive(page);
    await expect(page.getByRole("table").locator("tbody tr")).toHaveCount(2);
    await item("Messages held").getByRole("button", { name: "Release" }).click();
    await expect(item("Messages held")).toHaveCount(0);
    await expect(page.getByText("No message matches")).toBeVisible();
    expect(await held()).toEqual([]);
  });
  await admin.settings.put.mutate({ key: "messages.loopExchanges", value: null });
});

/** In dark, light and on a phone. */
async function shots(
  browser: Parameters<typeof shoot>[0],
  { url }: Signalbox,
  page: Page,
  { thread, long, ended }: { thread: number; long: number; ended: string },
): Promise<void> {
  await shoot(browser, url, await page.context().storageState(), [
    { name: "messages", path: "/messages", shows: "Planner and Reviewer" },
    { name: "messages-overview", path: "/", shows: "Messages held" },
    { name: "messages-none", path: "/messages?channel=nowhere", shows: "No message matches" },
    { name: "message-held", path: `/messages/${thread}`, shows: "Held: the two wrote" },
    { name: "message-thread", path: `/messages/${long}`, shows: "Show all 540 characters" },
    { name: "message-compose", path: "/messages?dialog=message&recipient=tag:night", shows: "Goes to 2 agents" },
    { name: "message-compose-empty", path: "/messages?dialog=message", shows: "From admin" },
    { name: "agent-messages", path: `/agents/${ended}?tab=messages`, shows: "Shall I land it?" },
  ]);
}
