import type { Locator } from "@playwright/test";
import { clientOf } from "../support/client.ts";
import { registerHost } from "../support/played-host.ts";
import { violations } from "./accessible.ts";
import { expect, signIn, test } from "./fixture.ts";
import { pictures } from "./screens.ts";

const claude = {
  provider: "claude",
  available: true,
  reason: null,
  version: "2.1",
  approvalModes: ["plan", "guarded", "auto-edit"],
  models: [
    { alias: "quick", model: "claude-quick-1", efforts: [], default: false },
    { alias: "deep", model: "claude-deep-1", efforts: ["low", "high"], default: true },
  ],
} as const;

const codex = { ...claude, provider: "codex", available: false, reason: "codex is not installed", models: [] } as const;

/** Opens one of the dialog's lists and picks from it. */
async function pick(dialog: Locator, field: string, option: string | RegExp): Promise<void> {
  await dialog.getByRole("combobox", { name: field, exact: true }).click();
  await dialog.page().getByRole("option", { name: option }).click();
}

test("[CON-52] [CON-53] [CON-66] the dialog offers what the host offers, and says what the agent may do before it is started", async ({
  page,
  signalbox,
}) => {
  test.setTimeout(180_000);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  await admin.profiles.put.mutate({
    name: "spawn-lead",
    description: "Leads two others",
    provider: "claude",
    model: "deep",
    approvalMode: "plan",
    workspaceMode: "shared",
    maxSpawnedAgents: 2,
  });
  const host = await registerHost(signalbox.url, admin, {
    id: "host-spare",
    baseDir: "/srv/work",
    providers: [
      {
        ...claude,
        approvalModes: [...claude.approvalModes],
        models: claude.models.map((one) => ({ ...one, efforts: [...one.efforts] })),
      },
      { ...codex, approvalModes: [], models: [] },
    ],
    labels: ["gpu"],
    maxSessions: 1,
  });
  await signIn(page, signalbox);
  await page.goto("/agents?dialog=new-agent");
  const dialog = page.getByRole("dialog", { name: "New agent" });
  const may = dialog.getByRole("region", { name: "What it may do" });

  await test.step("without a profile it starts nobody", async () => {
    await expect(may.getByText("Start no agents")).toBeVisible();
    await expect(may).toContainText("approval mode open");
  });

  await test.step("another host has other providers; one that is not installed says so", async () => {
    await pick(dialog, "Host", "host-spare");
    await expect(dialog.getByLabel("Directory")).toHaveValue("/srv/work");
    await dialog.getByRole("combobox", { name: "Provider", exact: true }).click();
    await expect(page.getByRole("option", { name: "codex (codex is not installed)" })).toHaveAttribute(
      "data-combobox-disabled",
      "true",
    );
    await page.getByRole("option", { name: "claude" }).click();
  });

  await test.step("models, efforts and approval modes are the catalogue's", async () => {
    await pick(dialog, "Model", "quick (claude-quick-1)");
    await expect(dialog.getByRole("combobox", { name: "Effort", exact: true })).toBeDisabled();
    await pick(dialog, "Model", "deep (claude-deep-1)");
    await pick(dialog, "Effort", "high");
    await pick(dialog, "Approval", "auto-edit");
    await expect(may).toContainText("approval mode auto-edit");
  });

  await test.step("a profile brings its values and its grant", async () => {
    await pick(dialog, "Profile", "spawn-lead");
    await expect(may.getByText("Have up to 2 live children, and shut them down")).toBeVisible();
    await expect(may).toContainText("By profile spawn-lead, version 1; in approval mode plan");
    await expect(dialog.getByRole("combobox", { name: "Workspace", exact: true })).toHaveValue(
      "As the profile says (shared)",
    );
    await dialog.getByLabel("Prompt", { exact: true }).fill("Read the code and say what it does.");
    await dialog.getByRole("button", { name: "More" }).click();
    await dialog.getByLabel("Capabilities").fill("review");
    await dialog.getByLabel("Addition to the system prompt").fill("Be brief.");
  });

  await test.step("in dark, light and on a phone", async () => {
    for (const [name, width, height, colorScheme] of [
      ["1440-dark", 1440, 1100, "dark"],
      ["1440-light", 1440, 1100, "light"],
      ["390-dark", 390, 844, "dark"],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await may.scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${pictures}/spawn-${name}.png` });
      await dialog.getByRole("combobox", { name: "Host", exact: true }).scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${pictures}/spawn-top-${name}.png` });
      expect.soft(await violations(page), name).toEqual([]);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(sideways, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  await test.step("a refusal stands at its field under More, and nothing typed is lost", async () => {
    await dialog.getByLabel("Arguments of the program").fill("--model=other");
    await dialog.getByRole("button", { name: "More" }).click();
    await expect(dialog.getByLabel("Arguments of the program")).toHaveCount(0);
    await dialog.getByRole("button", { name: "Start agent" }).click();
    await expect(dialog.getByLabel("Arguments of the program")).toHaveAttribute("aria-invalid", "true");
    await expect(dialog.getByText(/--model: use model/)).toBeVisible();
    await expect(dialog.getByLabel("Prompt", { exact: true })).toHaveValue("Read the code and say what it does.");
    await dialog.getByLabel("Arguments of the program").fill("--verbose");
  });

  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("agents.spawn")) sent.push(request.postData() ?? "");
  });

  await test.step("every field is sent as it was chosen", async () => {
    await dialog.getByRole("button", { name: "Start agent" }).click();
    await expect(dialog.getByText("Starting the agent")).toBeVisible();
    const { items } = await admin.agents.list.query({ status: "spawning", orchestratorId: "host-spare" });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      provider: "claude",
      capabilities: ["review"],
      meta: {
        model: "claude-deep-1",
        approvalMode: "plan",
        workspaceMode: "shared",
        profile: "spawn-lead",
        providerArgs: ["--verbose"],
      },
    });
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0] ?? "").json).toMatchObject({
      systemPromptAppend: "Be brief.",
      spawnRequestId: expect.stringMatching(/^sp_/),
    });
  });

  await test.step("a full host is refused with its number, unless the agent may wait for room", async () => {
    await page.goto("/agents?dialog=new-agent");
    await dialog.getByRole("combobox", { name: "Host", exact: true }).click();
    const full = page.getByRole("option", { name: "host-spare (full, 1 of 1)" });
    await expect(full).toHaveAttribute("data-combobox-disabled", "true");
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "More" }).click();
    await dialog.getByLabel(/^Queue/).check();
    await pick(dialog, "Host", "host-spare");
    await expect(dialog.getByLabel("Directory")).toHaveValue("/srv/work");
  });

  for (const { id } of (await admin.agents.list.query({ status: "spawning" })).items) {
    await admin.agents.shutdown.mutate({ agentId: id });
  }
  await admin.profiles.remove.mutate({ name: "spawn-lead" });
  host.drop();
});

