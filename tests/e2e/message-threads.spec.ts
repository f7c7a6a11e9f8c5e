import { clientOf } from "../support/client.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { card, isLive, playedTeam } from "./post.ts";

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
  let last = answer.messageId;
  for (let n = 0; n < 105; n += 1) {
    const sent = await admin.messages.reply.mutate({ messageId: last, body: `Note ${n}`, from: "admin" });
    if (n === 104) last = sent.messageId;
  }

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
  await page.getByRole("button", { name: "Newer messages" }).click();
  await expect(page.getByRole("article").last()).toContainText("Note 104");
  await page.goto(`/messages/${last}`);
  await isLive(page);
  await expect(card(page, last)).toContainText("Note 104");
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.getByRole("button", { name: "From the start" }).click();
  await expect(first).toBeVisible();
  await page.goto("/messages/999999");
  await expect(page.getByText("There is no such message")).toBeVisible();
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
