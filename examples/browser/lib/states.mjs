// Every page of both sites in every state that visitors can bring about: the inventory that all audits walk through.
// A state that cannot be reached, or is not what it says, is a fault: `see` must be on the page, and the status as told.
import { PASSWORD, PIN, fill, press, send } from "./bank.mjs";
import { Shop } from "./shop.mjs";
import { DEARER, MERCHANTS, SCARCE } from "./world.mjs";

const ERRORS = 'main [role="alert"]';
const FIELD_ERRORS = `main [aria-invalid="true"]`;
const NOTICE = 'main [role="status"]';

/** All states: name, site, who looks, how to get there, and how to know that this is the state. */
export function states({ sites, orders, accounts, emails, payee }) {
  const all = [];
  const state = (name, site, who, go, { see = "main h1", status = 200 } = {}) => all.push({ name, site, who, go, see, status });
  const at = (path) => (page) => page.goto(path.startsWith("http") ? path : new URL(path, page.site).href);
  /** A form sent with what the browser would have stopped: the server's own errors show. */
  const sent = (path, fields, by = Object.keys(fields)[0]) => async (page) => {
    await at(path)(page);
    await page.evaluate(() => {
      // As sent by the browser itself: what the script makes of an answer is the journeys' to see.
      for (const form of document.forms) [form.noValidate, form.dataset.plain] = [true, "yes"];
      for (const folded of document.querySelectorAll("main form details")) folded.open = true;
    });
    await fill(page, fields);
    await send(page, by);
  };
  const bank = (name, who, go, expected) => state(`bank-${name}`, "bank", who, go, expected);
  const shop = (name, who, go, expected) => state(`shop-${name}`, "shop", who, go, expected);
  const wrong = { see: `${ERRORS}, ${FIELD_ERRORS}`, status: 400 };
  const account = `/accounts/${accounts.rich}`;

  bank("home", "stranger", at("/"));
  bank("home-signed-in", "rich", at("/"));
  bank("login", "stranger", at("/login"), { see: 'main [name="password"]' });
  bank("login-errors", "stranger", sent("/login", { email: "", password: "" }), { ...wrong, status: 401 });
  bank("login-wrong", "stranger", sent("/login", { email: emails.rich, password: "wrong words here" }), { ...wrong, status: 401 });
  bank("login-needed", "stranger", at("/security"), { see: 'main [name="password"]' });
  bank("forgotten", "stranger", at("/password/forgotten"), { see: 'main [name="email"]' });
  bank("forgotten-asked", "stranger", sent("/password/forgotten", { email: emails.rich }), { see: NOTICE });
  bank("forgotten-errors", "stranger", sent("/password/forgotten", { email: "ada" }), wrong);
  bank("password-new", "stranger", async (page) => {
    await sent("/password/forgotten", { email: emails.poor })(page);
    await page.goto(await sites.mailed(emails.poor, /http\S+\/password\/new\?token=[0-9a-f]{64}/));
  }, { see: 'main [name="new_password"]' });
  bank("password-new-ended", "stranger", at(`/password/new?token=${"0123456789abcdef".repeat(4)}`), { see: 'main a[href="/password/forgotten"]' });
  bank("register", "stranger", at("/register"), { see: 'main [name="pin"]' });
  bank("register-errors", "stranger", sent("/register", { name: "", email: "ada", password: "short", pin: "123456" }), wrong);
  bank("register-taken", "stranger", sent("/register", { name: "Ada", email: emails.rich, password: PASSWORD, pin: PIN }), { ...wrong, status: 409 });
  bank("accounts", "rich", at("/accounts"), { see: 'main a[href*="/deposit"]' });
  bank("accounts-empty", "poor", at("/accounts"), { see: 'main a[href*="/deposit"]' });
  bank("accounts-other", "rich", at(`/accounts?account=${accounts.spare}`), { see: 'main .chips [aria-current="true"]' });
  bank("account", "rich", at(account), { see: "main .entries" });
  bank("account-older", "rich", async (page) => {
    await at(account)(page);
    await press(page, page.locator('main a[href*="cursor="]').first());
  }, { see: "main .entries" });
  bank("account-search", "rich", at(`${account}?direction=out&from=2020-01-01&min=1`), { see: "main .chips" });
  bank("account-search-nothing", "rich", at(`${account}?text=zzzzqqqq`), { see: "main .chips" });
  bank("account-search-errors", "rich", at(`${account}?from=yesterday&min=lots`), wrong);
  bank("entry", "rich", async (page) => {
    await at(account)(page);
    await press(page, page.locator('main a[href*="/entries/"]').first());
  }, { see: "main .receipt" });
  for (const [kind, name] of Object.entries(MERCHANTS)) {
    bank(`entry-merchant-${kind}`, "rich", async (page) => {
      await at(`${account}?text=${encodeURIComponent(name)}`)(page);
      await press(page, page.locator('main a[href*="/entries/"]').first());
    }, { see: `main .receipt :text("${name}")` });
  }
  bank("entry-unknown", "rich", at(`${account}/entries/none`), { status: 404 });
  bank("account-empty", "poor", at(`/accounts/${accounts.poor}`));
  bank("account-of-another", "poor", at(account), { status: 404 });
  bank("account-new", "rich", at("/accounts/new"), { see: 'main [name="pin"]' });
  bank("account-new-errors", "rich", sent("/accounts/new", { name: "", pin: "1" }), wrong);
  bank("deposit", "rich", at(`${account}/deposit`), { see: 'main [name="amount"]' });
  bank("deposit-errors", "rich", sent(`${account}/deposit`, { amount: "a lot" }), wrong);
  bank("deposit-too-much", "rich", sent(`${account}/deposit`, { amount: "9999.00" }), { ...wrong, status: 422 });
  bank("accounts-currencies", "hasty", at("/accounts"), { see: "main .totals strong + strong" });
  bank("account-foreign", "hasty", at(`/accounts/${accounts.foreign}`), { see: "main .empty" });
  bank("entry-transfer", "hasty", async (page) => {
    await at(`/accounts/${accounts.hasty}`)(page);
    await press(page, page.locator('main a[href*="/entries/"]').first());
  }, { see: "main .receipt .sum.in" });
  bank("entry-deposit", "hasty", async (page) => {
    await at(`/accounts/${accounts.hasty}`)(page);
    await press(page, page.locator('main a[href*="/entries/"]').last());
  }, { see: "main .receipt .sum.in" });
  bank("deposit-done", "poor", sent(`/accounts/${accounts.poor}/deposit`, { amount: "1.00" }), { see: NOTICE });
  bank("withdraw", "rich", at(`${account}/withdraw`), { see: 'main [name="amount"]' });
  bank("withdraw-errors", "rich", sent(`${account}/withdraw`, { amount: "", pin: "" }), wrong);
  bank("withdraw-too-much", "rich", sent(`${account}/withdraw`, { amount: "9999.00", pin: PIN }), { ...wrong, status: 422 });
  // The fourth try in a row has to wait.
  bank("withdraw-too-many-wrong-pins", "hasty", async (page) => {
    for (const pin of ["111222", "111223", "111224", PIN]) await sent(`/accounts/${accounts.hasty}/withdraw`, { amount: "1.00", pin })(page);
  }, { ...wrong, status: 429 });
  bank("withdraw-done", "rich", sent(`${account}/withdraw`, { amount: "1.00", pin: PIN }), { see: NOTICE });
  bank("transfer", "rich", at(`${account}/transfer`), { see: 'main [name="to"]' });
  bank("transfer-errors", "rich", sent(`${account}/transfer`, { to: "123", amount: "0" }), wrong);
  bank("transfer-too-much", "rich", sent(`${account}/transfer`, { to: accounts.poor, amount: "9999.00" }), { ...wrong, status: 422 });
  bank("transfer-payee", "rich", at(`${account}/transfer?payee=${payee}`), { see: 'main [name="payee"][value]:not([value=""]):checked' });
  const checked = (path, to) => sent(`${path}/transfer`, { to, amount: "1.00", reference: "For the sea" });
  const confirmed = (path, to, fields) => async (page) => {
    await checked(path, to)(page);
    await fill(page, fields);
    await send(page, "pin");
  };
  // Between own accounts no PIN is asked for; to a mere number, whether it is to be saved.
  bank("transfer-check-own", "rich", checked(account, accounts.spare), { see: "main dl.check .badge" });
  bank("transfer-check-payee", "rich", checked(account, accounts.poor), { see: 'main [name="pin"]' });
  bank("transfer-check-number", "rich", checked(account, accounts.hasty), { see: 'main [name="save_as"]' });
  bank("transfer-wrong-pin", "rich", confirmed(account, accounts.poor, { pin: "849271" }), { ...wrong, status: 422 });
  bank("transfer-edited", "rich", async (page) => {
    await checked(account, accounts.hasty)(page);
    await press(page, page.locator('main button[name="edit"]'));
  }, { see: 'main [name="reference"][value="For the sea"]' });
  bank("transfer-not-to-confirm", "rich", at(`${account}/transfer/confirm`), { see: 'main [name="reference"]' });
  bank("transfer-done", "rich", confirmed(account, accounts.poor, { pin: PIN }), { see: NOTICE });
  bank("settings", "rich", at(`${account}/settings`), { see: 'main [name="name"]' });
  bank("settings-errors", "rich", sent(`${account}/settings`, { name: "" }), wrong);
  bank("close-holds", "rich", at(`${account}/close`), { see: "main .warning" });
  bank("close-not-empty", "hasty", at(`/accounts/${accounts.hasty}/close`), { see: "main .warning" });
  bank("close", "rich", at(`/accounts/${accounts.spare}/close`), { see: "main button.danger" });
  bank("close-errors", "rich", sent(`/accounts/${accounts.spare}/close`, { pin: "", current_password: "" }), wrong);
  // Someone who has closed everything has nothing to pay from.
  const closed = `/accounts/${accounts.gone}`;
  bank("closed-done", "gone", at(`${closed}/close`), { see: "main .sheet .button" });
  bank("closed-account", "gone", at(closed), { see: "main .warning" });
  bank("closed-settings", "gone", at(`${closed}/settings`), { see: 'main [name="name"]' });
  bank("closed-accounts", "gone", at("/accounts"));
  bank("closed-payees", "gone", at("/payees"), { see: 'main a[href^="/payees/"]' });
  bank("closed-transfer", "gone", sent(`${closed}/transfer`, { to: accounts.poor, amount: "1.00" }), { ...wrong, status: 422 });
  bank("payees", "rich", at("/payees"), { see: 'main a[href^="/payees/"]' });
  bank("payees-none", "poor", at("/payees"), { see: 'main [name="account_number"]' });
  bank("payees-errors", "rich", sent("/payees", { name: "", account_number: "240000000138" }, "account_number"), wrong);
  bank("payee", "rich", at(`/payees/${payee}`), { see: 'main [name="name"]' });
  bank("payee-unknown", "rich", at("/payees/none"), { status: 404 });
  bank("payee-errors", "rich", sent(`/payees/${payee}`, { name: "" }), wrong);
  bank("profile", "rich", at("/profile"), { see: 'main [name="language"]' });
  bank("profile-errors", "rich", sent("/profile", { name: "" }), wrong);
  bank("profile-done", "poor", sent("/profile", { name: "Ada King" }), { see: NOTICE });
  bank("pin", "rich", at(`${account}/pin`), { see: 'main [name="new_pin"]' });
  bank("pin-errors", "rich", sent(`${account}/pin`, { pin: "", current_password: "", new_pin: "111111" }, "new_pin"), wrong);
  bank("security", "rich", at("/security"), { see: "main .timeline" });
  bank("security-errors", "rich", sent("/security", { current_password: "", new_password: "short" }), { ...wrong, status: 403 });
  // A form that was opened before its cookie was lost is not obeyed.
  bank("form-from-elsewhere", "poor", async (page) => {
    await at("/payees")(page);
    await page.context().clearCookies();
    await fill(page, { name: "Grace", account_number: accounts.rich });
    await send(page, "account_number");
  }, { status: 403 });
  bank("not-found", "stranger", at("/nowhere"), { status: 404 });
  bank("not-found-signed-in", "rich", at("/nowhere"), { status: 404 });
  bank("docs", "stranger", at("/docs"));
  bank("styleguide", "stranger", at("/styleguide"));

  shop("home", "stranger", at("/"));
  shop("list", "stranger", at("/products"), { see: 'main a[href^="/products/"]' });
  shop("list-sorted", "stranger", async (page) => {
    await at("/products")(page);
    const sort = page.locator("main select").first();
    const value = await sort.locator("option").last().getAttribute("value");
    await at(`/products?${await sort.getAttribute("name")}=${value}`)(page);
  }, { see: 'main a[href^="/products/"]' });
  shop("list-behind-the-end", "stranger", at("/products?page=999"), { status: 404 });
  shop("category", "stranger", at("/categories/laptops"), { see: 'main a[href^="/products/"]' });
  shop("list-narrowed", "stranger", at("/categories/laptops?brand=Fjordlight&ram=16..32"), { see: "main .chips a" });
  shop("list-narrowed-to-nothing", "stranger", at("/categories/mice?price=99999.."), { see: "main .chips a" });
  shop("search-mistyped", "stranger", at("/search?q=quiet+keybord"), { see: "main .meant a" });
  shop("compare", "stranger", at("/compare?sku=LT-1401&sku=LT-1402&sku=LT-1301&sku=LT-1603"), { see: "main table" });
  shop("compare-one", "stranger", at("/compare?sku=LT-1401"));
  shop("compare-nothing", "stranger", at("/compare"));
  shop("compare-too-many", "stranger", at("/compare?sku=LT-1301&sku=LT-1401&sku=LT-1402&sku=LT-1601&sku=LT-1403"), { status: 422, see: "main [role=alert]" });
  shop("search", "stranger", at("/search?q=quiet+keyboard"), { see: 'main a[href^="/products/"]' });
  shop("search-nothing", "stranger", at("/search?q=zzzzqqqq"));
  shop("search-for-nothing", "stranger", at("/search?q="));
  shop("search-suggestions", "stranger", async (page) => {
    await at("/")(page);
    await page.locator("#search").pressSequentially("hall");
    await page.locator("#suggestions li").first().waitFor();
    await page.keyboard.press("ArrowDown");
  }, { see: '#suggestions [aria-selected="true"]' });
  shop("product-added", "stranger", async (page) => {
    await at("/products/LT-1401")(page);
    await page.locator("main [data-add] button").click();
  }, { see: "main [data-added]:visible" });
  shop("product", "stranger", at("/products/LT-1401"), { see: 'main [name="quantity"]' });
  shop("product-sold-out", "stranger", at("/products/LT-1801"));
  shop("product-long-words", "stranger", at(`/products/${DEARER}`), { see: 'main [name="quantity"]' });
  shop("product-errors", "stranger", sent("/products/LT-1401", { quantity: "many" }), wrong);
  shop("product-not-found", "stranger", at("/products/XX-0000"), { status: 404 });
  shop("category-not-found", "stranger", at("/categories/nonsense"), { status: 404 });
  shop("cart-empty", "stranger", at("/cart"));
  shop("cart", "stranger", (page) => new Shop(page, sites.shop).put("LT-1401", "2"), { see: 'main a[href="/checkout"]' });
  const code = (typed) => async (page) => {
    await at("/cart")(page);
    await page.locator("main aside summary").click();
    await page.locator('main [name="code"]').fill(typed);
    await page.locator('main button[value="code"]').click();
  };
  shop("cart-code-wrong", "dearer", code("NOTHING"), { see: "#code-error" });
  shop("cart-code", "saver", at("/cart"), { see: 'main button[value="remove-code"]' });
  shop("checkout-code", "saver", async (page) => {
    await at("/checkout")(page);
    await page.locator("main form details summary").click();
    await page.locator('main [name="shipping"]').nth(1).check();
  }, { see: 'main [name="note"]:visible' });
  shop("cart-shortage", "scarce", at("/cart"), { see: `main a[href="/products/${SCARCE}"]` });
  shop("cart-price-changed", "dearer", at("/cart"), { see: `main a[href="/products/${DEARER}"]` });
  shop("checkout", "dearer", at("/checkout"), { see: 'main [name="account_number"]' });
  shop("checkout-errors", "dearer", sent("/checkout", { email: "ada", account_number: "12", pin: "1" }, "account_number"), wrong);
  shop("checkout-shortage", "scarce", at("/checkout"), { see: 'main .warning a[href="/cart"]' });
  shop("checkout-empty", "stranger", at("/checkout"));
  for (const [became, path] of Object.entries(orders)) shop(`order-${became}`, "stranger", at(path));
  shop("order-paid-cancelling", "stranger", async (page) => {
    await at(orders.paid)(page);
    await page.locator('main button[popovertarget="cancel"]').first().click();
  }, { see: "main [popover]:popover-open" });
  shop("order-pay-errors", "stranger", sent(orders.declined, { account_number: "12", pin: "1" }), wrong);
  shop("orders", "buyer", at("/orders"), { see: "main .orders li" });
  shop("orders-none", "stranger", at("/orders"), { see: "main .empty" });
  shop("find-order", "stranger", at("/orders/find"), { see: 'main [name="number"]' });
  shop("find-order-none", "stranger", sent("/orders/find", { number: "0000-0000", email: "ada@example.org" }), { ...wrong, status: 404 });
  shop("invoice", "stranger", at(`${orders.paid}/invoice`), { see: "main .sums" });
  shop("invoice-long-words", "stranger", at(`${orders.longWords}/invoice`), { see: "main .sums" });
  shop("credit-note", "stranger", at(`${orders.cancelled}/credit-note`), { see: "main .sums" });
  shop("invoice-none", "stranger", at(`${orders.declined}/invoice`), { status: 409 });
  shop("order-not-found", "stranger", at("/orders/nothing-like-that"), { status: 404 });
  shop("not-found", "stranger", at("/nowhere"), { status: 404 });
  shop("docs", "stranger", at("/docs"));
  shop("styleguide", "stranger", at("/styleguide"));
  return all;
}
