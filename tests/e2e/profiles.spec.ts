import { clientOf } from "../support/client.ts";
import { violations } from "./accessible.ts";
import { expect, signIn, test, watch } from "./fixture.ts";
import { pictures, shoot } from "./screens.ts";
import type { Signalbox } from "./signalbox.ts";

const admin = ({ url, adminToken }: Signalbox) => clientOf(url, adminToken);

/** Starts an agent with a profile; it waits until it is shut down. */
async function startWith(signalbox: Signalbox, profile: string): Promise<string> {
  const wanted = { provider: "shell", workspaceMode: "shared", prompt: "read wait", wait: true, profile } as const;
  return (await admin(signalbox).agents.spawn.mutate(wanted)).agentId;
}

test("[CON-41] [CON-59] [SPN-33] a profile is made, and its grant is shown while typing", async ({
  console: page,
  signalbox,
}) => {
  const client = admin(signalbox);
  for (const { name } of (await client.profiles.list.query({})).items) await client.profiles.remove.mutate({ name });
  await page.goto("/profiles");
  await expect(page.getByText("There is no profile yet")).toBeVisible();
  await page.getByRole("button", { name: "New profile" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("lead");
  const person = page.getByRole("region", { name: "When a person asks" });
  const agent = page.getByRole("region", { name: "When an agent asks" });
  await expect(person).toContainText("Start no agents");
  await page.getByLabel("Live children").fill("3");
  await page.getByLabel("May start agents that are nobody's children").check();
  await page.getByLabel("Read logs").check();
  await expect(person).toContainText("Have up to 3 live children");
  await expect(person).toContainText("command:spawn-top-level");
  await expect(agent).toContainText("Start no agents");
  await expect(agent).toContainText("logs:read");
  await expect(agent).not.toContainText("command:spawn");
  await page.getByRole("button", { name: "Add a variable" }).click();
  await page.getByLabel("Name of variable 1").fill("API_KEY");
  await page.getByLabel("Where variable 1 comes from").selectOption("host");
  await page.getByLabel("Value of variable 1").fill("LEAD_KEY");
  await page.getByRole("button", { name: "Create profile" }).click();
  await expect(page).toHaveURL("/profiles/lead");
  await expect(page.getByText("Saved as version 1. 0 live agents keep the older grant.")).toBeVisible();
  const stored = await client.profiles.get.query({ name: "lead" });
  expect(stored).toMatchObject({ maxSpawnedAgents: 3, spawnTopLevel: true, extraScopes: ["logs:read"] });
  expect(stored.env).toEqual({ API_KEY: { host: "LEAD_KEY" } });
  for (const asked of ["person", "agent"] as const) {
    const shown = asked === "person" ? person : agent;
    for (const scope of stored.grants[asked].scopes.slice(7)) await expect(shown).toContainText(scope);
  }
  await page.getByRole("link", { name: "All profiles" }).click();
  await expect(page.getByRole("row", { name: /lead.*3 children · top level · 1 more scope/ })).toBeVisible();
});

test("[CON-42] [IDN-47] saving says how many live agents keep the older grant", async ({
  console: page,
  signalbox,
}) => {
  const client = admin(signalbox);
  await client.profiles.put.mutate({ name: "counted", description: "One" });
  const agentId = await startWith(signalbox, "counted");
  await page.goto("/profiles/counted");
  await expect(page.getByText(/Version 1 .* 1 live agent$/)).toBeVisible();
  await page.getByLabel("Description").fill("Two");
  await expect(page.getByText("Not saved yet")).toBeVisible();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved as version 2. 1 live agent keeps the older grant.")).toBeVisible();
  expect(await client.profiles.get.query({ name: "counted" })).toMatchObject({ version: 2, description: "Two" });
  await client.agents.shutdown.mutate({ agentId });
});

test("[CON-42] [CON-57] an untouched form follows; a touched one shows both versions and overwrites nothing", async ({
  console: page,
  signalbox,
}) => {
  const client = admin(signalbox);
  await client.profiles.put.mutate({ name: "shared", description: "First" });
  await page.goto("/profiles/shared");
  await expect(page.getByLabel("Description")).toHaveValue("First");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await client.profiles.put.mutate({ name: "shared", description: "Second" });
  await expect(page.getByLabel("Description")).toHaveValue("Second");
  await page.getByLabel("Description").fill("Mine");
  await page.getByLabel("Model").fill("my-model");
  await client.profiles.put.mutate({ name: "shared", description: "Theirs", model: "their-model" });
  const conflict = page.getByRole("alert").filter({ hasText: "saved version 3 while you edited version 2" });
  await expect(conflict.getByRole("row", { name: /Description Mine Theirs/ })).toBeVisible();
  await expect(conflict.getByRole("row", { name: /Model my-model their-model/ })).toBeVisible();
  await page.screenshot({ path: `${pictures}/profile-conflict.png` });
  expect(await violations(page)).toEqual([]);
  await expect(page.getByLabel("Description")).toHaveValue("Mine");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await conflict.getByRole("button", { name: "Take this model" }).click();
  await expect(page.getByLabel("Model")).toHaveValue("their-model");
  await conflict.getByRole("button", { name: "Keep mine as a change of version 3" }).click();
  await expect(conflict).toHaveCount(0);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/Saved as version 4/)).toBeVisible();
  expect(await client.profiles.get.query({ name: "shared" })).toMatchObject({
    description: "Mine",
    model: "their-model",
  });
});

