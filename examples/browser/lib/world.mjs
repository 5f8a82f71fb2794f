// What the states need before anyone looks: customers with and without money, and orders that ended in different ways.
import { randomUUID } from "node:crypto";
import { Bank, PIN, press, send } from "./bank.mjs";
import { Shop } from "./shop.mjs";

/** What the goods that states change are: one to become scarce, one to become dearer. */
export const SCARCE = "KB-0104";
export const DEARER = "KB-0105";
/** A word of 60 letters, as only the hostile type it. */
export const LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunt";
/** Names of merchants, as only the hostile choose them: 60 letters without a blank, from right to left, and wide. */
export const MERCHANTS = {
  long: "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsg",
  arabic: "شركةالأجهزةالإلكترونية الحديثة (Tern & Söhne) 24",
  wide: "東京特許許可局".repeat(8),
};
/** A discount code. */
export const CODE = "AUTUMN-10";

/** A customer of the bank in a browser of their own. */
async function customer(browser, sites, visitor, deposit) {
  const { context } = await visitor(browser);
  const page = await context.newPage();
  const bank = new Bank(page, sites.bank);
  await bank.register();
  if (deposit) await bank.deposit(deposit);
  return { bank, page, context, cookies: await context.cookies() };
}

/** Orders of one customer, by what became of each. */
async function orders(page, sites, number) {
  const shop = new Shop(page, sites.shop);
  const paid = async () => {
    await shop.put("KB-0301");
    return shop.order(number);
  };
  const found = { paid: await paid() };
  await shop.put("KB-0301");
  await shop.fillCheckout(number, PIN, { name: LONG, street: LONG, city: LONG });
  found.longWords = await shop.pay();
  found.shipped = await paid();
  sites.ship(await shop.orderNumber());
  found.cancelled = await paid();
  await page.locator('main button[popovertarget="cancel"]').first().click();
  await press(page, page.locator('main button[value="cancel"]'));
  await shop.put("KB-0301");
  found.declined = await shop.order(number, "111222");
  await shop.put("DT-0104");
  found.tooExpensive = await shop.order(number);
  return found;
}

/** An order whose payment nobody has heard of: the way to the bank is cut after the shop has opened. */
async function doubtfulOrder(page, sites, number) {
  const second = await sites.cuttableShop();
  const shop = new Shop(page, second.url);
  await shop.put("KB-0301");
  await shop.fillCheckout(number);
  second.cutOff();
  await send(page, "account_number");
  await page.waitForURL((url) => url.pathname.startsWith("/orders/"));
  return page.url();
}

/** A visitor's cart, filled before the shop changes what is in it. */
async function cart(browser, sites, visitor, sku, quantity, code) {
  const { context } = await visitor(browser);
  const page = await context.newPage();
  const shop = new Shop(page, sites.shop);
  await shop.put(sku, quantity);
  if (code) await shop.redeem(code);
  return { context, cookies: await context.cookies() };
}

export async function prepare(browser, sites, visitor) {
  const rich = await customer(browser, sites, visitor, "2500.00");
  const poor = await customer(browser, sites, visitor);
  const hasty = await customer(browser, sites, visitor, "20.00");
  await hasty.bank.openAccount("Abroad", { foreign: true });
  await rich.bank.transfer(hasty.bank.number, "5.00", "For the sea");
  const gone = await customer(browser, sites, visitor);
  await gone.bank.savePayee("Grace Hopper", poor.bank.number);
  await gone.bank.close();
  const charge = (amount, capture, merchant = sites.merchantKey()) => rich.bank.call(
    merchant, "/payments",
    { account_number: rich.bank.number, pin: PIN, amount, currency: "EUR", capture, reference: `A concert in spring ${LONG}` },
    { "idempotency-key": randomUUID() },
  );
  await charge("30.00", "manual");
  for (let entries = 0; entries < 25; entries += 1) await charge(`1.${String(entries).padStart(2, "0")}`, "immediate");
  const found = await orders(rich.page, sites, rich.bank.number);
  found.doubtful = await doubtfulOrder(rich.page, sites, rich.bank.number);
  await rich.bank.openAccount("Holiday");
  await rich.bank.savePayee(`Grace ${LONG}`, poor.bank.number);
  // The last ones: they are on every page that shows the newest entries and the holds.
  for (const name of Object.values(MERCHANTS)) {
    const merchant = sites.merchant(name);
    await charge("2.00", "manual", merchant);
    await charge("1.50", "immediate", merchant);
  }
  const scarce = await cart(browser, sites, visitor, SCARCE, "3");
  const dearer = await cart(browser, sites, visitor, DEARER, "1");
  sites.restock({ [SCARCE]: { stock: "2" }, [DEARER]: { price: "44.00", name: `${LONG} 2`, specification: `note=${LONG}` } });
  sites.discount(CODE);
  const saver = await cart(browser, sites, visitor, "KB-0301", "2", CODE);
  const world = { sites, orders: found, accounts: { rich: rich.bank.number, poor: poor.bank.number, hasty: hasty.bank.number, spare: rich.bank.spare, foreign: hasty.bank.spare, gone: gone.bank.number } };
  world.payee = rich.bank.payee;
  world.emails = { rich: rich.bank.email, poor: poor.bank.email };
  world.cookies = { stranger: [], rich: rich.cookies, poor: poor.cookies, hasty: hasty.cookies, gone: gone.cookies, scarce: scarce.cookies, dearer: dearer.cookies, saver: saver.cookies, buyer: await rich.context.cookies() };
  for (const who of [rich, poor, hasty, gone, scarce, dearer, saver]) await who.context.close();
  return world;
}
