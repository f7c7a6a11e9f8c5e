import { expect, test, watch } from "./fixture.ts";
import { createRepository } from "./repository.ts";
import { pictures, shoot } from "./screens.ts";

const script = [
  "echo 'Which file?'",
  "read name",
  'echo "made by an agent" > "$name.txt"',
  "git add -A",
  'git commit -q -m "Add $name.txt"',
  "sbx ready",
].join("\n");

test("[CON-02] [CON-54] [CON-24] [CON-15] [CON-33] from the sign-in link to a landed commit", async ({
  page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  const repository = createRepository(signalbox.baseDir, "app");
  const wrong = watch(page);

  await test.step("the link signs in without a click and leaves the address bar", async () => {
    await page.goto(signalbox.signInUrl);
    await expect(page).toHaveURL(`${signalbox.url}/`);
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  });

  await test.step("the host is online", async () => {
    await page.goto("/hosts");
    await expect(page.getByRole("link", { name: signalbox.hostId })).toBeVisible();
    await expect(
      page.getByRole("row", { name: signalbox.hostId }).getByText("Online", { exact: true }).filter({ visible: true }),
    ).toBeVisible();
  });

  await test.step("a new agent: each step is shown, started is said last", async () => {
    await page.getByRole("button", { name: "New agent" }).click();
    const dialog = page.getByRole("dialog", { name: "New agent" });
    await dialog.getByRole("button", { name: "Browse" }).click();
    await page.getByRole("button", { name: /app.*git repository/ }).click();
    await page.getByRole("button", { name: "Use this directory" }).click();
    await expect(dialog.getByLabel("Directory")).toHaveValue(repository.path);
    await dialog.getByLabel("Script").fill(script);
    await dialog.getByLabel("Label").fill("Ask and add");
    await dialog.getByRole("button", { name: "Start agent" }).click();
    await expect(dialog.getByText("Taken by the host")).toBeVisible();
    await expect(dialog.getByText("The agent has started")).toBeVisible();
    await dialog.getByRole("link", { name: "Open agent" }).click();
    await expect(page.getByRole("heading", { name: "Ask and add" })).toBeVisible();
  });

  const agentAddress = new URL(page.url()).pathname;
  const screen = page.locator(".xterm-rows");

  await test.step("the terminal is live, view-only until control is taken", async () => {
    await expect(screen).toContainText("Which file?");
    await page.keyboard.type("ignored");
    await page.getByRole("button", { name: "Take control" }).click();
    await expect(page.getByText("In control")).toBeVisible();
    await page.keyboard.type("hello");
    await expect(screen).toContainText("hello");
    await expect(screen).not.toContainText("ignored");
    await page.screenshot({ path: `${pictures}/terminal-live.png` });
  });

  await test.step("a dirty checkout of main holds the landing back and needs a person", async () => {
    repository.write("hello.txt", "in the way\n");
    await page.keyboard.press("Enter");
    await expect(page.getByText("finished")).toBeVisible({ timeout: 30_000 });
    await page.goto("/");
    await expect(page.getByText("Base checkout dirty")).toBeVisible({ timeout: 30_000 });
    await expect(page).toHaveTitle(/^\(1\) Overview/);
    await page.screenshot({ path: `${pictures}/overview-attention.png` });
    await page.getByRole("link", { name: "Open workspace" }).click();
    await expect(page.getByText("Ready", { exact: true }).first()).toBeVisible();
    await expect(page.getByText(/hello\.txt/)).toBeVisible();
  });

  await test.step("ready becomes landed on the open page, and main has the commit", async () => {
    repository.remove("hello.txt");
    await expect(page.getByText("Landed", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText("landed without checks")).toBeVisible();
    expect(repository.git("log", "--format=%s", "main")).toBe("Add hello.txt\nBegin");
    expect(repository.git("show", "main:hello.txt")).toBe("made by an agent");
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  const workspaceAddress = new URL(page.url()).pathname;
  expect(wrong).toEqual([]);

  await test.step("every page in dark, light and on a phone", async () => {
    await shoot(browser, signalbox.url, await page.context().storageState(), [
      { name: "overview", path: "/", shows: "Latest landings" },
      { name: "agents", path: "/agents?state=all", shows: "Ask and add" },
      { name: "agent", path: agentAddress, shows: "Last lines" },
      { name: "agent-timeline", path: `${agentAddress}?tab=timeline`, shows: "is online" },
      { name: "agent-workspace", path: `${agentAddress}?tab=workspace`, shows: "Landings" },
      { name: "workspaces", path: "/workspaces?state=all", shows: "Landed" },
      { name: "queue", path: "/workspaces?tab=queue", shows: "landed without checks" },
      { name: "workspace", path: workspaceAddress, shows: "landed without checks" },
      { name: "hosts", path: "/hosts", shows: "Online" },
      { name: "new-agent", path: "/?dialog=new-agent", shows: "Start agent" },
      { name: "sign-in", path: "/sign-in", shows: "paste a token" },
    ]);
  });
});

test("[CON-54] [CON-15] a start that fails says where and why, and keeps what was typed", async ({
  console: page,
  signalbox,
}) => {
  await page.goto("/agents?dialog=new-agent");
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByLabel("Directory").fill(`${signalbox.baseDir}/nowhere`);
  await dialog.getByLabel("Script").fill("true");
  await dialog.getByRole("button", { name: "Start agent" }).click();
  await expect(dialog.getByText("The agent did not start")).toBeVisible();
  await expect(dialog.getByRole("alert")).toContainText("nowhere");
  await dialog.getByRole("button", { name: "Edit and try again" }).click();
  await expect(dialog.getByLabel("Directory")).toHaveValue(`${signalbox.baseDir}/nowhere`);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.goto("/");
  await expect(page.getByText("Spawn failed")).toBeVisible();
});

test("[CON-53] a refusal stands at the field that it names", async ({ page, signalbox, context }) => {
  await page.request.post("/api/trpc/auth.signIn", {
    headers: { origin: signalbox.url },
    data: { json: { token: signalbox.adminToken } },
  });
  expect(await context.cookies()).toHaveLength(1);
  await page.goto("/agents?dialog=new-agent");
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByLabel("Directory").fill("/outside");
  await dialog.getByLabel("Script").fill("true");
  await dialog.getByRole("button", { name: "Start agent" }).click();
  await expect(dialog.getByLabel("Directory")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText(/\/outside/)).toBeVisible();
  await expect(dialog.getByLabel("Script")).toHaveValue("true");
});
