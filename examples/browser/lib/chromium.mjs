// Debian's Chromium, driven by playwright-core. Whatever goes wrong on a page is written down while it is open.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const WIDTHS = { phone: 360, tablet: 820, desktop: 1280 };
export const THEMES = ["light", "dark"];

/** A browser with a profile of its own, removed by `close`. */
export async function launch() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });
  return browser;
}

/** A browser whose only profile other programs can look into, by `port`. */
export async function launchShared(port) {
  const profile = mkdtempSync(join(tmpdir(), "browser-checks-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...ARGUMENTS, `--remote-debugging-port=${port}`],
    locale: "en-GB",
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}

/** A visitor. `options`: width, theme, javaScript, locale. */
export async function visitor(browser, { width = WIDTHS.desktop, theme = "light", javaScript = true, locale = "en-GB" } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    javaScriptEnabled: javaScript,
    locale,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(20_000);
  const faults = [];
  context.on("page", (page) => {
    page.on("console", (message) => {
      // A page that answers a form with an error has an error's status; the browser mentions that.
      const expected = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !expected) faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("requestfailed", (request) => {
      // A navigation away stops what was still loading.
      if (request.failure()?.errorText !== "net::ERR_ABORTED") faults.push(`${request.url()}: ${request.failure()?.errorText}`);
    });
    page.on("response", (response) => {
      // A form is answered with what is wrong with it, whether the browser or the script sent it.
      const form = response.request().resourceType() === "document" || response.request().method() === "POST";
      if (response.status() >= 500 || (response.status() >= 400 && !form)) {
        faults.push(`${response.url()}: ${response.status()}`);
      }
    });
  });
  return { context, faults };
}

/** How many pixels a page is wider than its window: none. */
export async function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Does `work` for each of `items`, a few at a time: pages wait for each other's network and timers more than for cores. */
export async function lanes(items, work, count = 4) {
  const waiting = [...items];
  await Promise.all(Array.from({ length: count }, async () => {
    while (waiting.length) await work(waiting.shift());
  }));
}
