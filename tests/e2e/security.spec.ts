import { clientOf, refusal } from "../support/client.ts";
import { violations } from "./accessible.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { pictures, shoot } from "./screens.ts";
import type { Signalbox } from "./signalbox.ts";

const admin = ({ url, adminToken }: Signalbox) => clientOf(url, adminToken);

test("[CON-48] [CON-49] a token is made, shown once with copy, and then forgotten", async ({
  console: page,
  signalbox,
}) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/security");
  await page.getByRole("button", { name: "New token" }).click();
  const form = page.getByRole("dialog", { name: "New token" });
  await expect(form.getByLabel("Name")).toBeFocused();
  const grant = form.getByRole("region", { name: "What it may do" });
  await form.getByLabel("Name").fill("Night shift");
  await expect(grant).toContainText("start agents");
  await form.getByLabel("Token profile").selectOption("viewer");
  await expect(grant).not.toContainText("start agents");
  await expect(grant).toContainText("Terminals are view-only");
  await form.getByLabel("See the activity and refused calls").uncheck();
  await expect(grant).not.toContainText("refused calls");
  await form.getByLabel("Lives for").selectOption("7");
  await form.getByRole("button", { name: "Create token" }).click();
  const shown = page.getByRole("dialog", { name: "Copy the token now" });
  await expect(shown.getByText(/It cannot be shown again/)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${pictures}/security-shown-once.png`, mask: [shown.getByRole("textbox")] });
  const text = await shown.getByRole("textbox", { name: "Token" }).inputValue();
  expect(text).toMatch(/^sbx_tok_/);
  await shown.getByRole("button", { name: "Copy" }).click();
  await expect(shown.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  const made = await clientOf(signalbox.url, text).auth.whoami.query({});
  expect(made.constraints).toMatchObject({ terminalAttach: false, expiresAt: expect.any(String) });
  expect(made.scopes).not.toContain("activity:read");
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(shown).toHaveCount(0);
  const row = page.getByRole("row", { name: /Night shift/ });
  await expect(row).toContainText(/viewer/);
  await expect(row).toContainText("ends in 7 days");
  const kept = () =>
    page.evaluate(() =>
      JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }, location.href]),
    );
  expect(await kept()).not.toContain(text);
  await page.goBack();
  await page.goto("/security?dialog=new-token");
  await expect(page.getByRole("dialog", { name: "New token" })).toBeVisible();
  expect(await kept()).not.toContain(text);
});

test("[CON-61] [CON-11] revoking says what uses the token now, cannot be undone, and ends it", async ({
  console: page,
  signalbox,
}) => {
  const client = admin(signalbox);
  const { token, text } = await client.tokens.create.mutate({ name: "Borrowed", profile: "viewer" });
  await page.request.post(`${signalbox.url}/api/trpc/auth.signIn`, {
    headers: { origin: signalbox.url, cookie: "" },
    data: { json: { token: text } },
  });
  await signIn(page, signalbox);
  await page.goto("/security");
  await page
    .getByRole("row", { name: /Borrowed/ })
    .getByRole("button", { name: "Revoke" })
    .click();
  await expect(page).toHaveURL(`/security?revoke=${token.id}`);
  const dialog = page.getByRole("dialog", { name: "Revoke Borrowed?" });
  await expect(dialog.getByText("1 open session of this console ends")).toBeVisible();
  await expect(dialog.getByText(/cannot be undone/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "Revoke token" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("row", { name: /Borrowed/ })).toHaveCount(0);
  await page.getByRole("radiogroup", { name: "State" }).getByText("Revoked").click();
  await expect(page).toHaveURL("/security?state=revoked");
  await expect(page.getByRole("row", { name: /Borrowed/ })).toContainText("Revoked");
  expect((await refusal(clientOf(signalbox.url, text).agents.list.query({}))).code).toBe("Unauthenticated");
  await page.goBack();
  await expect(page.getByRole("row", { name: /Borrowed/ })).toHaveCount(0);
});

test("[CON-61] the relay's refusal to revoke stands in the dialog", async ({ page, signalbox }) => {
  const client = admin(signalbox);
  const own = (await client.auth.whoami.query({})).tokenId as string;
  for (const { id, scopes } of (await client.tokens.list.query({ state: "active", limit: 200 })).items) {
    if (id !== own && scopes.includes("*")) await client.tokens.revoke.mutate({ tokenId: id });
  }
  await signIn(page, signalbox);
  const wrong = watch(page, [/409/]);
  await page.goto(`/security?profile=admin&revoke=${own}`);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("You are signed in with it: you will be signed out here")).toBeVisible();
  await dialog.getByRole("button", { name: "Revoke token" }).click();
  await expect(dialog.getByRole("alert")).toContainText("This is the last usable token with *");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL("/security?profile=admin");
  await expect(page.getByRole("row", { name: /this session/ })).toBeVisible();
  expect(wrong).toEqual([]);
});

test("[CON-49] [IDN-32] only what the session could give is offered, and the rest of its limits is kept", async ({
  page,
  signalbox,
}) => {
  const constraints = { orchestrators: [signalbox.hostId], cwdPrefixes: [signalbox.baseDir] };
  const { text } = await admin(signalbox).tokens.create.mutate({
    name: "Deputy",
    profile: "operator",
    scopes: ["agent:read", "message:read", "orchestrator:read", "token:read", "token:write"],
    constraints,
  });
  await signIn(page, { ...signalbox, adminToken: text });
  const wrong = watch(page);
  await page.goto("/security?dialog=new-token");
  const form = page.getByRole("dialog", { name: "New token" });
  await expect(form.getByLabel("Token profile").getByRole("option")).toHaveText([
    "operator",
    "viewer",
    "orchestrator",
    "interactive",
    "integration",
  ]);
  await expect(form.getByRole("checkbox")).toHaveCount(5);
  await form.getByLabel("Name").fill("Deputy's guest");
  await form.getByLabel("Token profile").selectOption("integration");
  await expect(form.getByRole("region", { name: "What it may do" })).toContainText(`Only on ${signalbox.hostId}`);
  await form.getByRole("button", { name: "Create token" }).click();
  const made = await page.getByRole("textbox", { name: "Token" }).inputValue();
  const guest = await clientOf(signalbox.url, made).auth.whoami.query({});
  expect(guest.scopes.toSorted()).toEqual(["agent:read", "message:read"]);
  expect(guest.constraints).toEqual(constraints);
  expect(wrong).toEqual([]);
});

test("[CON-49] [IDN-56] refused calls are added up with caller and what was missing", async ({
  console: page,
  signalbox,
}) => {
  const { text } = await admin(signalbox).tokens.create.mutate({ name: "Curious", profile: "viewer" });
  const curious = clientOf(signalbox.url, text);
  for (let call = 0; call < 3; call += 1) await refusal(curious.tokens.list.query({}));
  await refusal(curious.settings.put.mutate({ key: "agents.topLevelPerAgent", value: 1 }));
  await page.goto("/security");
  await page.getByRole("tab", { name: "Refused calls" }).click();
  await expect(page).toHaveURL("/security?tab=refused");
  await expect(page.getByRole("row", { name: /tokens\.list Curious .*token:read.* 3 / })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole("row", { name: /settings\.put Curious .*settings:write.* 1 / })).toBeVisible();
});

test("[CON-07] a session without token:read is told so, and nothing is refused for it", async ({ page, signalbox }) => {
  const { text } = await admin(signalbox).tokens.create.mutate({ name: "Shut out", profile: "operator" });
  await signIn(page, { ...signalbox, adminToken: text });
  const wrong = watch(page);
  await page.goto("/security");
  await expect(page.getByText("You may not see tokens")).toBeVisible();
  await expect(page.getByText("token:read")).toBeVisible();
  await page.getByRole("button", { name: "New token" }).focus();
  await expect(page.getByRole("tooltip")).toContainText("Needs the scope token:write");
  await page.getByRole("tab", { name: "Refused calls" }).click();
  await expect(page.getByRole("tabpanel", { name: "Refused calls" })).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const { items } = await admin(signalbox).activity.list.query({ kind: "denied", limit: 200 });
  expect(items.filter(({ actor }) => actor === "Shut out")).toEqual([]);
  expect(wrong).toEqual([]);
});

test("[CON-62] [CON-63] [CON-66] the page of tokens in dark, light and on a phone", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  const client = admin(signalbox);
  const agentId = (
    await client.agents.spawn.mutate({ provider: "shell", workspaceMode: "shared", prompt: "read wait", wait: true })
  ).agentId;
  const week = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const bridge = await client.tokens.create.mutate({
    name: "Ticket bridge",
    profile: "integration",
    constraints: { channels: ["tickets"], targets: ["lead"], expiresAt: week },
  });
  await client.tokens.create.mutate({ name: "Duty", profile: "operator" });
  await refusal(clientOf(signalbox.url, bridge.text).settings.get.query({}));
  const id = bridge.token.id;
  await shoot(browser, signalbox.url, await page.context().storageState(), [
    { name: "security", path: "/security", shows: "Ticket bridge" },
    { name: "security-refused", path: "/security?tab=refused", shows: "settings.get" },
    { name: "security-profiles", path: "/security?tab=profiles", shows: "provider-agent" },
    { name: "security-empty", path: "/security?state=expired&profile=orchestrator", shows: "No token matches" },
    { name: "security-new", path: "/security?dialog=new-token", shows: "What it may do" },
    { name: "security-revoke", path: `/security?revoke=${id}`, shows: "cannot be undone" },
  ]);
  await client.agents.shutdown.mutate({ agentId });
});
