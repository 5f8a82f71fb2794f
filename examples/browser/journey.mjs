// One customer's way through both sites: register, deposit, search, filter, cart, checkout, order, statement. With and
// without scripts, at three widths and at the width of a screen zoomed to 400 %, in both themes, in both languages, and by
// keyboard alone. `--quick`: a part of it, in which every value of each of these comes up;
// `--only keyboard`: those with such names.
import { THEMES, WIDTHS, lanes, launch, overflow, visitor } from "./lib/chromium.mjs";
import { Bank, amounts } from "./lib/bank.mjs";
import { Shop } from "./lib/shop.mjs";
import { byKeyboard } from "./lib/keyboard.mjs";
import { check } from "./lib/check.mjs";
import { start } from "./lib/sites.mjs";
import { option } from "./lib/visit.mjs";

const quick = process.argv.includes("--quick");
const SKU = "KB-0101";
const NAME = "Hallmere Scribe Full";
const PRICE = 8900;
const DEPOSIT = 25000;
const PAID = /is paid|ist bezahlt/;

async function told(page) {
  const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
  return { text, amounts: amounts(text) };
}

async function journey(page, sites) {
  const bank = new Bank(page, sites.bank);
  const shop = new Shop(page, sites.shop);
  const seen = async (what, ...expected) => {
    const wider = await overflow(page);
    check(wider <= 0, `${what} is ${wider} px wider than the window`);
    const { amounts: found } = await told(page);
    for (const amount of expected) check(found.includes(amount), `${what} tells ${found} cents, and not ${amount}`);
  };
  await bank.open("/");
  await seen("the bank's home page");
  await bank.register();
  await seen("the dashboard of a new customer", 0);
  await bank.deposit("250.00");
  await seen("the account after the deposit", DEPOSIT);
  await shop.open("/");
  await seen("the shop's home page");
  await shop.search("keyboard");
  await seen("the search");
  await shop.filter("Hallmere");
  await seen("the narrowed search", PRICE);
  check((await told(page)).text.includes(NAME), "the narrowed search still has the keyboard");
  await shop.search("scribe full");
  await page.locator(`main a[href^="/products/${SKU}"]`).first().click();
  await page.waitForURL((url) => url.pathname === `/products/${SKU}`);
  await seen("the product", PRICE);
  await shop.put(SKU, "1");
  await shop.more();
  await seen("the cart", PRICE, 2 * PRICE);
  await shop.fillCheckout(bank.number);
  const total = await shop.total();
  check(total >= 2 * PRICE, `the checkout's total of ${total} cents holds both keyboards`);
  await seen("the checkout", 2 * PRICE);
  await shop.pay();
  await seen("the order", 2 * PRICE, total);
  check((await shop.total()) === total, "the order's total is the checkout's");
  check(PAID.test((await told(page)).text), "the order is paid");
  const statement = await bank.statement();
  for (const amount of [DEPOSIT, -total, DEPOSIT - total]) {
    check(statement.includes(amount), `the statement tells ${statement} cents, and not ${amount}`);
  }
  await seen("the statement");
}

/** Everyone who takes the journey. */
function travellers() {
  const all = [];
  for (const javaScript of [true, false]) {
    for (const [size, width] of Object.entries({ ...WIDTHS, "zoomed to 400 %": 320 })) {
      for (const theme of THEMES) {
        all.push({ name: `${size}, ${theme}, scripts ${javaScript ? "on" : "off"}`, options: { width, theme, javaScript }, way: journey });
      }
    }
  }
  const german = { name: "phone, German", options: { width: WIDTHS.phone, locale: "de-DE" }, way: journey };
  const keyboards = [true, false].map((javaScript) => ({
    name: `keyboard, scripts ${javaScript ? "on" : "off"}`, options: { javaScript }, way: byKeyboard,
  }));
  const chosen = [...(quick ? all.filter((_, index) => [0, 3, 5, 6, 9, 15].includes(index)) : all), german, ...keyboards];
  const named = chosen.filter(({ name }) => name.includes(option("only") ?? ""));
  if (named.length === 0) throw new Error(`no journey is named like ${option("only")}`);
  return named;
}

const journeys = travellers();
const sites = await start();
const browser = await launch();
const began = Date.now();
let [passed, failed] = [0, 0];
try {
  await lanes(journeys, async ({ name, options, way }) => {
    const { context, faults } = await visitor(browser, options);
    const page = await context.newPage();
    const start = Date.now();
    try {
      await way(page, sites);
      check(faults.length === 0, faults.join("\n  "));
      passed += 1;
      console.log(`ok      ${name} (${Date.now() - start} ms)`);
    } catch (error) {
      failed += 1;
      console.error(`FAILED  ${name} at ${page.url()}: ${error.message}`);
      await page.screenshot({ path: `screenshots/failed-${name.replaceAll(/\W+/g, "-")}.png` }).catch(() => {});
    }
    await context.close();
  });
} finally {
  await browser.close();
  await sites.stop();
}
console.log(`${passed} passed, ${failed} failed; ${Math.round((Date.now() - began) / 1000)} s`);
process.exitCode = failed ? 1 : 0;
