// The shop as a customer uses it.
import { PIN, fill, send } from "./bank.mjs";

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
    await this.page.locator('form[role="search"] button').first().click();
    await this.page.waitForURL((url) => url.pathname === "/search");
  }

  async put(sku, quantity = "1") {
    await this.open(`/products/${sku}`);
    await fill(this.page, { quantity });
    await send(this.page, "quantity");
    await this.page.waitForURL((url) => url.pathname === "/cart");
  }

  /** From the cart to the order's page. */
  async order(account, pin = PIN) {
    await this.open("/checkout");
    await fill(this.page, { ...ADDRESS, account_number: account, pin });
    const country = this.page.locator('main [name="country"]');
    if ((await country.count()) && (await country.evaluate((field) => field.tagName === "INPUT"))) await country.fill("United Kingdom");
    await send(this.page, "account_number");
    await this.page.waitForURL((url) => url.pathname.startsWith("/orders/"));
    return new URL(this.page.url()).pathname;
  }
}
