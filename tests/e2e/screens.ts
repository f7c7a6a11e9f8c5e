import type { Browser, BrowserContext } from "@playwright/test";
import { violations } from "./accessible.ts";
import { expect, watch } from "./fixture.ts";

/** Where pictures are kept. */
export const pictures = "test-results/screenshots";

const looks = [
  { name: "1440-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "1440-light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "390-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

export interface Screen {
  name: string;
  path: string;
  /** Text that is there when the page is complete. */
  shows: string | RegExp;
}

type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

/**
 * Pictures of each page in each look, kept under test-results/screenshots. No page scrolls sideways, none breaks a rule
 * of access (CON-62, CON-63, CON-66).
 */
export async function shoot(
  browser: Browser,
  baseURL: string,
  session: Session,
  screens: readonly Screen[],
): Promise<void> {
  for (const { name, ...look } of looks) {
    const context = await browser.newContext({ ...look, baseURL, storageState: session });
    const page = await context.newPage();
    const wrong = watch(page);
    for (const screen of screens) {
      await page.goto(screen.path);
      await expect(page.getByText(screen.shows).filter({ visible: true }).first()).toBeVisible();
      const live = page.getByText("Live", { exact: true });
      if (look.viewport.width > 768 && screen.path !== "/sign-in") await expect(live).toBeVisible();
      await page.screenshot({ path: `${pictures}/${screen.name}-${name}.png` });
      expect.soft(await violations(page), `${screen.name} at ${name}`).toEqual([]);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(sideways, `${screen.name} at ${name} scrolls sideways`).toBeLessThanOrEqual(0);
    }
    expect(wrong).toEqual([]);
    await context.close();
  }
}
