import { clientOf } from "../support/client.ts";
import { expect, signIn, test } from "./fixture.ts";

/** Starts a shell agent in the base directory and answers its id. */
async function spawn(
  page: import("@playwright/test").Page,
  url: string,
  label: string,
  prompt: string,
): Promise<string> {
  const answer = await page.request.post("/api/trpc/agents.spawn", {
    headers: { origin: url },
    data: { json: { provider: "shell", workspaceMode: "shared", label, prompt, wait: true } },
  });
  expect(answer.ok()).toBe(true);
  return (await answer.json()).result.data.json.agentId;
}

test("[CON-13] the terminal's code is loaded only where one is shown", async ({ console: page, signalbox }) => {
  const agentId = await spawn(page, signalbox.url, "Idle script", "read wait");
  const scripts: string[] = [];
  page.on("response", async (response) => {
    if (!response.url().endsWith(".js")) return;
    const text = await response.text().catch(() => "");
    if (text.includes("xterm-helper-textarea")) scripts.push(response.url());
  });
  for (const path of ["/", "/agents", "/workspaces", "/hosts"]) {
    await page.goto(path);
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
  }
  expect(scripts).toEqual([]);
  await page.goto(`/agents/${agentId}`);
  await expect(page.locator(".xterm-rows")).toBeAttached();
  await expect.poll(() => scripts.length).toBe(1);
});

test("[CON-57] [CON-22] an agent that ends shows its result and last lines on the open page", async ({
  console: page,
  signalbox,
}) => {
  const agentId = await spawn(page, signalbox.url, "Says goodbye", "read wait; echo 'goodbye then'; exit 3");
  await page.goto(`/agents/${agentId}`);
  await page.getByRole("button", { name: "Take control" }).click();
  await page.keyboard.press("Enter");
  await expect(page.getByText("finished, exit code 3")).toBeVisible();
  await expect(page.getByText("goodbye then").first()).toBeVisible();
});

test("[CON-26] Ctrl+] leaves control, and keys are then shortcuts again", async ({ console: page, signalbox }) => {
  const agentId = await spawn(page, signalbox.url, "Waits", "read wait");
  await page.goto(`/agents/${agentId}`);
  await page.getByRole("button", { name: "Take control" }).click();
  await page.keyboard.type("?");
  await expect(page.locator(".xterm-rows")).toContainText("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+]");
  await expect(page.getByRole("button", { name: "Take control" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("Keyboard shortcuts")).toBeVisible();
});

test("[HST-44] [HST-45] [CON-24] who may only look sees all of it, sends nothing, and the last size of who may write wins", async ({
  console: page,
  signalbox,
  browser,
}) => {
  const size = 'now=$(stty size); [ "$now" = "$last" ] || echo "size $now."; last=$now';
  const script = `while :; do ${size}; if read -t 0.2 -r line; then echo "got $line"; fi; done`;
  const agentId = await spawn(page, signalbox.url, "Watched", script);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const { text: token } = await admin.tokens.create.mutate({
    name: "looks only",
    profile: "viewer",
    constraints: { terminalAttach: false },
  });
  const context = await browser.newContext({ baseURL: signalbox.url, viewport: { width: 700, height: 500 } });
  const viewer = await context.newPage();
  const sent: string[] = [];
  viewer.on("websocket", (socket) => socket.on("framesent", ({ payload }) => void sent.push(String(payload))));
  await signIn(viewer, { ...signalbox, adminToken: token });
  await viewer.goto(`/agents/${agentId}`);
  await expect(viewer.getByText("Live, view only")).toBeVisible();
  const take = viewer.getByRole("button", { name: "Take control" });
  await expect(take).toHaveAttribute("data-hint", "This token may look but not type");
  await take.click({ force: true });
  await viewer.locator(".xterm-screen").click();
  await viewer.keyboard.type("nothing of this");
  await viewer.setViewportSize({ width: 1200, height: 900 });

  await page.goto(`/agents/${agentId}`);
  await page.getByRole("button", { name: "Take control" }).click();
  await page.keyboard.type("first\n");
  for (const one of [page, viewer]) await expect(one.locator(".xterm-rows")).toContainText("got first");
  const sizeIn = async (one: typeof page) =>
    [...((await one.locator(".xterm-rows").textContent()) ?? "").matchAll(/size (\d+ \d+)\./g)].at(-1)?.[1];
  const before = await sizeIn(page);
  await page.setViewportSize({ width: 900, height: 600 });
  await expect.poll(() => sizeIn(page)).not.toBe(before);
  await page.keyboard.type("second\n");
  for (const one of [page, viewer]) await expect(one.locator(".xterm-rows")).toContainText("got second");
  expect(await sizeIn(viewer)).toBe(await sizeIn(page));
  await expect(viewer.locator(".xterm-rows")).not.toContainText("nothing of this");
  const written = sent.filter((frame) => /terminals\.(input|resize)/.test(frame));
  expect([written, sent.some((frame) => frame.includes("terminals.attach"))]).toEqual([[], true]);
  await context.close();
  await admin.agents.shutdown.mutate({ agentId, graceSeconds: 0 });
});

test("[CON-61] shutting down asks first, says what is kept, and ends the session", async ({
  console: page,
  signalbox,
}) => {
  const agentId = await spawn(page, signalbox.url, "To be ended", "read wait");
  await page.goto(`/agents/${agentId}`);
  await page.getByRole("button", { name: "Shut down" }).click();
  const dialog = page.getByRole("dialog", { name: "Shut down To be ended?" });
  await expect(dialog.getByText(/worktree.*log and its messages are kept/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "Shut down" }).click();
  await expect(page.getByText("was shut down")).toBeVisible({ timeout: 30_000 });
});
