import { clientOf } from "../support/client.ts";
import { playHost, registerHost } from "../support/played-host.ts";
import { until } from "../support/until.ts";
import { violations } from "./accessible.ts";
import { expect, test } from "./fixture.ts";
import { pictures } from "./screens.ts";

test("[HST-35] [CON-54] a start that no host has taken is cancelled from the dialog, and what was typed is still there", async ({
  console: page,
  signalbox,
}) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const host = await registerHost(signalbox.url, admin, { id: "host-away", baseDir: "/srv/away" });
  await page.goto("/agents?dialog=new-agent");
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByRole("combobox", { name: "Host", exact: true }).click();
  await page.getByRole("option", { name: /^host-away/ }).click();
  await dialog.getByLabel("Script").fill("echo never");
  await dialog.getByRole("button", { name: "Start agent" }).click();
  await expect(dialog.getByText("Starting the agent")).toBeVisible();
  await page.screenshot({ path: `${pictures}/cancel-start.png` });
  await dialog.getByRole("button", { name: "Cancel start" }).click();
  await expect(dialog.getByText("The start was cancelled")).toBeVisible();
  await expect(dialog.getByText("was cancelled: asked by")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel start" })).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: `${pictures}/cancelled.png` });
  await dialog.getByRole("button", { name: "Edit and try again" }).click();
  await expect(dialog.getByLabel("Script")).toHaveValue("echo never");
  const { items } = await admin.commands.list.query({ orchestratorId: "host-away" });
  expect(items).toMatchObject([{ type: "agent.spawn", state: "cancelled", deliveredAt: null }]);
  host.drop();
});

test("[HST-35] a start that hangs in its host is shown as being cancelled until the host has left it", async ({
  console: page,
  signalbox,
}) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const host = await playHost(signalbox.url, admin, "host-slow", "/srv/slow");
  const { agentId, command } = await admin.agents.spawn.mutate({
    provider: "shell",
    orchestratorId: "host-slow",
    label: "Hangs",
    prompt: "true",
  });
  const commandId = command.id;
  await until("the command", () => host.commands.find(({ id }) => id === commandId));
  await host.relay.commands.report.mutate({ ...host.proof, report: { commandId, state: "running" } });
  await page.goto(`/agents/${agentId}`);
  await page.getByRole("button", { name: "Cancel start" }).click();
  await expect(page.getByText(/^Cancelling, asked by/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Cancel start" })).toHaveCount(0);
  await page.screenshot({ path: `${pictures}/cancelling.png` });
  const told = await until("the cancel", () => host.commands.find((one) => one.cancelRequestedAt !== null));
  expect(told).toMatchObject({ id: commandId, state: "running" });
  // It stays so after a reload: the host has not said how it came out.
  await page.reload();
  await expect(page.getByText(/^Cancelling, asked by/)).toBeVisible();
  await host.relay.commands.report.mutate({ ...host.proof, report: { commandId, state: "cancelled" } });
  await expect(page.getByText("It did not start")).toBeVisible();
  await expect(page.getByText("was cancelled: asked by").first()).toBeVisible();
  host.drop();
});

test("[HST-35] a restart asks before it is cancelled, since that ends the agent", async ({
  console: page,
  signalbox,
}) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const host = await playHost(signalbox.url, admin, "host-restart", "/srv/restart");
  const { agentId } = await host.agent();
  await admin.agents.restart.mutate({ agentId });
  await page.goto(`/agents/${agentId}`);
  await page.getByRole("button", { name: "Cancel restart" }).click();
  const dialog = page.getByRole("dialog", { name: /^Cancel the restart of/ });
  await expect(dialog.getByText(/The agent ends.*worktree/)).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel restart" }).click();
  await expect(page.getByText(/^Cancelling, asked by/)).toBeVisible();
  const { command } = await admin.agents.get.query({ agentId });
  const report = { commandId: command?.id ?? "", state: "cancelled" as const };
  await host.relay.commands.report.mutate({ ...host.proof, report });
  await expect(page.getByText(/was cancelled: asked by/).first()).toBeVisible();
  host.drop();
});

test("[HST-33] an agent that was not shut down and one that is blocked need a person, with reason and terminal", async ({
  console: page,
  signalbox,
}) => {
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const host = await playHost(signalbox.url, admin, "host-stuck", "/srv/stuck");
  const [stuck, asks] = [await host.agent(), await host.agent()];
  const { command } = await admin.agents.shutdown.mutate({ agentId: stuck.agentId });
  const report = {
    commandId: command?.id ?? "",
    state: "failed" as const,
    error: { reason: "error", message: "It will not end" },
  };
  await host.relay.commands.report.mutate({ ...host.proof, report });
  const blocked = { kind: "permission" as const, text: "run npm publish?" };
  const { epoch } = await admin.agents.get.query({ agentId: asks.agentId });
  await clientOf(signalbox.url, asks.token).agents.setStatus.mutate({ epoch, status: "blocked", blocked });
  await page.goto("/");
  const item = (kind: string) => page.getByRole("listitem").filter({ hasText: kind });
  await expect(item("Agent not shut down")).toContainText(`host-stuck did not end ${stuck.agentId}: It will not end`);
  const waiting = item("Agent blocked").filter({ hasText: asks.agentId });
  await expect(waiting).toContainText("asks for permission: run npm publish?");
  await expect(waiting.locator("time")).toBeVisible();
  await page.screenshot({ path: `${pictures}/attention-blocked.png` });
  await waiting.getByRole("link", { name: "Open terminal" }).click();
  await expect(page).toHaveURL(new RegExp(`/agents/${asks.agentId}\\?tab=terminal`));
  await expect(page.getByText("asks for permission: run npm publish?")).toBeVisible();
  await expect(page.getByRole("tab", { name: "Terminal" })).toHaveAttribute("aria-selected", "true");
  for (const { token } of [stuck, asks]) {
    const end = { exitCode: 0, signal: null, lastLines: [] };
    await clientOf(signalbox.url, token).agents.reportExit.mutate({ end });
  }
  await page.goto("/");
  await expect(item("Agent not shut down")).toHaveCount(0);
  host.drop();
});
