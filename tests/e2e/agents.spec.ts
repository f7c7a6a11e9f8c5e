import type { Locator } from "@playwright/test";
import { type Client, clientOf } from "../support/client.ts";
import { until } from "../support/until.ts";
import { expect, test } from "./fixture.ts";
import { shoot } from "./screens.ts";
import type { Signalbox } from "./signalbox.ts";

const waits = "echo 'at work'; read wait";
const helper = JSON.stringify({ provider: "shell", prompt: "read wait", label: "Helper", workspaceMode: "shared" });

/** Starts three agents that wait, one of them with a child; answers their ids by label. */
async function fleet(admin: Client): Promise<Record<"Writer" | "Archivist" | "Lead" | "Helper", string>> {
  const spawn = async (label: string, more: Partial<Parameters<Client["agents"]["spawn"]["mutate"]>[0]>) => {
    const wanted = { provider: "shell", workspaceMode: "shared", prompt: waits, label, wait: true, ...more } as const;
    return (await admin.agents.spawn.mutate(wanted)).agentId;
  };
  await admin.profiles.put.mutate({ name: "lead", maxSpawnedAgents: 2, extraScopes: ["logs:read"] });
  const Writer = await spawn("Writer", { tags: ["docs"], capabilities: ["review"] });
  const Archivist = await spawn("Archivist", { tags: ["docs-old"], policyName: "nightly" });
  const Lead = await spawn("Lead", { profile: "lead", prompt: `sbx tool relay_spawn_agent '${helper}'; read wait` });
  const Helper = await until("the child", async () => {
    const { items } = await admin.agents.list.query({ status: "running", spawnedBy: Lead });
    return items[0]?.id ?? null;
  });
  return { Writer, Archivist, Lead, Helper };
}

/** Ends what was started, so that later tests find a quiet host. */
async function end(admin: Client, ids: string[]): Promise<void> {
  for (const agentId of ids) await admin.agents.shutdown.mutate({ agentId, graceSeconds: 0 });
  await until("the ends", async () => {
    const { items } = await admin.agents.list.query({ status: ["spawning", "running"], limit: 200 });
    return items.every(({ id }) => !ids.includes(id)) || null;
  });
}

const clientFor = ({ url, adminToken }: Signalbox) => clientOf(url, adminToken);

/** Labels of the agents that the table shows. */
const shown = async (rows: Locator) =>
  (
    await rows
      .getByRole("link")
      .filter({ hasText: /^[A-Z]/ })
      .allTextContents()
  ).toSorted();

test("[CON-18] [CON-11] [CON-20] [CON-66] agents are narrowed by what is in the address, and one shows its grant and family", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  const admin = clientFor(signalbox);
  const ids = await fleet(admin);
  const rows = page.getByRole("table").locator("tbody tr");
  const named = (...labels: string[]) => expect.poll(() => shown(rows)).toEqual(labels.toSorted());

  await test.step("a tag is matched whole", async () => {
    await page.goto("/agents");
    await named("Writer", "Archivist", "Lead", "Helper");
    await page.getByRole("button", { name: "Filters" }).click();
    const fields = page.getByRole("group", { name: "Filters" });
    await fields.getByLabel("Tag").fill("docs");
    await expect(page).toHaveURL("/agents?tag=docs");
    await named("Writer");
    await fields.getByLabel("Tag").fill("");
    await named("Writer", "Archivist", "Lead", "Helper");
    await fields.getByLabel("Policy").fill("nightly");
    await named("Archivist");
    await page.getByRole("button", { name: "Remove filter Policy nightly" }).click();
    await expect(page).toHaveURL("/agents");
    await fields.getByLabel("Host").selectOption(signalbox.hostId);
    await fields.getByLabel("Capability").fill("review");
    await named("Writer");
    await expect(page).toHaveURL(`/agents?host=${signalbox.hostId}&capability=review`);
  });

  await test.step("a link shows what I saw, and back leads to what it was before", async () => {
    await page.goto(`/agents?parent=${ids.Lead}`);
    await named("Helper");
    await expect(page.getByRole("button", { name: `Remove filter Parent ${ids.Lead}` })).toBeVisible();
    await page.getByText("All", { exact: true }).click();
    await expect(page).toHaveURL(`/agents?parent=${ids.Lead}&state=all`);
    await page.goBack();
    await expect(page).toHaveURL(`/agents?parent=${ids.Lead}`);
    await page.goto("/agents?tag=docs&policy=nightly");
    await expect(page.getByText("No agent matches")).toBeVisible();
    await page.getByRole("button", { name: "Clear all" }).click();
    await named("Writer", "Archivist", "Lead", "Helper");
  });

  await test.step("one agent: its card, its grant, its child and who is at the root", async () => {
    await rows.getByRole("link", { name: "Lead" }).click();
    const grant = page.getByRole("region", { name: "Grant" });
    await expect(grant.getByText("Have up to 2 live children, and shut them down")).toBeVisible();
    await expect(grant.getByText("Read logs", { exact: true })).toBeVisible();
    await expect(grant.getByText(`Only on ${signalbox.hostId}`)).toBeVisible();
    const family = page.getByRole("region", { name: "Family" });
    await expect(family.getByRole("link", { name: "Helper" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Card" }).getByText("version 1")).toBeVisible();
    await family.getByRole("link", { name: "Helper" }).click();
    await expect(page.getByRole("heading", { name: "Helper", level: 1 })).toBeVisible();
    await expect(grant.getByText("Start no agents")).toBeVisible();
    await expect(family.getByRole("link", { name: "Lead" })).toBeVisible();
  });

  await test.step("in dark, light and on a phone", async () => {
    await shoot(browser, signalbox.url, await page.context().storageState(), [
      { name: "agents-filtered", path: `/agents?state=all&host=${signalbox.hostId}&tag=docs`, shows: "Writer" },
      { name: "agents-running", path: "/agents", shows: "Helper" },
      { name: "agent-live", path: `/agents/${ids.Lead}?tab=timeline`, shows: "Have up to 2 live children" },
    ]);
  });

  await end(admin, [ids.Helper, ids.Lead, ids.Archivist, ids.Writer]);
  await page.goto(`/agents/${ids.Lead}`);
  await expect(page.getByRole("region", { name: "Grant" })).toContainText("its token ended with it");
  await admin.profiles.remove.mutate({ name: "lead" });
});
