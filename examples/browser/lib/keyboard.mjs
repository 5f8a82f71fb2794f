// The journey by Tab, Enter and typing alone: links and buttons are reached in their order, and the focus can be seen.
import { PASSWORD, PIN, amounts } from "./bank.mjs";
import { check } from "./check.mjs";
import { ADDRESS } from "./shop.mjs";

/** More presses than any page has stops. */
const PRESSES = 150;

class Keyboard {
  constructor(page) {
    this.page = page;
  }

  /** Goes from stop to stop until one matches the selector. */
  async reach(selector) {
    for (let presses = 0; presses < PRESSES; presses += 1) {
      await this.page.keyboard.press("Tab");
      const { hit, visible, tag } = await this.page.evaluate((css) => {
        const { activeElement: element } = document;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        const visible = (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
        return { hit: element.matches(css), visible: visible || element === document.body, tag: element.outerHTML.slice(0, 120) };
      }, selector);
      check(visible, `the focus cannot be seen on ${tag}`);
      if (hit) return;
    }
    throw new Error(`the keyboard does not reach ${selector}`);
  }

  async type(name, text) {
    await this.reach(`main [name="${name}"]`);
    const labels = await this.page.evaluate(() => {
      const { activeElement: element } = document;
      return element.tagName === "SELECT" ? Object.fromEntries([...element.options].map(({ value, text }) => [value, text])) : null;
    });
    if (labels) return this.choose(text, labels[text]);
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** Goes to the first option that begins like the label, and on from there. */
  async choose(value, label) {
    await this.page.keyboard.type(label.split(" ")[0]);
    for (let presses = 0; presses < PRESSES; presses += 1) {
      if (await this.page.evaluate(() => document.activeElement.value) === value) return;
      await this.page.keyboard.press("ArrowDown");
    }
    throw new Error(`the keyboard does not choose ${label}`);
  }

  /** Enter, and the page that it leads to: one of another address, or the same one again. */
  async enter(leadsTo) {
    await Promise.all([this.page.waitForURL(leadsTo), this.page.keyboard.press("Enter")]);
    await this.page.waitForLoadState("load");
  }

  /** Fills what of `values` the page asks for, in the order of its stops. */
  async fill(values) {
    const fields = this.page.locator("main form :is(input, select, textarea):not([type=hidden], [type=radio], [type=checkbox])");
    const names = await fields.evaluateAll((all) => all.map(({ name }) => name));
    for (const name of names.filter((name) => name in values)) await this.type(name, values[name]);
  }
}

let people = 0;

export async function byKeyboard(page, sites) {
  const keyboard = new Keyboard(page);
  people += 1;
  const email = `keyboard-${people}-${process.pid}@example.org`;
  await page.goto(`${sites.bank}/`);
  await page.keyboard.press("Tab");
  check(await page.evaluate(() => document.activeElement.getAttribute("href") === "#main"), "the first stop skips to the content");
  await keyboard.reach('a[href="/register"]');
  await keyboard.enter("**/register");
  await keyboard.fill({ name: "Ada Lovelace", email, password: PASSWORD, pin: PIN });
  await keyboard.enter((url) => url.pathname.startsWith("/accounts"));
  await keyboard.reach('main a[href*="/deposit"]');
  await keyboard.enter("**/deposit");
  const number = page.url().match(/accounts\/(\d+)/)[1];
  await keyboard.type("amount", "150.00");
  await keyboard.enter((url) => !url.pathname.endsWith("/deposit"));
  await page.goto(`${sites.shop}/`);
  await keyboard.reach('input[name="q"]');
  await page.keyboard.type("scribe full");
  await keyboard.enter((url) => url.pathname === "/search");
  await keyboard.reach('main a[href^="/products/KB-0101"]');
  await keyboard.enter("**/products/KB-0101");
  await keyboard.reach('main form:has([name="quantity"]) button:not([type=button])');
  await page.keyboard.press("Enter");
  await page.locator("#cart, [data-added]:visible").first().waitFor();
  if (!page.url().endsWith("/cart")) {
    await keyboard.reach('main a[href="/cart"]');
    await keyboard.enter("**/cart");
  }
  await keyboard.reach('main a[href="/checkout"]');
  await keyboard.enter("**/checkout");
  await keyboard.fill({ ...ADDRESS, account_number: number, pin: PIN });
  await keyboard.enter((url) => url.pathname.startsWith("/orders/"));
  const total = amounts(await page.locator("main .total:visible").innerText()).at(-1);
  await page.goto(`${sites.bank}/accounts/${number}`);
  const statement = amounts(await page.locator("main").innerText());
  for (const amount of [15000, -total, 15000 - total]) {
    check(statement.includes(amount), `the statement tells ${statement} cents, and not ${amount}`);
  }
}
