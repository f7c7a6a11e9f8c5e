import { expect, signIn, test, watch } from "./fixture.ts";

test("[CON-01] without a session a page leads to sign-in and then to the page that was asked for", async ({
  page,
  signalbox,
}) => {
  const wrong = watch(page);
  await page.goto("/agents?state=all");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("Token", { exact: true }).fill(signalbox.adminToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/agents?state=all");
  await expect(page.getByRole("heading", { name: "Agents", level: 1 })).toBeVisible();
  expect(wrong).toEqual([]);
});

test("[CON-02] a refused token and an unknown link say why", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Token", { exact: true }).fill("sbx_tok_none_wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(
    page
      .getByText(/token/i)
      .filter({ hasText: /not|unknown|valid/i })
      .first(),
  ).toBeVisible();
  await page.goto("/sign-in#code=no-such-code");
  await page.reload();
  await expect(page.getByRole("alert").filter({ hasText: "This link does not sign you in" })).toBeVisible();
  await expect(page).toHaveURL("/sign-in");
});

test("[CON-06] a page allows only the relay's own origin and forbids framing", async ({ page }) => {
  const answer = await page.goto("/sign-in");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+'(;|$)/);
});

test("[CON-05] the user menu shows who is signed in and signs out", async ({ console: page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "User menu" }).click();
  await expect(page.getByText("Profile admin")).toBeVisible();
  await expect(page.getByText("Scopes: *")).toBeVisible();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await page.goto("/hosts");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fhosts/);
});

test("[CON-04] a session that ends is said on the open page, which offers sign-in in place", async ({
  page,
  signalbox,
}) => {
  await signIn(page, signalbox);
  await page.goto("/agents?dialog=new-agent");
  await page.getByLabel("Script").fill("echo kept");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.request.post("/api/trpc/auth.signOut", { headers: { origin: signalbox.url }, data: { json: {} } });
  const dialog = page.getByRole("dialog", { name: "Your session has ended" });
  await expect(dialog).toBeVisible({ timeout: 6_000 });
  await dialog.getByLabel("Token", { exact: true }).fill(signalbox.adminToken);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByLabel("Script")).toHaveValue("echo kept");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});

test("[CON-03] after signing in, the token is nowhere in the page or its storage", async ({ page, signalbox }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Token", { exact: true }).fill(signalbox.adminToken);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const kept = await page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
    ]),
  );
  expect(kept).not.toContain(signalbox.adminToken);
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  expect(kept).not.toContain(cookie?.value);
});