test("[CON-42] [CON-60] a change that comes first between click and answer is a conflict, not an overwrite", async ({
  page,
  signalbox,
}) => {
  const client = admin(signalbox);
  await client.profiles.put.mutate({ name: "raced", description: "First" });
  await signIn(page, signalbox);
  const wrong = watch(page, [/409/]);
  await page.goto("/profiles/raced");
  await page.getByLabel("Description").fill("Mine");
  await page.route("**/api/trpc/profiles.put**", async (route) => {
    await client.profiles.put.mutate({ name: "raced", description: "Theirs" });
    await route.continue();
  });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = page.getByRole("alert").filter({ hasText: "saved version 2 while you edited version 1" });
  await expect(conflict.getByRole("row", { name: /Description Mine Theirs/ })).toBeVisible();
  expect(await client.profiles.get.query({ name: "raced" })).toMatchObject({ version: 2, description: "Theirs" });
  await conflict.getByRole("button", { name: "Discard mine" }).click();
  await expect(page.getByLabel("Description")).toHaveValue("Theirs");
  expect(wrong).toEqual([]);
});

test("[CON-53] [SPN-33] a refusal stands at the field that it names, and nothing typed is lost", async ({
  page,
  signalbox,
}) => {
  await admin(signalbox).profiles.put.mutate({ name: "taken" });
  await signIn(page, signalbox);
  const wrong = watch(page, [/40[09]/]);
  await page.goto("/profiles?new=1");
  await page.getByLabel("Name", { exact: true }).fill("Not a name");
  await page.getByRole("button", { name: "Create profile" }).click();
  await expect(page.getByText(/1 to 120 of a-z0-9-/)).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("taken");
  await page.getByRole("button", { name: "Create profile" }).click();
  await expect(page.getByText(/Profile taken is at version 1, not at 0; open that one/)).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("careless");
  await page.getByRole("button", { name: "Add a variable" }).click();
  await page.getByLabel("Name of variable 1").fill("API_KEY");
  await page.getByLabel("Value of variable 1").fill("sk-live-0123456789");
  await page.getByRole("button", { name: "Create profile" }).click();
  await expect(page.getByText(/env.API_KEY looks like a credential/)).toBeVisible();
  await expect(page.getByLabel("Value of variable 1")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Value of variable 1")).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("careless");
  expect(wrong).toEqual([]);
});

test("[CON-61] removing a profile says who uses it; live agents go on", async ({ console: page, signalbox }) => {
  const client = admin(signalbox);
  await client.profiles.put.mutate({ name: "leaving" });
  const agentId = await startWith(signalbox, "leaving");
  await page.goto("/profiles/leaving");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Remove profile leaving?" });
  await expect(dialog.getByText(/1 live agent was started with it and keeps what it was started with/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await expect(page).toHaveURL("/profiles");
  await expect(page.getByRole("link", { name: "leaving", exact: true })).toHaveCount(0);
  expect((await client.agents.get.query({ agentId })).endedAt).toBeNull();
  await client.agents.shutdown.mutate({ agentId });
});

test("[CON-07] [CON-12] without profile:write the form is shown but not to be changed; an unknown profile is named", async ({
  page,
  signalbox,
}) => {
  const client = admin(signalbox);
  await client.profiles.put.mutate({ name: "looked-at", description: "Only seen" });
  const { text } = await client.tokens.create.mutate({ name: "Onlooker", profile: "viewer" });
  await signIn(page, { ...signalbox, adminToken: text });
  await page.goto("/profiles/looked-at");
  await expect(page.getByLabel("Description")).toHaveValue("Only seen");
  await expect(page.getByLabel("Description")).toBeDisabled();
  await page.getByRole("button", { name: "Save", exact: true }).focus();
  await expect(page.getByRole("tooltip")).toContainText("Needs the scope profile:write");
  await page.goto("/profiles/nobody");
  await expect(page.getByText("There is no such profile")).toBeVisible();
  await page.getByRole("link", { name: "All profiles" }).click();
  await expect(page).toHaveURL("/profiles");
});

test("[CON-62] [CON-63] [CON-66] the pages of profiles in dark, light and on a phone", async ({
  console: page,
  browser,
  signalbox,
}) => {
  test.setTimeout(300_000);
  const client = admin(signalbox);
  for (const { name } of (await client.profiles.list.query({})).items) await client.profiles.remove.mutate({ name });
  const session = await page.context().storageState();
  await shoot(browser, signalbox.url, session, [
    { name: "profiles-empty", path: "/profiles", shows: "There is no profile yet" },
  ]);
  await client.profiles.put.mutate({
    name: "reviewer",
    description: "Reads a branch before it lands and says what it would change",
    instructions: "Read the whole change before you judge it.\nSay what is wrong first, then what could be better.",
    provider: "claude",
    model: "sonnet",
    effort: "high",
    approvalMode: "guarded",
    workspaceMode: "isolated",
    maxSpawnedAgents: 2,
    extraScopes: ["logs:read", "activity:read"],
    env: { LANG: "C.UTF-8", TRACKER_KEY: { host: "TRACKER_KEY" } },
    permissions: { allow: ["Bash(git log *)", "Bash(git diff *)", "Read"], deny: ["WebFetch"] },
    mcpServers: {
      tracker: { url: "https://tracker.example.invalid/mcp", headers: { "X-Key": { host: "TRACKER_KEY" } } },
    },
    skills: ["review"],
    kind: "reviewer",
    tools: ["Read", "Grep"],
  });
  await client.profiles.put.mutate({
    name: "lead",
    description: "Splits a task and hands the parts to others",
    provider: "codex",
    maxSpawnedAgents: 8,
    spawnTopLevel: true,
    extraScopes: ["command:read", "orchestrator:read", "profile:read"],
  });
  await client.profiles.put.mutate({ name: "scripts", provider: "shell", workspaceMode: "shared" });
  await shoot(browser, signalbox.url, session, [
    { name: "profiles", path: "/profiles", shows: "reviewer" },
    { name: "profile", path: "/profiles/reviewer", shows: "Everything is saved" },
    { name: "profile-new", path: "/profiles?new=1", shows: "Only the name is needed" },
    { name: "profile-remove", path: "/profiles/reviewer?dialog=remove", shows: "Remove profile reviewer?" },
  ]);
});
