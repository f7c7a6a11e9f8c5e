import { existsSync } from "node:fs";
import { checkPrograms, installCommand, onPath } from "../lib/needs.mjs";
import { bin, run } from "../lib/run.mjs";
import { Stop, step } from "../lib/say.mjs";

const isDebianRoot = () => process.getuid?.() === 0 && onPath("apt-get");

/** Where Debian, Fedora and Arch put Chromium; Playwright's own download is asked for when there is none. */
const hasSystemChromium = () => existsSync("/usr/bin/chromium");

async function hasPlaywrightChromium() {
  const { chromium } = await import("@playwright/test");
  return existsSync(chromium.executablePath());
}

async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  await step(`installing ${packages.join(" and ")}`, async () => {
    if ((await run(install, { env })).code === 0) return;
    await run(["apt-get", "update"], { env });
    await run(install, { env });
  });
}

/**
 * Brings what the tests need beyond npm: git, tmux and, for the `browser` tests, a Chromium. Installs what this machine
 * lets it install; else throws a `Stop` with the one command to run.
 */
export async function ensurePrograms({ browser }) {
  const programs = ["git", "tmux"].filter((name) => !onPath(name));
  const noBrowser = browser && !hasSystemChromium() && !(await hasPlaywrightChromium());
  if (isDebianRoot()) {
    const wanted = [...programs, ...(noBrowser ? ["chromium"] : [])];
    if (wanted.length > 0) await aptInstall(wanted);
  }
  checkPrograms(["git", "tmux"]);
  if (browser) await ensureChromium();
}

async function ensureChromium() {
  if (hasSystemChromium() || (await hasPlaywrightChromium())) return;
  await step("downloading chromium", () => run([bin("playwright"), "install", "chromium"]));
  if (await hasPlaywrightChromium()) return;
  throw new Stop(`The browser tests need Chromium. Install with: ${installCommand(["chromium"])}`);
}
