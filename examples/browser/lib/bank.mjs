// The bank as a customer uses it. Fields are found by the names that forms have in every language, buttons by their form.
let customers = 0;

export const PASSWORD = "a short sentence is good";
export const PIN = "804917";

/** Fills the fields of `main` by their names. */
export async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name="${name}"]:not([type=hidden])`).first();
    if (await field.evaluate((element) => element.tagName === "SELECT")) await field.selectOption(value);
    else await field.fill(value);
  }
}

/** Sends the form that holds the field `name`, by its last button that checks what was typed, and awaits the answer. */
export async function send(page, name) {
  const form = page.locator(`main form:has([name="${name}"]:not([type=hidden]))`).first();
  await press(page, form.locator("button:not([type=button]):not([formnovalidate])").last());
}

/** Presses what leads to another page, and awaits the page. */
export async function press(page, target) {
  const answer = page.waitForEvent("response", (response) => response.request().isNavigationRequest() && !isRedirect(response.status()));
  await Promise.all([answer, target.click()]);
  await page.waitForLoadState("load");
}

function isRedirect(status) {
  return status >= 300 && status < 400;
}

/** All numbers of money that a text tells, in cents: written as in English or in German. */
export function amounts(text) {
  return [...text.matchAll(/([+−-]?)\s?€?\s?(\d{1,3}(?:[.,]\d{3})*|\d+)([.,])(\d\d)(?![.,]?\d)/g)].map(([, sign, whole, , cents]) => {
    const minor = Number(whole.replaceAll(/[.,]/g, "") + cents);
    return sign && sign !== "+" ? -minor : minor;
  });
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

  /** Opens another account, in another currency if that is wanted, and notes its number. */
  async openAccount(name, { foreign = false } = {}) {
    await this.open("/accounts/new");
    if (foreign) await this.page.locator('main [name="currency"]').selectOption({ index: 1 });
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

  /** Closes the account, which must be empty. */
  async close() {
    await this.open(`/accounts/${this.number}/close`);
    await fill(this.page, { pin: PIN });
    await send(this.page, "pin");
  }

  /** Transfers to somebody else's number, in both steps. */
  async transfer(to, amount, reference) {
    await this.open(`/accounts/${this.number}/transfer`);
    await fill(this.page, { to, amount, reference });
    await send(this.page, "amount");
    await fill(this.page, { pin: PIN });
    await send(this.page, "pin");
  }

  async deposit(amount) {
    await this.open(`/accounts/${this.number}/deposit`);
    await fill(this.page, { amount });
    await send(this.page, "amount");
    await this.page.waitForURL((url) => !url.pathname.endsWith("/deposit"));
  }

  /** Every amount on the account's page, in cents. */
  async statement() {
    await this.open(`/accounts/${this.number}`);
    return amounts(await this.page.locator("main").innerText());
  }

  /** What a program does, as the bank's API names it. */
  async call(token, path, body, headers = {}) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
