// Every page in every state as a picture, at three widths and in both themes, with a contact sheet:
// `npm run screenshots`, `npm run screenshots -- --only order,cart --locale de-DE`.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { THEMES, WIDTHS } from "./lib/chromium.mjs";
import { option, report, visitAll } from "./lib/visit.mjs";

const folder = new URL("screenshots/", import.meta.url).pathname;
const widths = Object.entries(WIDTHS).filter(([size]) => [undefined, size].includes(option("size")));
const themes = THEMES.filter((theme) => [undefined, theme].includes(option("theme")));

// Pictures of states that are no more would be taken for today's.
if (!option("only")) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const taken = new Map();
const { faults, visited } = await visitAll({ locale: option("locale") ?? "en-GB" }, async (page, { name }) => {
  const files = [];
  for (const [size, width] of widths) {
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      files.push(`${name}-${size}-${theme}.png`);
      await page.screenshot({ path: folder + files.at(-1), fullPage: true });
    }
  }
  taken.set(name, files);
});

const picture = (file) => `<figure><a href="${file}"><img src="${file}" alt="" loading="lazy"></a><figcaption>${file}</figcaption></figure>`;
const section = ([name, files]) => `<h2 id="${name}">${name}</h2><div>${files.map(picture).join("")}</div>`;
const style = "body{font:1rem system-ui;margin:1rem}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:start}figure{margin:0}img{inline-size:18rem;border:1px solid #999}";
const sheet = [...taken].sort().map(section).join("\n");
writeFileSync(`${folder}index.html`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title><style>${style}</style><h1>Screenshots</h1>${sheet}</html>`);
report(faults, `${[...taken.values()].flat().length} pictures of ${visited} states in ${folder}`);
