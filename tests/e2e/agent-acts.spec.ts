import { expect, test } from "./fixture.ts";
import { pictures } from "./screens.ts";

test("[CON-20] [CON-60] [CON-61] an agent is interrupted and restarted from its page, as the same agent", async ({
  console: page,
  signalbox,
}) => {
  const prompt =
    "trap 'echo was interrupted; [ -e seen ] && exit; touch seen' INT; echo begun by $$.; while :; do sleep 0.2; done";
  const spawned = await page.request.post(`${signalbox.url}/api/trpc/agents.spawn`, {
    headers: { origin: signalbox.url },
    data: { json: { provider: "shell", label: "To be told", cwd: signalbox.baseDir, workspaceMode: "shared", prompt } },
  });
  const { agentId } = (await spawned.json()).result.data.json;
  await page.goto(`/agents/${agentId}`);
  const screen = page.locator(".xterm-rows");
  await expect(screen).toContainText(/begun by \d+\./, { timeout: 30_000 });
  const first = /begun by (\d+)\./.exec((await screen.textContent()) ?? "")?.[1];

  await page.getByRole("button", { name: "Interrupt", exact: true }).click();
  await expect(page.getByText("Asked to interrupt the turn; the timeline says how it went.")).toBeVisible();
  await expect(screen).toContainText("was interrupted");
  // A shell has no conversation: the button says so instead of doing nothing.
  const compact = page.getByRole("button", { name: "Compact", exact: true });
  await expect(compact).toHaveAttribute("data-hint", "shell has no conversation to compact");

  await page.getByRole("button", { name: "Restart", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Restart To be told?" });
  await expect(dialog.getByText(/in the middle of a turn, which ends.*same worktree/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.screenshot({ path: `${pictures}/agent-restart.png` });
  await dialog.getByRole("button", { name: "Restart" }).click();
  await expect(dialog).toBeHidden();
  await expect(screen).toContainText(new RegExp(`begun by (?!${first}\\.)\\d+\\.`), { timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Interrupt", exact: true })).toBeEnabled();
  await page.screenshot({ path: `${pictures}/agent-restarted.png` });

  await page.getByRole("button", { name: "Shut down", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Shut down" }).click();
  await expect(page.getByText("was shut down")).toBeVisible({ timeout: 30_000 });
});
