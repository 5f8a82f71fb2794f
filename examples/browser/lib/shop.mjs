// The shop as a customer uses it.
import { PIN, amounts, fill, press, send } from "./bank.mjs";

export const ADDRESS = {
  name: "Ada Lovelace", email: "ada@example.org", street: "12 St James's Square", postal_code: "SW1Y 4JH", city: "London",
  country: "GB",
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

  /** Narrows a list to a brand. In a narrow window what it can be narrowed by has to be opened first. */
  async filter(brand) {
    const group = this.page.locator(`main details.group:has(input[name="brand"][value="${brand}"])`);
    for (const details of [this.page.locator("main details.filters"), group]) {
      const summary = details.locator("> summary");
      if ((await summary.isVisible()) && !(await details.evaluate((element) => element.open))) await summary.click();
    }
    await group.locator(`input[value="${brand}"]`).check();
    await press(this.page, this.page.locator("main .filters form button").last());
    await this.page.waitForURL((url) => url.searchParams.get("brand") === brand);
  }

  /** Once more of the only line of the cart. */
  async more() {
    await this.page.locator('main [id^="more-"]').click();
    await this.page.locator('main input[name="quantity"][value="2"]').waitFor();
  }

  async put(sku, quantity = "1") {
    await this.open(`/products/${sku}`);
    await fill(this.page, { quantity });
    await this.page.locator('main form:has([name="quantity"]) button:not([type=button])').click();
    await this.added();
    await this.open("/cart");
  }

  /** Has a discount code taken off the cart. */
  async redeem(code) {
    await this.open("/cart");
    await this.page.locator("main aside summary").click();
    await this.page.locator('main [name="code"]').fill(code);
    await this.page.locator('main button[value="code"]').click();
    await this.page.locator('main button[value="remove-code"]').waitFor();
  }

  /** Something is in the cart now: its page says so, or, with scripts, the product's own. */
  async added() {
    await this.page.locator("#cart, [data-added]:visible").first().waitFor();
  }

  /** From the cart to the form to pay by, filled in. */
  async fillCheckout(account, pin = PIN, changes = {}) {
    await this.open("/checkout");
    await fill(this.page, { ...ADDRESS, account_number: account, pin, ...changes });
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

  /** What the page says is to be paid, in cents. */
  async total() {
    return amounts(await this.page.locator("main .total:visible").innerText()).at(-1);
  }

  /** The order's number, such as K7Q2-M4XD. */
  async orderNumber() {
    return (await this.page.locator("main").innerText()).match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/)[0];
  }
}
