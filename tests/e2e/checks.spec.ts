import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { clientOf } from "../support/client.ts";
import { violations } from "./accessible.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { createRepository } from "./repository.ts";
import { shoot } from "./screens.ts";
import type { Signalbox } from "./signalbox.ts";

const admin = ({ url, adminToken }: Signalbox) => clientOf(url, adminToken);

/** A repository, and a place beside it for what its checks say to the test. */
function given(signalbox: Signalbox, name: string) {
  const place = createRepository(signalbox.baseDir, name);
  const out = join(dirname(signalbox.baseDir), `out-${name}`);
  mkdirSync(out);
  return { ...place, out, repository: `${signalbox.hostId}:${place.path}` };
}

test("[CON-50] [CON-08] checks of a repository are added, ordered by keyboard, refused at the field, and saved", async ({
  page,
  browser,
  signalbox,
}) => {
  await signIn(page, signalbox);
  const wrong = watch(page, [/400.*(repositories\.put|Bad Request)/]);
  const client = admin(signalbox);
  const { repository } = given(signalbox, "settings");
  await client.repositories.put.mutate({ repository, checks: [{ name: "lint", command: "npm run lint" }] });
  await page.goto("/");
  await page.getByRole("link", { name: "Repositories" }).first().click();
  await expect(page.getByRole("row", { name: /settings .* lint found by the host/ })).toBeVisible();
  await page.getByRole("link", { name: "settings", exact: true }).click();
  await expect(page.getByRole("heading", { name: "settings", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Add a check" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("A command is needed")).toBeVisible();
  await page.getByLabel("Name of check 2").fill("test");
  await page.getByLabel("Command of check 2").fill("npm test");
  const seconds = page.getByRole("listitem").filter({ hasText: "Name of check 2" }).getByLabel("Seconds at most");
  await seconds.fill("9000");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(seconds).toHaveAttribute("aria-invalid", "true");
  await seconds.fill("90");
  const up = page.getByRole("button", { name: "Move check 2 up" });
  await up.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name of check 1")).toHaveValue("test");
  await page.getByLabel("Repeat a red check").fill("1");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved as version 2")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  expect(await client.repositories.get.query({ repository })).toMatchObject({
    version: 2,
    checkRetries: 1,
    checks: [
      { name: "test", command: "npm test", timeoutSeconds: 90 },
      { name: "lint", command: "npm run lint", timeoutSeconds: 600 },
    ],
  });
  expect(wrong).toEqual([]);
  await shoot(browser, signalbox.url, await page.context().storageState(), [
    { name: "repositories", path: "/repositories", shows: "test, lint" },
    { name: "repository", path: `/repositories?repository=${encodeURIComponent(repository)}`, shows: "Add a check" },
  ]);
});

test("[CON-50] [CON-57] an untouched form follows a change made elsewhere; a touched one is refused and loses nothing", async ({
  page,
  signalbox,
}) => {
  await signIn(page, signalbox);
  const wrong = watch(page, [/409/]);
  const client = admin(signalbox);
  const { repository } = given(signalbox, "followed");
  await client.repositories.put.mutate({ repository, baseBranch: "one" });
  await page.goto(`/repositories?repository=${encodeURIComponent(repository)}`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await client.repositories.put.mutate({ repository, baseBranch: "two" });
  await expect(page.getByLabel("Base branch")).toHaveValue("two");
  await page.getByLabel("Base branch").fill("mine");
  await client.repositories.put.mutate({ repository, baseBranch: "three" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "at version 3, not at 2" })).toBeVisible();
  await expect(page.getByLabel("Base branch")).toHaveValue("mine");
  await page.getByRole("button", { name: "Discard changes" }).click();
  await expect(page.getByLabel("Base branch")).toHaveValue("three");
  expect(wrong).toEqual([]);
});

test("[CON-33] [CON-34] [WSP-44] the queue shows the check that runs, a red check its last lines, a landing its evidence", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(240_000);
  const client = admin(signalbox);
  const { path, out, repository } = given(signalbox, "checked");
  const script = join(out, "check.sh");
  const waits = `touch '${out}/begun'; until [ -e '${out}/on' ]; do sleep 0.1; done`;
  writeFileSync(script, `${waits}\nif [ -e bad.txt ]; then echo "bad.txt is in the way"; exit 5; fi\n`);
  const checks = [{ name: "unit tests", command: `bash '${script}'` }];
  await client.repositories.put.mutate({ repository, checks });
  const prompt = [
    "set -e",
    "echo x > bad.txt; git add -A; git commit -q -m 'Add bad.txt'",
    "sbx ready; sbx status --wait",
    `until [ -e '${out}/mend' ]; do sleep 0.1; done`,
    "git rm -q bad.txt; echo x > good.txt; git add -A; git commit -q -m 'Mend it'",
    "sbx ready; sbx status --wait",
    "read wait",
  ].join("\n");
  const { agentId } = await client.agents.spawn.mutate({
    provider: "shell",
    cwd: path,
    workspaceMode: "isolated",
    prompt,
  });

  await test.step("the check that runs", async () => {
    await page.goto("/workspaces?tab=queue");
    const now = page.getByRole("region", { name: "Landing now" });
    await expect(now).toContainText("Check unit tests (1 of 1) for", { timeout: 60_000 });
    expect(existsSync(join(out, "begun"))).toBe(true);
    await shoot(browser, signalbox.url, await page.context().storageState(), [
      { name: "queue-running", path: "/workspaces?tab=queue", shows: "Check unit tests" },
    ]);
    writeFileSync(join(out, "on"), "");
    await expect(now).toHaveCount(0, { timeout: 60_000 });
  });

  const { workspaces } = await client.workspaces.list.query({ ownerAgentId: agentId, all: true });
  await test.step("the red check and its last lines", async () => {
    await page.goto(`/workspaces/${workspaces[0]?.id}`);
    await expect(
      page.getByText("Not landed: check unit tests is red (exit code 5); its agent was told."),
    ).toBeVisible();
    await page.getByRole("button", { name: "Show last lines" }).click();
    const lines = page.getByRole("region", { name: "Last lines of unit tests, attempt 1" });
    await expect(lines).toHaveText("bad.txt is in the way");
    expect(await violations(page)).toEqual([]);
  });

  await test.step("mended: the page says so by itself, with the evidence", async () => {
    writeFileSync(join(out, "mend"), "");
    await expect(page.getByText("1 check green")).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("heading", { name: "Check unit tests is red" })).toHaveCount(0);
    await page.getByText("Evidence", { exact: true }).click();
    const { landings } = await client.workspaces.get.query({ workspaceId: workspaces[0]?.id ?? "" });
    await expect(page.getByText(/^green after/)).toBeVisible();
    await expect(
      page.getByRole("button", { name: landings[0]?.checkedCommit?.slice(0, 7) ?? "none" }).first(),
    ).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
  await client.agents.shutdown.mutate({ agentId });
});
