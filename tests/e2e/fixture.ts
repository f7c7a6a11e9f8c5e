import { test as base, expect, type Page } from "@playwright/test";
import { type Signalbox, startSignalbox } from "./signalbox.ts";

interface PerTest {
  /** Signed in as the administrator. */
  console: Page;
}

interface PerWorker {
  signalbox: Signalbox;
}

/** Requests that a page itself gives up, by leaving or by no longer needing the answer. */
const givenUp = /ERR_ABORTED/;

/** What went wrong in a page: errors on its console, exceptions, failed and refused requests (CON-66). */
export function watch(page: Page, expected: readonly RegExp[] = []): string[] {
  const wrong: string[] = [];
  const note = (text: string) => expected.some((pattern) => pattern.test(text)) || wrong.push(text);
  page.on("console", (message) => message.type() === "error" && note(`console: ${message.text()}`));
  page.on("pageerror", (error) => note(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "failed";
    if (!givenUp.test(why)) note(`request: ${request.url()} ${why}`);
  });
  page.on("response", (response) => response.status() >= 400 && note(`answer: ${response.status()} ${response.url()}`));
  return wrong;
}

/** Gives the page's browser a session, as the sign-in page would. */
export async function signIn(page: Page, { url, adminToken }: Signalbox): Promise<void> {
  const answer = await page.request.post(`${url}/api/trpc/auth.signIn`, {
    headers: { origin: url },
    data: { json: { token: adminToken } },
  });
  expect(answer.ok()).toBe(true);
}

/**
 * While a page streams in, its content is there twice: where it belongs, and hidden at the end of the document, where it
 * stays when the browser has drawn the page by itself meanwhile. A person sees it once, and so do the tests.
 */
function seeOnlyWhatIsShown(page: Page): void {
  const settled = () => expect(page.locator("template[id^='B:']")).toHaveCount(0);
  const { goto, reload, getByText, getByLabel } = page;
  page.goto = async (...args) => {
    const response = await goto.apply(page, args);
    await settled();
    return response;
  };
  page.reload = async (...args) => {
    const response = await reload.apply(page, args);
    await settled();
    return response;
  };
  page.getByText = (...args) => getByText.apply(page, args).filter({ visible: true });
  page.getByLabel = (...args) => getByLabel.apply(page, args).filter({ visible: true });
}

export const test = base.extend<PerTest, PerWorker>({
  signalbox: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the dependencies from this pattern
    async ({}, use) => {
      const signalbox = await startSignalbox();
      await use(signalbox);
      await signalbox.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  page: async ({ page }, use) => {
    seeOnlyWhatIsShown(page);
    await use(page);
  },
  baseURL: async ({ signalbox }, use) => use(signalbox.url),
  console: async ({ page, signalbox }, use) => {
    await signIn(page, signalbox);
    const wrong = watch(page);
    await use(page);
    expect(wrong).toEqual([]);
  },
});

export { expect };
