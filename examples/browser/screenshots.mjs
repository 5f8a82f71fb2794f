// Every page in every state as a picture, at three widths and in both themes: `npm run screenshots [-- --only=cart]`.
import { mkdirSync, writeFileSync } from "node:fs";
import { launch, THEMES, visitor, WIDTHS } from "./lib/chromium.mjs";
import { start } from "./lib/sites.mjs";
import { prepare, states } from "./lib/states.mjs";

const value = (name) => process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split("=")[1];
const [only, locale, size] = [value("only"), value("locale") ?? "en-GB", value("size")];
const folder = new URL("screenshots/", import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
const sites = await start(["--development"]);
const browser = await launch();
const taken = [];
try {
  const world = await prepare(browser, sites, visitor);
  const cookies = await world.context.cookies();
  for (const [name, who, go] of states(world).filter(([name]) => !only || only.split(",").some((part) => name.includes(part)))) {
    for (const [width_name, width] of Object.entries(WIDTHS).filter(([name]) => !size || name === size)) {
      for (const theme of value("theme") ? [value("theme")] : THEMES) {
        const { context } = await visitor(browser, { width, theme, locale });
        if (who === "customer") await context.addCookies(cookies.filter((cookie) => cookie.name.startsWith("__Host-bank")));
        const page = await context.newPage();
        try {
          await go(page);
          const file = `${name}-${width_name}-${theme}.png`;
          await page.screenshot({ path: folder + file, fullPage: true });
          taken.push(file);
        } catch (error) {
          console.error(`${name}: ${error.message.split("\n")[0]}`);
          process.exitCode = 1;
        }
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  await sites.stop();
}
const figures = taken.map((file) => `<figure><img src="${file}" alt="" width="400" loading="lazy"><figcaption>${file}</figcaption></figure>`);
writeFileSync(`${folder}index.html`, `<!doctype html><title>Screenshots</title><style>body{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}</style>${figures.join("")}`);
console.log(`${taken.length} pictures in ${folder}`);
