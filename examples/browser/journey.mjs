// One customer's way through both sites: register, deposit, search, cart, checkout, order, statement. With and without
// scripts, at three widths, in both themes, and once by keyboard alone. `--quick`: a part of it.
import { launch, overflow, THEMES, visitor, WIDTHS } from "./lib/chromium.mjs";
import { Bank } from "./lib/bank.mjs";
import { Shop } from "./lib/shop.mjs";
import { start } from "./lib/sites.mjs";

const quick = process.argv.includes("--quick");
const PRICE = "€89.00";

function check(holds, what) {
  if (!holds) throw new Error(what);
}

async function words(page) {
  return (await page.locator("main").innerText()).replace(/\s+/g, " ");
}

async function journey(page, sites) {
  const look = async (what) => {
    const wider = await overflow(page);
    check(wider <= 0, `${what} is ${wider} px wider than the window`);
  };
  const bank = new Bank(page, sites.bank);
  const shop = new Shop(page, sites.shop);
  await bank.open("/");
  await look("the bank's home page");
  await bank.register();
  await look("the accounts");
  await bank.deposit("250.00");
  check((await words(page)).includes("250.00"), "the deposit shows");
  await look("the account");
  await shop.open("/");
  await look("the shop's home page");
  await shop.search("scribe full");
  await look("the search");
  await page.locator('main a[href^="/products/KB-0101"]').first().click();
  await page.waitForURL((url) => url.pathname === "/products/KB-0101");
  check((await words(page)).includes(PRICE), "the price shows");
  await look("the product");
  await shop.put("KB-0101", "1");
  await look("the cart");
  await shop.order(bank.number);
  await look("the order");
  check(/is paid/.test(await words(page)), "the order is paid");
  await bank.open(`/accounts/${bank.number}`);
  const statement = await words(page);
  check(/−(€|)(89|9\d)\.\d\d/.test(statement) || statement.includes("-89.00"), "the statement shows the payment");
  await look("the statement");
}

/** Registers and orders by Tab, Enter and typing alone. */
async function byKeyboard(page, sites) {
  const reach = async (matches, what) => {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate((css) => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        return { hit: element.matches(css), outline: style.outlineStyle !== "none" || element.tagName === "BODY", tag: element.outerHTML.slice(0, 120) };
      }, matches);
      check(focused.outline, `the focus can be seen on ${focused.tag}`);
      if (focused.hit) return;
    }
    throw new Error(`the keyboard does not reach ${what}`);
  };
  const type = async (name, text) => {
    await reach(`main [name="${name}"]`, name);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(text);
  };
  const enter = async () => {
    await page.keyboard.press("Enter");
    await page.waitForLoadState("load");
  };
  await page.goto(`${sites.bank}/`);
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement.matches(".skip")), "the first stop skips to the content");
  await page.goto(`${sites.bank}/register`);
  const email = `keyboard-${process.pid}-${Date.now()}@example.org`;
  await type("name", "Ada Lovelace");
  await type("email", email);
  await type("password", "a short sentence is good");
  await type("pin", "804917");
  await enter();
  await page.waitForURL((url) => url.pathname.startsWith("/accounts"));
  await page.goto(`${sites.bank}/accounts`);
  await reach('main a[href*="/deposit"]', "the deposit");
  await enter();
  await page.waitForURL((url) => url.pathname.endsWith("/deposit"));
  const number = page.url().match(/accounts\/(\d+)/)[1];
  await type("amount", "150.00");
  await enter();
  await page.waitForURL((url) => !url.pathname.endsWith("/deposit"));
  await page.goto(`${sites.shop}/products/KB-0101`);
  await reach('main form:has([name="quantity"]) button:not([type=button])', "the button that puts it into the cart");
  await enter();
  await page.waitForURL((url) => url.pathname === "/cart");
  await reach('main a[href="/checkout"]', "the checkout");
  await enter();
  await page.waitForURL((url) => url.pathname === "/checkout");
  const fields = { name: "Ada Lovelace", email: "ada@example.org", street: "1 Road", postal_code: "12345", city: "Town", country: "Country", account_number: number, pin: "804917" };
  const order = await page.locator("main form [name]:is(input,textarea):not([type=hidden],[type=radio],[type=checkbox])").evaluateAll((all) => all.map((field) => field.name));
  for (const name of order.filter((name) => name in fields)) await type(name, fields[name]);
  await enter();
  await page.waitForURL((url) => url.pathname.startsWith("/orders/"));
  check(/is paid/.test(await words(page)), "the order is paid");
}

const sites = await start();
const browser = await launch();
let failed = 0;
const run = async (name, options, way) => {
  const { context, faults } = await visitor(browser, options);
  const began = Date.now();
  const page = await context.newPage();
  try {
    await way(page, sites);
    check(faults.length === 0, faults.join("\n  "));
    console.log(`ok      ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed += 1;
    console.error(`FAILED  ${name} at ${page.url()}: ${error.message}`);
    await page.screenshot({ path: `screenshots/failed-${name.replaceAll(/\W+/g, "-")}.png` }).catch(() => {});
  }
  await context.close();
};
try {
  const matrix = [];
  for (const javaScript of [true, false]) {
    for (const [size, width] of Object.entries({ ...WIDTHS, "zoomed to 400%": 320 })) {
      for (const theme of THEMES) matrix.push([`${size}, ${theme}, scripts ${javaScript ? "on" : "off"}`, { width, theme, javaScript }]);
    }
  }
  const chosen = quick ? matrix.filter((_, index) => [0, 3, 5, 6, 9, 15].includes(index)) : matrix;
  for (const [name, options] of chosen) await run(name, options, journey);
  await run("keyboard, scripts on", {}, byKeyboard);
  await run("keyboard, scripts off", { javaScript: false }, byKeyboard);
} finally {
  await browser.close();
  await sites.stop();
}
console.log(failed ? `${failed} journeys failed` : "every journey ended as it should");
process.exitCode = failed ? 1 : 0;
