// The bank as a customer uses it. Fields are found by the names that the forms have in every language.
let customers = 0;

export const PASSWORD = "a short sentence is good";
export const PIN = "804917";

/** Sends the form that holds the field `name`. */
export async function send(page, name) {
  const form = page.locator(`main form:has([name="${name}"])`).first();
  await Promise.all([page.waitForLoadState("load"), form.locator("button:not([type=button]):not([formnovalidate])").last().click()]);
  await page.waitForLoadState("load");
}

export async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`main [name="${name}"]`).first().fill(value);
  }
}

export class Bank {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  async open(path = "/") {
    return this.page.goto(this.url + path);
  }

  /** Registers a new customer with a first account, and notes its number. */
  async register() {
    customers += 1;
    this.email = `ada-${customers}-${process.pid}@example.org`;
    await this.open("/register");
    await fill(this.page, { name: "Ada Lovelace", email: this.email, password: PASSWORD, pin: PIN });
    await send(this.page, "email");
    await this.page.waitForURL((url) => url.pathname.startsWith("/accounts"));
    await this.open("/accounts");
    const href = await this.page.locator('main a[href*="/deposit"]').first().getAttribute("href");
    this.number = href.match(/\/accounts\/(\d+)\//)[1];
    return this.number;
  }

  async logIn() {
    await this.open("/login");
    await fill(this.page, { email: this.email, password: PASSWORD });
    await send(this.page, "email");
    await this.page.waitForURL((url) => !url.pathname.startsWith("/login"));
  }

  /** Opens another account, and notes its number. */
  async openAccount(name) {
    await this.open("/accounts/new");
    await fill(this.page, { name, pin: PIN });
    await send(this.page, "pin");
    await this.page.waitForURL((url) => /\/accounts\/\d+/.test(url.pathname));
    this.spare = new URL(this.page.url()).pathname.split("/")[2];
  }

  /** Saves a payee, and notes its id. */
  async savePayee(name, account_number) {
    await this.open("/payees");
    await fill(this.page, { name, account_number });
    await send(this.page, "account_number");
    const href = await this.page.locator('main a[href^="/payees/"]').first().getAttribute("href");
    this.payee = href.split("/")[2];
  }

  async deposit(amount) {
    await this.open(`/accounts/${this.number}/deposit`);
    await fill(this.page, { amount });
    await send(this.page, "amount");
    await this.page.waitForURL((url) => !url.pathname.endsWith("/deposit"));
  }
}
