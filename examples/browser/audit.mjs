// Every page in every state, looked at by axe-core (WCAG 2.2 AA and best practices) in both themes and at two widths, and
// its HTML, as it was served, by html-validate: `npm run axe`, `npm run html`, or both at once by `npm run audit`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { THEMES, WIDTHS, overflow } from "./lib/chromium.mjs";
import { option, report, visitAll } from "./lib/visit.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What is off has nothing to do with people or browsers.
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // HTML's doctype may be written in either case.
    "doctype-style": "off",
    // A PIN is typed every time: a browser that kept it would pay for whoever sits in front of it.
    "autocomplete-password": "off",
    // Spaces at the ends of lines come from templates.
    "no-trailing-whitespace": "off",
    // A title names a product; how long it is is the product's affair.
    "long-title": "off",
    // HTML's own default of a button is what ours are: they submit.
    "no-implicit-button-type": "off",
    // Digits with spaces are taken for telephone numbers; ours are account numbers.
    "tel-non-breaking": "off",
    // Void elements are written as HTML writes them, without a slash.
    "void-style": ["error", { style: "omit" }],
  },
});

const chosen = process.argv.filter((word) => word === "--axe" || word === "--html");
const wants = (what) => chosen.length === 0 || chosen.includes(what);
const locales = option("locale")?.split(",") ?? ["en-GB", "de-DE"];
const faults = [];
const counts = { "axe runs": 0, "rules kept": 0, "pages of HTML": 0 };

/** Axe in both themes and at two widths; the page stays as it is, for themes and widths are the style sheet's affair. */
async function accessible(page, name) {
  await page.evaluate(axe);
  for (const colorScheme of THEMES) {
    for (const width of [WIDTHS.phone, WIDTHS.desktop]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      const wider = await overflow(page);
      if (wider > 0) faults.push({ where: name, what: `${wider} px wider than a window of ${width} px` });
      const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
      counts["axe runs"] += 1;
      counts["rules kept"] += found.passes.length;
      for (const { id, help, nodes } of found.violations) {
        for (const { html } of nodes) faults.push({ where: `${name} (${colorScheme}, ${width} px)`, what: `axe ${id}: ${help}: ${html.slice(0, 160)}` });
      }
    }
  }
}

async function valid(html, name) {
  const { results } = await validator.validateString(html);
  counts["pages of HTML"] += 1;
  const lines = html.split("\n");
  for (const { ruleId, message, line } of results.flatMap(({ messages }) => messages)) {
    faults.push({ where: name, what: `html ${ruleId}: ${message}: ${(lines[line - 1] ?? "").trim().slice(0, 120)}` });
  }
}

let states = 0;
for (const locale of locales) {
  const { faults: noted, visited } = await visitAll({ locale }, async (page, { name }, html) => {
    const where = `${name} ${locale.slice(0, 2)}`;
    if (wants("--html")) await valid(html, where);
    if (wants("--axe")) await accessible(page, where);
  });
  states += visited;
  faults.push(...noted.map((fault) => ({ ...fault, where: `${fault.where} ${locale.slice(0, 2)}` })));
}
report(faults, `${states} states in ${locales.length} languages, ${Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(", ")}`);
