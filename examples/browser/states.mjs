// Every page in every state, looked at by axe-core (WCAG 2.2 AA and best practices) in both themes and at two widths,
// and its HTML by html-validate. A page of the route tables that is in no state is a fault as well.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { launch, overflow, THEMES, visitor, WIDTHS } from "./lib/chromium.mjs";
import { start } from "./lib/sites.mjs";
import { prepare, states } from "./lib/states.mjs";

const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);
const quick = process.argv.includes("--quick");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Off are matters of taste: how long lines are, and whether a button that submits says so.
const html = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "no-implicit-button-type": "off",
    "no-inline-style": "error",
    // Lower case is HTML's own since 2008.
    "doctype-style": "off",
    // A PIN pays: unlike a password it is not for a browser to keep.
    "autocomplete-password": "off",
    // Telephone numbers are guessed from digits; ours are account numbers.
    "tel-non-breaking": "off",
    // `void` elements are written as HTML writes them.
    "void-style": ["error", { style: "omit" }],
  },
});

/** The pages of a site's route table, parameters as `*`. A file to download is no page. */
function routes(site) {
  const source = readFileSync(new URL(`../../${site}-site/src/pages.rs`, import.meta.url), "utf8");
  const table = source.slice(source.indexOf("fn table()"), source.indexOf("pub fn page_paths"));
  return [...table.matchAll(/\("(\/[^"]*)",\s*get/g)].map(([, path]) => path.replaceAll(/:\w+/g, "*")).filter((path) => !/\.\w+$/.test(path));
}

const sites = await start(["--development"]);
const browser = await launch();
const faults = new Map();
const fault = (where, what) => faults.set(what, [...(faults.get(what) ?? []), where]);
const seen = { bank: new Set(), shop: new Set() };
let looks = 0;
try {
  const world = await prepare(browser, sites, visitor);
  const cookies = await world.context.cookies();
  const wanted = states(world).filter(([name]) => !only || name.includes(only));
  const looked = THEMES.flatMap((theme) => [WIDTHS.phone, WIDTHS.desktop].map((width) => ({ theme, width })));
  // In short: each theme and each width once.
  const views = quick ? [looked[0], looked[3]] : looked;
  const waiting = views.flatMap((view) => wanted.map((state) => ({ ...view, state })));
  const look = async ({ theme, width, state: [name, who, go] }) => {
    const { context } = await visitor(browser, { width, theme });
    if (who === "customer") await context.addCookies(cookies.filter((cookie) => cookie.name.startsWith("__Host-bank")));
    const page = await context.newPage();
    let source = "";
    page.on("response", async (response) => {
      if (response.request().resourceType() === "document" && response.status() !== 303) source = await response.text().catch(() => "");
    });
    const where = `${name} (${theme}, ${width} px)`;
    try {
      await go(page);
      await page.waitForLoadState("load");
      looks += 1;
      const url = new URL(page.url());
      seen[url.origin === sites.bank ? "bank" : "shop"].add(url.pathname);
      const wider = await overflow(page);
      if (wider > 0) fault(where, `${wider} px wider than the window`);
      await page.evaluate(axe);
      const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), TAGS);
      for (const violation of found.violations) {
        for (const node of violation.nodes) fault(where, `${violation.id}: ${violation.help}: ${node.html.slice(0, 160)}`);
      }
      if (width === WIDTHS.desktop) {
        const report = await html.validateString(source);
        for (const message of report.results.flatMap((result) => result.messages)) {
          fault(where, `html ${message.ruleId}: ${message.message} (line ${message.line})`);
        }
      }
    } catch (error) {
      fault(where, `cannot be reached: ${error.message.split("\n")[0]}`);
    }
    await context.close();
  };
  // Two at a time: a page waits for the server while the other is looked at.
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await look(next);
  };
  await Promise.all([worker(), worker(), worker()]);
  if (!only) {
    for (const site of ["bank", "shop"]) {
      for (const route of routes(site)) {
        const pattern = new RegExp(`^${route.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]+")}$`);
        if (![...seen[site]].some((path) => pattern.test(path))) fault(`${site}-site`, `no state shows ${route}`);
      }
    }
  }
} finally {
  await browser.close();
  await sites.stop();
}
for (const [what, where] of faults) console.error(`${what}\n    in ${where.length} states: ${where.slice(0, 3).join("; ")}`);
console.log(`${looks} looks at ${seen.bank.size + seen.shop.size} addresses: ${faults.size} faults`);
process.exitCode = faults.size ? 1 : 0;
