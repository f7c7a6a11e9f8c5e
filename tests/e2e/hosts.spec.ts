import type { Page } from "@playwright/test";
import { clientOf } from "../support/client.ts";
import { makeMachine } from "../support/machine.ts";
import { registerHost } from "../support/played-host.ts";
import { launchOrchestrator } from "../support/signalbox.ts";
import { until } from "../support/until.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { shoot } from "./screens.ts";

const waits = { provider: "shell", prompt: "echo up; read wait", workspaceMode: "shared", wait: true } as const;

/** A machine of its own that starts an orchestrator with what the dialog shows. */
async function otherMachine(relay: string) {
  const machine = await makeMachine();
  return {
    ...machine,
    async start(command: string) {
      const [, token = "", id = ""] = /--token (\S+)[\s\S]+--id (\S+) /.exec(command) ?? [];
      const program = launchOrchestrator(machine, { relay, token, id });
      await program.told("ready");
      return program;
    },
    async [Symbol.asyncDispose]() {
      await machine[Symbol.asyncDispose]();
    },
  };
}

const badge = (page: Page, word: string) =>
  page.getByRole("banner").or(page.locator("header")).getByText(word, { exact: true });

test("[CON-37] [CON-39] [HST-37] [HST-38] [HST-39] a host is added, drained, undrained and removed from its page", async ({
  page,
  signalbox,
}) => {
  test.setTimeout(300_000);
  await signIn(page, signalbox);
  const wrong = watch(page, [/409/]);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  await using other = await otherMachine(signalbox.url);

  await page.goto("/hosts");
  await page.getByRole("button", { name: "Add host" }).click();
  const dialog = page.getByRole("dialog", { name: "Add host" });
  await dialog.getByLabel("Id").fill("Build 2");
  await dialog.getByRole("button", { name: "Make token" }).click();
  await expect(dialog.getByText("1 to 63 characters of a-z0-9._-")).toBeVisible();
  await dialog.getByLabel("Id").fill("build-2");
  await dialog.getByLabel("Base directory").fill(other.baseDir);
  await dialog.getByRole("button", { name: "Make token" }).click();
  const started = page.getByRole("dialog", { name: "Start build-2 now" });
  const command = await started.getByLabel("Command").inputValue();
  expect(command).toContain(`npm run orchestrator -- --relay ${signalbox.url} \\`);
  expect(command).toContain(`--id build-2 --base-dir ${other.baseDir}`);
  await expect(started.getByText("Waiting for build-2")).toBeVisible();
  const orchestrator = await other.start(command);
  await expect(started.getByText("build-2 has registered")).toBeVisible();
  await started.getByRole("button", { name: "Done" }).click();
  expect(await page.content()).not.toContain("sbx_tok_");

  await page.getByRole("link", { name: "build-2" }).click();
  await expect(page).toHaveURL(/\/hosts\/build-2$/);
  await expect(page.getByText(other.baseDir)).toBeVisible();
  const agent = await admin.agents.spawn.mutate({ ...waits, orchestratorId: "build-2", label: "Worker" });
  await expect(page.getByRole("link", { name: "Worker" })).toBeVisible();
  await page.getByRole("tab", { name: "Commands" }).click();
  await expect(page.getByText("Start agent")).toBeVisible();
  await expect(page).toHaveURL(/tab=commands/);

  await test.step("drained: the agent that stays is named, and new ones are refused", async () => {
    await page.getByRole("button", { name: "Drain" }).click();
    const asks = page.getByRole("dialog", { name: "Drain build-2?" });
    await expect(asks.getByRole("link", { name: "Worker" })).toBeVisible();
    await asks.getByLabel("Deadline").selectOption("60");
    await asks.getByRole("button", { name: "Drain" }).click();
    await expect(badge(page, "Draining")).toBeVisible();
    await expect(page.getByText(/deadline in (59|60) minutes|deadline in 1 hour/)).toBeVisible();
    await expect(admin.agents.spawn.mutate({ ...waits, orchestratorId: "build-2" })).rejects.toThrow("is draining");
  });

  await test.step("past its deadline it needs a person, until it takes agents again", async () => {
    await admin.orchestrators.drain.mutate({ id: "build-2", deadlineMinutes: 0 });
    await page.goto("/");
    const item = page.getByRole("listitem").filter({ hasText: "Host not empty" });
    await expect(item).toContainText("build-2");
    await expect(item).toContainText("Worker");
    await item.getByRole("link", { name: "Open host" }).click();
    await expect(page.getByText(/past its deadline; 1 agent still there/)).toBeVisible();
    await page.getByRole("button", { name: "Take agents again" }).click();
    await expect(badge(page, "Online")).toBeVisible();
  });

  await test.step("removed: not while connected, then with its agent named, then by force", async () => {
    await expect(page.getByRole("button", { name: "Remove" })).toHaveAttribute("data-hint", /stop its orchestrator/);
    await orchestrator.end("SIGTERM");
    await expect(badge(page, "Stale")).toBeVisible({ timeout: 40_000 });
    await page.getByRole("button", { name: "Remove" }).click();
    const asks = page.getByRole("dialog", { name: "Remove build-2?" });
    await expect(asks.getByRole("link", { name: "Worker" })).toBeVisible();
    await asks.getByRole("button", { name: "Remove" }).click();
    await expect(asks.getByRole("alert")).toContainText("Host build-2 has 1 live agents: Worker");
    await asks.getByLabel(/End them here/).check();
    await asks.getByRole("button", { name: "Remove" }).click();
    await expect(page).toHaveURL(/\/hosts$/);
    await expect(page.getByRole("link", { name: signalbox.hostId })).toBeVisible();
    await expect(page.getByRole("link", { name: "build-2" })).toHaveCount(0);
    const ended = { status: "exited", statusReason: { kind: "host_removed" } };
    expect(await admin.agents.get.query({ agentId: agent.agentId })).toMatchObject(ended);
  });
  expect(wrong).toEqual([]);
});

