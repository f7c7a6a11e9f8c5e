import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clientOf } from "../support/client.ts";
import { until } from "../support/until.ts";
import { violations } from "./accessible.ts";
import { expect, test } from "./fixture.ts";
import { createRepository } from "./repository.ts";
import { pictures } from "./screens.ts";

const script = [
  "set -e",
  "printf 'one\\n<b>bold</b>\\n' > page.html; git add page.html; git commit -q -m 'Add a page'",
  "echo loose > loose.txt",
].join("\n");

test("[CON-32] [CON-35] [CON-61] [WSP-68] a change is looked at, given up, removed, and brought back", async ({
  console: page,
  signalbox,
}) => {
  test.setTimeout(240_000);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const repository = createRepository(signalbox.baseDir, "kept");
  const { agentId } = await admin.agents.spawn.mutate({
    provider: "shell",
    orchestratorId: signalbox.hostId,
    cwd: repository.path,
    workspaceMode: "isolated",
    prompt: script,
  });
  const workspace = await until(
    "the work",
    async () => {
      const { workspaces } = await admin.workspaces.list.query({ all: true, ownerAgentId: agentId });
      const agent = await admin.agents.get.query({ agentId });
      return agent.status === "exited" && workspaces[0]?.ahead === 1 && workspaces[0].dirtyFiles === 1
        ? workspaces[0]
        : null;
    },
    { withinMs: 60_000 },
  );
  const tree = workspace.worktreePath as string;

  await test.step("the change is shown file by file, as text", async () => {
    await page.goto(`/workspaces/${workspace.id}`);
    const changes = page.getByRole("region", { name: "Changes", exact: true });
    await changes.getByRole("button", { name: "Show changes" }).click();
    await expect(changes.getByText(/^2 files against/)).toBeVisible();
    await changes.getByRole("button", { name: /^loose\.txt 1 added, 0 removed/ }).click();
    await expect(changes.getByRole("region", { name: "Changes of loose.txt" })).toContainText("loose");
    await changes.getByRole("button", { name: /^page\.html 2 added, 0 removed/ }).click();
    const lines = changes.getByRole("region", { name: "Changes of page.html" });
    await expect(lines).toContainText("<b>bold</b>");
    await changes.getByText("Side by side", { exact: true }).click();
    await expect(lines.locator("table.diff-split")).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/workspace-changes.png` });
  });

  await test.step("on a phone the change is unified", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const lines = page.getByRole("region", { name: "Changes of page.html" });
    await expect(lines.locator("table.diff-unified")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step("giving it up says what is not landed and until when it comes back", async () => {
    await page.getByRole("button", { name: "Abandon" }).click();
    const dialog = page.getByRole("dialog", { name: `Abandon ${workspace.branch}?` });
    await expect(
      dialog.getByText(/^1 commit and 1 uncommitted or untracked file are not landed, and are kept\./),
    ).toBeVisible();
    await expect(dialog.getByText(/after 7 days; the work can be restored for 30 days/)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Abandon" }).click();
    await expect(page.getByText("Abandoned", { exact: true }).first()).toBeVisible();
    await expect(page.getByText(/^1 commit, 1 untracked file,/)).toBeVisible();
    expect(existsSync(tree)).toBe(true);
  });

  await test.step("once its time is over the worktree is removed, and the change is still shown", async () => {
    await admin.settings.put.mutate({ key: "workspaces.abandonedDays", value: 0 });
    await expect(page.getByText("Removed", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    expect(existsSync(tree)).toBe(false);
    await expect(page.getByText(/of what is kept: the worktree is gone/)).toBeVisible();
  });

  await test.step("restoring says what comes back, and it does", async () => {
    await page.getByRole("button", { name: "Restore" }).click();
    const dialog = page.getByRole("dialog", { name: `Restore ${workspace.branch}?` });
    await expect(dialog.getByText(/come back: 1 commit, 1 untracked file;.*ignores.*were not kept/)).toBeVisible();
    await page.screenshot({ path: `${pictures}/workspace-restore.png` });
    await dialog.getByRole("button", { name: "Restore" }).click();
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
    expect(readFileSync(join(tree, "page.html"), "utf8")).toBe("one\n<b>bold</b>\n");
    expect(readFileSync(join(tree, "loose.txt"), "utf8")).toBe("loose\n");
  });
  // What is left for a person here would be counted on the pages of other tests.
  await admin.settings.put.mutate({ key: "workspaces.abandonedDays", value: null });
  await admin.workspaces.abandon.mutate({ workspaceId: workspace.id });
});