test("[CON-53] [SPN-14] pressing again after a lost answer starts nothing twice, on a host that the relay chose", async ({
  page,
  signalbox,
}) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  await signIn(page, signalbox);
  await page.goto("/agents?dialog=new-agent");
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await pick(dialog, "Host", /^Any that fits/);
  await expect(dialog.getByLabel("Directory")).toHaveValue("");
  await dialog.getByLabel("Script").fill("true");
  await dialog.getByLabel("Label").fill("Only once");
  let lost = 0;
  await page.route("**/api/trpc/agents.spawn", async (route) => {
    // The relay gets the call; its answer does not come back.
    await route.fetch();
    lost += 1;
    await route.abort();
  });
  await dialog.getByRole("button", { name: "Start agent" }).click();
  await expect(dialog.getByText("The relay did not answer")).toBeVisible();
  expect(lost).toBe(1);
  await page.unroute("**/api/trpc/agents.spawn");
  await dialog.getByRole("button", { name: "Start agent" }).click();
  await expect(dialog.getByText("this request had been made before, nothing was started twice")).toBeVisible();
  const { items } = await admin.agents.list.query({ status: "all", text: "Only once" });
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ orchestratorId: signalbox.hostId, meta: { cwd: signalbox.baseDir } });
});

test("[CON-18] [SPN-47] a start that failed says why in the list", async ({ console: page, signalbox }) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const { ok } = await admin.agents.spawn.mutate({
    provider: "shell",
    label: "Lost way",
    prompt: "true",
    cwd: `${signalbox.baseDir}/nowhere`,
    workspaceMode: "shared",
    wait: true,
  });
  expect(ok).toBe(false);
  await page.goto("/agents?state=ended&text=Lost+way");
  const row = page.getByRole("table").locator("tbody tr").filter({ hasText: "Lost way" });
  await expect(row).toContainText("Failed");
  await expect(row).toContainText(/its workspace could not be made: .*nowhere/);
});
