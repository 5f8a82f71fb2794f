// The shop as a customer uses it.
import { PIN, amounts, fill, press, send } from "./bank.mjs";

export const ADDRESS = {
  name: "Ada Lovelace", email: "ada@example.org", street: "12 St James's Square", postal_code: "SW1Y 4JH", city: "London",
};

export class Shop {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  async open(path = "/") {
    return this.page.goto(this.url + path);
  }

  async search(words) {
    await this.open("/");
    await this.page.locator('form[role="search"] input[name="q"]').fill(words);
    await press(this.page, this.page.locator('form[role="search"] button').first());
    await this.page.waitForURL((url) => url.pathname === "/search");
  }

  /** Narrows a list by the first facet that it offers. A list without facets is left as it is; says which it was. */
  async filter() {
    const facet = this.page.locator('main form[action^="/"] input[type=checkbox], main form[action^="/"] input[type=radio]:not(:checked)').first();
    if (!(await facet.count())) return false;
    await facet.check();
    const go = facet.locator("xpath=ancestor::form").locator("button:not([type=button])").first();
    if (await go.isVisible()) await press(this.page, go);
    return true;
  }

  async put(sku, quantity = "1") {
    await this.open(`/products/${sku}`);
    await fill(this.page, { quantity });
    await send(this.page, "quantity");
    await this.page.waitForURL((url) => url.pathname === "/cart");
  }

  /** From the cart to the form to pay by, filled in. */
  async fillCheckout(account, pin = PIN, changes = {}) {
    await this.open("/checkout");
    await fill(this.page, { ...ADDRESS, account_number: account, pin, ...changes });
    const country = this.page.locator('main input[name="country"]');
    if (await country.count()) await country.fill("United Kingdom");
  }

  /** Sends the filled form, and answers the order's address. */
  async pay() {
    await send(this.page, "account_number");
    await this.page.waitForURL((url) => url.pathname.startsWith("/orders/"));
    return new URL(this.page.url()).pathname;
  }

  /** From the cart to the order's page, and its address. */
  async order(account, pin = PIN) {
    await this.fillCheckout(account, pin);
    return this.pay();
  }

  /** What the page says is to be paid, in cents: the last amount of the summary's foot. */
  async total() {
    return amounts(await this.page.locator("main tfoot, main .total").last().innerText()).at(-1);
  }

  /** The order's number, such as K7Q2-M4XD. */
  async orderNumber() {
    return (await this.page.locator("main").innerText()).match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/)[0];
  }
}
