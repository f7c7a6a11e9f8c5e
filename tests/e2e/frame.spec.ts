import { expect, signIn, test } from "./fixture.ts";

test("[CON-12] an unknown agent is named, with the way to the list", async ({ page, signalbox }) => {
  await signIn(page, signalbox);
  await page.goto("/agents/shell-zzzzzz");
  await expect(page.getByText("There is no such agent")).toBeVisible();
  await expect(page.getByText("shell-zzzzzz")).toBeVisible();
  await page.getByRole("link", { name: "All agents" }).click();
  await expect(page).toHaveURL("/agents?state=all");
});

test("[CON-12] an unknown address is named, with the way to the Overview", async ({ page, signalbox }) => {
  await signIn(page, signalbox);
  const answer = await page.goto("/tasks");
  expect(answer?.status()).toBe(404);
  await expect(page.getByText("There is no such page")).toBeVisible();
  await expect(page.getByText("/tasks")).toBeVisible();
});

test("[CON-56] keys lead to pages, to the filter and to the list of shortcuts, but not while typing", async ({
  console: page,
}) => {
  await page.goto("/");
  await expect(page.getByRole("button", { name: "User menu" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page).toHaveURL("/agents");
  await expect(page.getByLabel("Filter by name or id")).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByLabel("Filter by name or id")).toBeFocused();
  await page.keyboard.type("g h?");
  await expect(page).toHaveURL(/\/agents\?text=/);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByLabel("Filter by name or id").blur();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("Go to Workspaces")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("[CON-11] filter and dialog are in the address, and back closes the dialog", async ({ console: page }) => {
  await page.goto("/agents");
  await page.getByText("All", { exact: true }).click();
  await expect(page).toHaveURL("/agents?state=all");
  await page.getByRole("button", { name: "New agent" }).first().click();
  await expect(page.getByRole("dialog", { name: "New agent" })).toBeVisible();
  await expect(page).toHaveURL("/agents?state=all&dialog=new-agent");
  await page.goBack();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL("/agents?state=all");
});

test("[CON-63] dark and light follow the system, and a choice is remembered", async ({ console: page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
  await page.getByRole("button", { name: "User menu" }).click();
  await page.getByRole("radiogroup", { name: "Theme" }).getByText("Dark").click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("[CON-58] a relay that hangs and dies is said; data stay, and the page goes on by itself", async ({
  page,
  signalbox,
}) => {
  await signIn(page, signalbox);
  await page.goto("/hosts");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const relay = signalbox.relayPid();
  process.kill(relay, "SIGSTOP");
  await expect(page.getByText(/Connection to the relay lost/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole("link", { name: signalbox.hostId })).toBeVisible();
  process.kill(relay, "SIGKILL");
  await expect(page.getByText(/Connection to the relay lost/)).toHaveCount(0, { timeout: 45_000 });
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  expect(signalbox.relayPid()).not.toBe(relay);
  await expect(
    page.getByRole("row", { name: signalbox.hostId }).getByText("Online", { exact: true }).filter({ visible: true }),
  ).toBeVisible({
    timeout: 30_000,
  });
});
