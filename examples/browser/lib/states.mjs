// Every page of both sites, in every state that a visitor can bring about, as addresses and steps.
import { Bank, fill, send } from "./bank.mjs";
import { ADDRESS, Shop } from "./shop.mjs";

/** What the states need: a customer with money, orders that ended in different ways. */
export async function prepare(browser, sites, visitor) {
  const { context } = await visitor(browser);
  const page = await context.newPage();
  const bank = new Bank(page, sites.bank);
  const shop = new Shop(page, sites.shop);
  await bank.register();
  await bank.deposit("2500.00");
  await bank.openAccount("Holiday");
  await bank.savePayee("Grace Hopper", "240000000183");
  const orders = {};
  await shop.put("KB-0101", "2");
  orders.paid = await shop.order(bank.number);
  await shop.put("KB-0101");
  orders.declined = await shop.order(bank.number, "111222");
  await shop.put("KB-0101");
  orders.cancelled = await shop.order(bank.number);
  await page.locator('main button[value="cancel"]').click();
  await page.waitForLoadState("load");
  await page.waitForFunction(() => !document.querySelector("[data-poll]"));
  return { context, page, bank, shop, orders };
}

/** Name, who looks, and how to get there: an address, or steps that end on the page. */
export function states(world) {
  const { bank, shop, orders } = world;
  const account = `/accounts/${bank.number}`;
  const signedOut = "stranger";
  const signedIn = "customer";
  const at = (site, path) => (page) => page.goto(site.url + path);
  const sent = (site, path, fields, by) => async (page) => {
    await page.goto(site.url + path);
    await page.evaluate(() => { for (const form of document.forms) form.noValidate = true; });
    await fill(page, fields);
    await send(page, by);
  };
  return [
    ["bank-home", signedOut, at(bank, "/")],
    ["bank-login", signedOut, at(bank, "/login")],
    ["bank-login-wrong", signedOut, sent(bank, "/login", { email: "nobody@example.org", password: "wrong words here" }, "email")],
    ["bank-register", signedOut, at(bank, "/register")],
    ["bank-register-errors", signedOut, sent(bank, "/register", { name: "", email: "ada", password: "short", pin: "123456" }, "email")],
    ["bank-accounts", signedIn, at(bank, "/accounts")],
    ["bank-account", signedIn, at(bank, account)],
    ["bank-accounts-other", signedIn, at(bank, `/accounts?account=${bank.spare}`)],
    ["bank-account-search", signedIn, at(bank, `${account}?text=shop&direction=out&from=2020-01-01&min=1`)],
    ["bank-account-search-nothing", signedIn, at(bank, `${account}?text=zzzzqqqq`)],
    ["bank-account-search-errors", signedIn, at(bank, `${account}?from=yesterday&min=5&max=lots`)],
    ["bank-account-empty", signedIn, at(bank, `/accounts/${bank.spare}`)],
    ["bank-entry", signedIn, async (page) => {
      await page.goto(bank.url + account);
      await page.goto(new URL(await page.locator('main a[href*="/entries/"]').first().getAttribute("href"), bank.url).href);
    }],
    ["bank-entry-unknown", signedIn, at(bank, `${account}/entries/none`)],
    ["bank-account-new", signedIn, at(bank, "/accounts/new")],
    ["bank-account-new-errors", signedIn, sent(bank, "/accounts/new", { name: "", pin: "1" }, "pin")],
    ["bank-deposit", signedIn, at(bank, `${account}/deposit`)],
    ["bank-deposit-errors", signedIn, sent(bank, `${account}/deposit`, { amount: "a lot" }, "amount")],
    ["bank-withdraw", signedIn, at(bank, `${account}/withdraw`)],
    ["bank-withdraw-too-much", signedIn, sent(bank, `${account}/withdraw`, { amount: "99999.00", pin: "804917" }, "amount")],
    ["bank-transfer", signedIn, at(bank, `${account}/transfer`)],
    ["bank-transfer-errors", signedIn, sent(bank, `${account}/transfer`, { to: "123", amount: "0" }, "to")],
    ["bank-transfer-payee", signedIn, at(bank, `${account}/transfer?payee=${bank.payee}`)],
    ["bank-transfer-check", signedIn, sent(bank, `${account}/transfer`, { to: bank.spare, amount: "250", reference: "For the sea" }, "to")],
    ["bank-transfer-wrong-pin", signedOut, async (page) => {
      const other = new Bank(page, bank.url);
      await other.register();
      await other.deposit("90.00");
      await sent(bank, `/accounts/${other.number}/transfer`, { to: bank.number, amount: "25", reference: "Lunch" }, "to")(page);
      await fill(page, { pin: "849271" });
      await send(page, "pin");
    }],
    ["bank-pin", signedIn, at(bank, `${account}/pin`)],
    ["bank-pin-errors", signedIn, sent(bank, `${account}/pin`, { pin: "", new_pin: "123" }, "new_pin")],
    ["bank-settings", signedIn, at(bank, `${account}/settings`)],
    ["bank-settings-errors", signedIn, sent(bank, `${account}/settings`, { name: "" }, "name")],
    ["bank-close-not-empty", signedIn, at(bank, `${account}/close`)],
    ["bank-close", signedIn, at(bank, `/accounts/${bank.spare}/close`)],
    ["bank-payees", signedIn, at(bank, "/payees")],
    ["bank-payees-errors", signedIn, sent(bank, "/payees", { name: "", account_number: "240000000138" }, "account_number")],
    ["bank-payee", signedIn, at(bank, `/payees/${bank.payee}`)],
    ["bank-payee-unknown", signedIn, at(bank, "/payees/none")],
    ["bank-security", signedIn, at(bank, "/security")],
    ["bank-security-wrong", signedIn, sent(bank, "/security", { current_password: "not this one", new_password: "x" }, "new_password")],
    ["bank-profile", signedIn, at(bank, "/profile")],
    ["bank-not-found", signedIn, at(bank, "/nowhere")],
    ["bank-docs", signedOut, at(bank, "/docs")],
    ["bank-styleguide", signedOut, at(bank, "/styleguide")],
    ["shop-home", signedOut, at(shop, "/")],
    ["shop-products", signedOut, at(shop, "/products")],
    ["shop-category", signedOut, at(shop, "/categories/laptops")],
    ["shop-search", signedOut, at(shop, "/search?q=quiet+keyboard")],
    ["shop-search-nothing", signedOut, at(shop, "/search?q=zzzzqqqq")],
    ["shop-product", signedOut, at(shop, "/products/LT-1401")],
    ["shop-product-sold-out", signedOut, at(shop, "/products/LT-1801")],
    ["shop-cart-empty", signedOut, at(shop, "/cart")],
    ["shop-cart", signedOut, async (page) => { await new Shop(page, shop.url).put("LT-1401", "2"); }],
    ["shop-checkout", signedOut, async (page) => { await new Shop(page, shop.url).put("LT-1401"); await page.goto(`${shop.url}/checkout`); }],
    ["shop-checkout-errors", signedOut, async (page) => {
      await new Shop(page, shop.url).put("LT-1401");
      await sent(shop, "/checkout", { ...ADDRESS, email: "ada", account_number: "12", pin: "1" }, "account_number")(page);
    }],
    ["shop-order-paid", signedOut, at(shop, orders.paid)],
    ["shop-order-declined", signedOut, at(shop, orders.declined)],
    ["shop-order-cancelled", signedOut, at(shop, orders.cancelled)],
    ["shop-not-found", signedOut, at(shop, "/nowhere")],
    ["shop-docs", signedOut, at(shop, "/docs")],
    ["shop-styleguide", signedOut, at(shop, "/styleguide")],
  ];
}
