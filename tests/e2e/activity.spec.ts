import { clientOf, refusal } from "../support/client.ts";
import { expect, test } from "./fixture.ts";
import { pictures, shoot } from "./screens.ts";

const key = "agents.topLevelPerAgent";

test("[CON-47] [CON-11] [CON-66] activity is narrowed and paged by the address, and what is new waits over the list", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const put = (value: number | null) => admin.settings.put.mutate({ key, value });
  const rows = page.getByRole("table").locator("tbody tr");
  const titled = (title: string) => rows.filter({ hasText: title });

  const { agentId, ok } = await admin.agents.spawn.mutate({
    provider: "shell",
    workspaceMode: "shared",
    label: "Courier",
    prompt: "sbx whoami",
    wait: true,
  });
  expect(ok).toBe(true);
  await put(11);

  await test.step("refusals are told with their number", async () => {
    const { text, token } = await admin.tokens.create.mutate({ name: "onlooker", profile: "viewer" });
    const onlooker = clientOf(signalbox.url, text);
    for (let time = 0; time < 3; time += 1) {
      expect((await refusal(onlooker.settings.put.mutate({ key, value: 1 }))).code).toBe("Forbidden");
    }
    await page.goto("/activity?actor=onlooker");
    await expect(titled("onlooker was refused settings.put")).toContainText("Refused 3 times");
    await admin.tokens.revoke.mutate({ tokenId: token.id });
  });

  await test.step("each record has its actor, its subject as a link, and its outcome", async () => {
    await page.goto(`/activity?agent=${agentId}&text=spawn+of`);
    const outcome = titled(`Spawn of ${agentId}`);
    await expect(outcome).toContainText("Succeeded");
    await expect(outcome.getByRole("link", { name: agentId })).toHaveAttribute("href", `/agents/${agentId}`);
    await page.getByRole("button", { name: `Remove filter Agent ${agentId}` }).click();
    await expect(page).toHaveURL("/activity?text=spawn+of");
    await page.goto(`/activity?agent=${agentId}&kind=tool`);
    await expect(titled("relay_whoami")).toContainText("OK");
  });

  await test.step("filters change the address, and back undoes them", async () => {
    await page.goto("/agents");
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
    await page.getByRole("button", { name: "Filters" }).click();
    const fields = page.getByRole("group", { name: "Filters" });
    await fields.getByLabel("Kind").selectOption({ label: "Setting" });
    await expect(page).toHaveURL("/activity?kind=setting");
    await expect(rows).toHaveCount(1);
    await fields.getByLabel("Until").fill("2020-01-01T00:00");
    await expect(page.getByText("No record matches")).toBeVisible();
    await page.goBack();
    await expect(titled(`${key} is 11`)).toBeVisible();
  });

  await test.step("what is new is counted over the list and moves nothing until it is asked for", async () => {
    await page.goto("/activity?kind=setting");
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    const first = rows.first();
    const place = async () => (await first.boundingBox())?.y;
    const before = await place();
    await put(12);
    await put(13);
    await expect(page.getByRole("button", { name: "2 new records" })).toBeVisible();
    await expect(first).toContainText(`${key} is 11`);
    expect(await place()).toBe(before);
    await page.screenshot({ path: `${pictures}/activity-newer.png` });
    await page.getByRole("button", { name: "2 new records" }).click();
    await expect(first).toContainText(`${key} is 13`);
    await expect(rows).toHaveCount(3);
  });

  await test.step("older records follow by cursor", async () => {
    for (let value = 20; value < 100; value += 1) await put(value);
    for (let value = 20; value < 50; value += 1) await put(value);
    await page.goto("/activity?kind=setting");
    await expect(rows).toHaveCount(100);
    await page.getByRole("button", { name: "Older" }).click();
    await expect(page).toHaveURL(/before=act_/);
    await expect(rows.last()).toContainText(`${key} is 11`);
    await expect(rows).toHaveCount(13);
    await page.getByRole("button", { name: "Newest" }).click();
    await expect(rows.first()).toContainText(`${key} is 49`);
  });
  await put(null);

  await test.step("in dark, light and on a phone", async () => {
    await shoot(browser, signalbox.url, await page.context().storageState(), [
      { name: "activity", path: `/activity?to=${encodeURIComponent(await momentOf(admin))}`, shows: "Courier" },
      { name: "activity-agent", path: `/activity?agent=${agentId}`, shows: "Succeeded" },
      { name: "activity-none", path: "/activity?kind=tool&actor=nobody", shows: "No record matches" },
    ]);
  });
});

/** When the second of the changed settings was written: before that, the records are of many kinds. */
async function momentOf(admin: ReturnType<typeof clientOf>): Promise<string> {
  const { items } = await admin.activity.list.query({ kind: "setting", text: `${key} is 13`, limit: 1 });
  return items[0]?.at ?? "";
}