test("[CON-36] [CON-12] [CON-66] fifty hosts on one page, narrowed by what is in the address; one shows why it cannot run a program", async ({
  page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  await signIn(page, signalbox);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const shell = {
    provider: "shell" as const,
    available: true,
    reason: null,
    version: "5.2.15",
    approvalModes: ["open" as const],
  };
  const claude = {
    provider: "claude" as const,
    available: true,
    reason: null,
    version: "2.1.0",
    approvalModes: ["plan" as const, "guarded" as const],
    unavailableModes: [{ mode: "open" as const, reason: "it refuses to run as root" }],
    models: [{ alias: "best", model: "best-1", efforts: ["high"], default: true }],
  };
  const codex = { ...shell, provider: "codex" as const, available: false, reason: "codex not found", version: null };
  const offers = [claude, { ...codex, approvalModes: [] }, shell];
  const labels = (n: number) => (n % 10 === 0 ? ["gpu"] : ["cpu"]);
  const others = (await admin.orchestrators.list.query({})).items.length;
  const played = [];
  for (let n = 1; n < 50; n += 1) {
    const id = `rack-${String(n).padStart(2, "0")}`;
    const host = { id, baseDir: "/srv/agents", labels: labels(n), maxSessions: 20, providers: offers };
    played.push(await registerHost(signalbox.url, admin, host));
  }
  try {
    const vitals = { load: 1.5, memoryFreeBytes: 3e9, memoryTotalBytes: 16e9, diskFreeBytes: 120e9, sessions: 0 };
    for (const { relay, proof } of played) await relay.orchestrators.heartbeat.mutate({ ...proof, vitals });
    await admin.orchestrators.drain.mutate({ id: "rack-07", deadlineMinutes: 60 });
    await page.goto("/hosts");
    const rows = page.getByRole("table").locator("tbody tr");
    await expect(rows).toHaveCount(others + 49);
    await page.getByLabel("Filter by name, label or directory").fill("gpu");
    await expect(rows).toHaveCount(4);
    await expect(page).toHaveURL(/text=gpu/);
    await page.reload();
    await expect(rows).toHaveCount(4);
    await page.goto("/hosts?state=draining");
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText("deadline in");
    await page.goto("/hosts/rack-10");
    await expect(page.getByText("codex not found")).toBeVisible();
    await expect(page.getByText("Not open: it refuses to run as root")).toBeVisible();
    await page.goto("/hosts/nowhere");
    await expect(page.getByText("There is no such host")).toBeVisible();
    const session = await page.context().storageState();
    await shoot(browser, signalbox.url, session, [
      { name: "hosts-50", path: "/hosts", shows: "rack-01" },
      { name: "host", path: `/hosts/${signalbox.hostId}`, shows: "Last contact" },
      { name: "host-draining", path: "/hosts/rack-07?tab=activity", shows: "Drain rack-07" },
      { name: "host-drain-dialog", path: "/hosts/rack-07?dialog=drain", shows: "Whoever is still there" },
      { name: "host-add", path: "/hosts?dialog=add-host", shows: "Its name from now on" },
    ]);
  } finally {
    for (const { drop } of played) drop();
    // Other tests let the relay choose a host.
    for (const { id } of played) {
      const remove = () => admin.orchestrators.remove.mutate({ id, force: true }).catch(() => null);
      await until(`the relay to let ${id} go`, remove);
    }
  }
});
