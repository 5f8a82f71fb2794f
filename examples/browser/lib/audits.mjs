// What axe-core and html-validate find on a page, each as a line of text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { overflow } from "./chromium.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What is off has nothing to do with people or browsers.
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // HTML's doctype may be written in either case.
    "doctype-style": "off",
    // A PIN pays: unlike a password it is not for a browser to keep.
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
    // The content security policy would not apply them.
    "no-inline-style": "error",
  },
});

/** Looks at an open page in one theme and at one width. Both are the style sheet's affair: the page stays as it is. */
export async function accessibility(page, { theme, width }) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height: 900 });
  const faults = [];
  const wider = await overflow(page);
  if (wider > 0) faults.push(`${wider} px wider than a window of ${width} px`);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
  for (const { id, help, nodes } of violations) {
    for (const { html } of nodes) faults.push(`axe ${id}: ${help}: ${html.slice(0, 160)}`);
  }
  return { faults, kept: passes.length };
}

/** Reads a page's HTML as it was served. */
export async function validity(html) {
  const { results } = await validator.validateString(html);
  const lines = html.split("\n");
  return results.flatMap(({ messages }) => messages)
    .map(({ ruleId, message, line }) => `html ${ruleId}: ${message}: ${(lines[line - 1] ?? "").trim().slice(0, 120)}`);
}
