import { clientOf } from "../support/client.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { card, isLive, playedTeam, reached, say } from "./post.ts";

test("[CON-46] [CON-44] [MSG-66] a long text is read to its end when it is opened, and a long thread begins with the message that is asked for", async ({
  console: page,
  signalbox,
}) => {
  test.setTimeout(180_000);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  await using team = await playedTeam(signalbox, admin, "archive");
  const ann = await team.agent("Historian");
  const long = `<script>document.title = "run"</script>\n${"a line of the chronicle\n".repeat(2_000)}The end`;
  const { messageId } = await admin.messages.send.mutate({ to: ann.agentId, body: long, from: "admin" });
  const answer = await ann.call.messages.reply.mutate({ messageId, body: "Read" });
  const notes: number[] = [];
  for (let n = 0; n < 105; n += 1) {
    const wanted = { messageId: answer.messageId, body: `Note ${n}`, from: "admin" };
    notes.push((await admin.messages.reply.mutate(wanted)).messageId);
  }
  const [note = 0, next = 0, last = 0] = [...notes.slice(0, 2), ...notes.slice(-1)];

  await page.goto(`/messages/${messageId}`);
  await isLive(page);
  const first = card(page, messageId);
  await expect(first).toContainText('<script>document.title = "run"</script>');
  await expect(first).not.toContainText("The end");
  await first.getByRole("button", { name: "Show all of it" }).click();
  await expect(first).toContainText("The end");
  await first.getByRole("button", { name: "Fold" }).click();
  await expect(first).not.toContainText("The end");
  await expect(page).not.toHaveTitle(/run/);

  await expect(page.getByRole("article")).toHaveCount(100);
  const box = page.getByRole("region", { name: "Reply to Historian" }).getByRole("textbox", { name: "Message" });
  await box.fill("Noted, and");
  await page.getByRole("button", { name: "Newer messages" }).click();
  await expect(page.getByRole("article").last()).toContainText("Note 104");
  await expect(box).toHaveValue("Noted, and");
  await page.goto(`/messages/${last}`);
  await isLive(page);
  await expect(card(page, last)).toContainText("Note 104");
  await expect(page.getByRole("article")).toHaveCount(1);

  await test.step("whoever asks for the start stays there, also after a reload", async () => {
    const start = page.getByRole("button", { name: "From the start" });
    await start.click();
    await expect(page.getByRole("article")).toHaveCount(100);
    await say(ann, "sent", note);
    await expect(reached(card(page, note))).toHaveText([/Accepted/, /Sent/]);
    await expect(page.getByRole("article")).toHaveCount(100);
    await page.goBack();
    await expect(page.getByRole("article")).toHaveCount(1);
    await page.reload();
    await isLive(page);
    await start.click();
    await expect(page.getByRole("article")).toHaveCount(100);
    await say(ann, "sent", next);
    await expect(reached(card(page, next))).toHaveText([/Accepted/, /Sent/]);
    await expect(page.getByRole("article")).toHaveCount(100);
  });
  await test.step("what a message answers is one press away, also where it is not on the page", async () => {
    await page.goBack();
    await expect(page.getByRole("article")).toHaveCount(1);
    const link = card(page, last).getByRole("link", { name: `answers ${answer.messageId}`, exact: true });
    await link.click();
    await expect(page).toHaveURL(new RegExp(`/messages/${answer.messageId}$`));
    await expect(card(page, answer.messageId)).toBeInViewport();
    await expect(page.getByRole("article")).toHaveCount(100);
  });
  await page.goto("/messages/999999");
  await expect(page.getByText("There is no such message")).toBeVisible();
});

test("[CON-57] [CON-45] [MSG-63] what is typed for one agent goes to it, whoever else writes meanwhile", async ({
  console: page,
  signalbox,
}) => {
  test.setTimeout(120_000);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  await using team = await playedTeam(signalbox, admin, "editors");
  const ann = await team.agent("Annotator", ["editors"]);
  const ben = await team.agent("Bookbinder", ["editors"]);
  const { messageId } = await admin.messages.send.mutate({
    to: "tag:editors",
    body: "How far are you?",
    from: "admin",
  });
  const half = await ann.call.messages.reply.mutate({ messageId, body: "Half way" });
  await page.goto(`/messages/${messageId}`);
  await isLive(page);
  const toAnn = page.getByRole("region", { name: "Reply to Annotator" });
  const toBen = page.getByRole("region", { name: "Reply to Bookbinder" });
  await toAnn.getByRole("textbox", { name: "Message" }).fill("Then mark");

  const done = await ben.call.messages.reply.mutate({ messageId, body: "Done" });
  await expect(card(page, done.messageId)).toContainText("Done");
  await expect(toAnn).toContainText(`answers message ${half.messageId}`);
  await toAnn.getByRole("textbox", { name: "Message" }).fill("Then mark the errors");
  await toAnn.getByRole("button", { name: "Send reply" }).click();
  await expect(page.getByRole("article").last()).toContainText("Then mark the errors");
  const { messages } = await admin.messages.thread.query({ messageId });
  expect(messages.at(-1)).toMatchObject({ to: ann.agentId, replyTo: half.messageId, body: "Then mark the errors" });

  await expect(toBen.getByRole("textbox", { name: "Message" })).toHaveValue("");
  await card(page, half.messageId).getByRole("button", { name: "Reply" }).click();
  await expect(toAnn.getByRole("textbox", { name: "Message" })).toBeFocused();
});

test("[CON-07] [MSG-35] [MSG-67] who may not write is told why; who may not read is asked for nothing", async ({
  page,
  signalbox,
}) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  await using team = await playedTeam(signalbox, admin, "reading-room");
  const ann = await team.agent("Librarian");
  const { messageId } = await ann.call.messages.send.mutate({ to: "tag:nobody", body: "Is anybody there?" });
  const wrong = watch(page);
  const viewer = await admin.tokens.create.mutate({ name: "Looks", profile: "viewer" });
  await signIn(page, { ...signalbox, adminToken: viewer.text });
  await page.goto(`/messages?agent=${ann.agentId}`);
  await isLive(page);
  const needs = "Needs the scope message:send, which you do not have";
  await expect(page.getByRole("button", { name: "Write a message" })).toHaveAttribute("data-hint", needs);
  await page.getByRole("link", { name: "Is anybody there?" }).click();
  await expect(card(page, messageId)).toContainText("Nobody matched when it was sent, so nobody got it.");
  const box = page.getByRole("region", { name: "Reply to Librarian" });
  await expect(box.getByRole("button", { name: "Send reply" })).toBeDisabled();
  await expect(box.getByText(needs)).toBeVisible();

  const blind = await admin.tokens.create.mutate({ name: "Hosts only", profile: "viewer", scopes: ["agent:read"] });
  await signIn(page, { ...signalbox, adminToken: blind.text });
  await page.goto("/messages");
  await expect(page.getByText("You may not see messages")).toBeVisible();
  await page.goto(`/messages/${messageId}`);
  await expect(page.getByText("You may not see messages")).toBeVisible();
  const refused = await admin.activity.list.query({ kind: "denied", actor: "Hosts only" });
  expect(refused.items.filter(({ title }) => title.includes("messages."))).toEqual([]);
  expect(wrong.filter((text) => text.includes("messages."))).toEqual([]);
  for (const { token } of [viewer, blind]) await admin.tokens.revoke.mutate({ tokenId: token.id });
});
