import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, clientOf } from "../support/client.ts";
import { until } from "../support/until.ts";
import { expect, test } from "./fixture.ts";
import { shoot } from "./screens.ts";

const colours = "printf '\\033[32m✓\\033[0m build passed in 4.2 s\\n'";

/** A script that writes a line each time its file is touched anew, until the word is `end`. */
const script = (file: string) => `
for i in $(seq 1 700); do echo "step $i of 700: compiled module-$i.ts"; done
${colours}
echo "the token is sbx_tok_01hzyxabcdefghijklmnopqrst_Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8Ii9Jj0Kk1Ll2Mm3Nn4Oo5Pp6Qq7"
while :; do
  until [ -e '${file}' ]; do sleep 0.1; done
  word=$(cat '${file}'); rm '${file}'
  echo "heard $word"
  [ "$word" = end ] && exit 3
done`;

const endAgent = async (admin: Client, agentId: string) => {
  await until("the end", async () => (await admin.agents.get.query({ agentId })).status === "exited");
};

test("[HST-48] [HST-50] [CON-21] [CON-22] [CON-66] the tab Logs follows, pauses, searches and goes back; an ended agent leads to it", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(240_000);
  const admin = clientOf(signalbox.url, signalbox.adminToken);
  const file = join(signalbox.baseDir, "word");
  const say = async (word: string) => {
    await until("the script's ear", () => !existsSync(file));
    writeFileSync(file, word);
  };
  const { agentId } = await admin.agents.spawn.mutate({
    provider: "shell",
    workspaceMode: "shared",
    label: "Builder",
    prompt: script(file),
    wait: true,
  });
  const lines = page.getByRole("log", { name: "Lines" });
  const line = (text: string | RegExp) => lines.getByText(text, { exact: true });
  const atEnd = () => lines.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2);

  await test.step("the newest lines are in sight and new ones come by themselves", async () => {
    await page.goto(`/agents/${agentId}`);
    await page.getByRole("tab", { name: "Logs" }).click();
    await expect(page).toHaveURL(`/agents/${agentId}?tab=logs`);
    await expect(line("✓ build passed in 4.2 s")).toBeInViewport();
    await expect(line("the token is sbx_[masked]")).toBeInViewport();
    await say("first");
    await expect(line("heard first")).toBeInViewport();
    expect(await atEnd()).toBe(true);
  });

  await test.step("older lines are there on demand, and reading them pauses what is new", async () => {
    await expect(line("step 1 of 700: compiled module-1.ts")).toHaveCount(0);
    await lines.focus();
    await page.keyboard.press("Home");
    await expect(page.getByRole("status").getByText("Paused")).toBeVisible();
    const before = await lines.locator("> div").first().textContent();
    await lines.getByRole("button", { name: "Older lines" }).click();
    await expect(line("step 1 of 700: compiled module-1.ts")).toHaveCount(1);
    await expect(line(before ?? "")).toHaveCount(1);
    await say("while paused");
    await until("the line in the log", async () => {
      const { lines: last } = await admin.logs.read.query({ agentId, tail: 1 });
      return last[0] === "heard while paused";
    });
    await expect(line("heard while paused")).toHaveCount(0);
    await page.getByRole("button", { name: "Follow" }).click();
    await expect(line("heard while paused")).toBeInViewport();
    await expect(line("heard first")).toHaveCount(1);
  });

  await test.step("a search is in the address, marks what it finds and goes on with what comes", async () => {
    await page.locator("body").press("/");
    await page.keyboard.type("HEARD");
    await expect(page).toHaveURL(`/agents/${agentId}?tab=logs&search=HEARD`);
    await expect(lines.locator("> div")).toHaveText(["heard first", "heard while paused"]);
    await expect(lines.locator("mark")).toHaveText(["heard", "heard"]);
    await say("in search");
    await expect(lines.locator("> div")).toHaveText(["heard first", "heard while paused", "heard in search"]);
    await page.reload();
    await expect(lines.locator("> div")).toHaveCount(3);
    await page.getByLabel("Search the log").fill("no such text");
    await expect(lines.getByText("No line has this text.")).toBeVisible();
    await page.getByLabel("Search the log").fill("");
    await expect(line("✓ build passed in 4.2 s")).toBeVisible();
  });

  await test.step("in dark, light and on a phone", async () => {
    await shoot(browser, signalbox.url, await page.context().storageState(), [
      { name: "agent-logs", path: `/agents/${agentId}?tab=logs`, shows: "heard in search" },
      { name: "agent-logs-search", path: `/agents/${agentId}?tab=logs&search=module-69`, shows: "of 700: compiled" },
    ]);
  });

  await test.step("the end is followed too, and an ended agent leads to its log", async () => {
    await say("end");
    await expect(line("[signalbox] program exited with code 3")).toBeInViewport();
    await endAgent(admin, agentId);
    await page.goto(`/agents/${agentId}`);
    await page.getByRole("link", { name: "Whole log" }).click();
    await expect(line("heard end")).toBeInViewport();
    await expect(page.getByRole("status").getByText("The session has ended")).toBeVisible();
  });

  await test.step("ended, in dark, light and on a phone", async () => {
    await shoot(browser, signalbox.url, await page.context().storageState(), [
      { name: "agent-logs-ended", path: `/agents/${agentId}?tab=logs`, shows: "The session has ended" },
    ]);
  });
});
