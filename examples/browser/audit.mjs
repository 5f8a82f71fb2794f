// Every page in every state, looked at by axe-core (WCAG 2.2 AA and best practices) in both themes and at two widths, and
// its HTML, as it was served, by html-validate: `npm run axe`, `npm run html`, or both at once by `npm run audit`.
// `--quick`: in English, each theme at one of the widths. `--only order,cart`: states with such names.
import { accessibility, validity } from "./lib/audits.mjs";
import { WIDTHS } from "./lib/chromium.mjs";
import { option, report, visitAll } from "./lib/visit.mjs";

const given = (word) => process.argv.includes(word);
const both = !given("--axe") && !given("--html");
const quick = given("--quick");
const locales = option("locale")?.split(",") ?? (quick ? ["en-GB"] : ["en-GB", "de-DE"]);
const looks = [
  { theme: "light", width: WIDTHS.phone },
  { theme: "dark", width: WIDTHS.desktop },
  ...(quick ? [] : [{ theme: "dark", width: WIDTHS.phone }, { theme: "light", width: WIDTHS.desktop }]),
];

const began = Date.now();
const faults = [];
let [states, runs, kept, documents] = [0, 0, 0, 0];
for (const locale of locales) {
  const language = locale.slice(0, 2);
  const { faults: noted, visited } = await visitAll({ locale }, async (page, { name }, html) => {
    if (both || given("--html")) {
      documents += 1;
      for (const what of await validity(html)) faults.push({ where: `${name} ${language}`, what });
    }
    for (const look of both || given("--axe") ? looks : []) {
      const found = await accessibility(page, look);
      runs += 1;
      kept += found.kept;
      for (const what of found.faults) faults.push({ where: `${name} ${language} ${look.theme} ${look.width} px`, what });
    }
  });
  states += visited;
  faults.push(...noted.map(({ where, what }) => ({ where: `${where} ${language}`, what })));
}
const seconds = Math.round((Date.now() - began) / 1000);
report(faults, `${states} states, ${runs} runs of axe (${kept} rules kept), ${documents} documents of HTML, ${seconds} s`);
