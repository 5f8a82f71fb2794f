// A purchase through both sites' APIs, with openapi-fetch and the types that openapi-typescript made of openapi/*.json.
//
// It plays three parts: the customer, who opens an account at the bank; a merchant, who charges it; and a visitor of
// the shop, who orders with it. Every answer is checked, so that the program is a test of both contracts as well.
//
//     MERCHANT_KEY=… node build/purchase.js BANK_URL SHOP_URL
//
// `bank-site create-merchant NAME` prints a merchant's key, `shop-site discounts add SPRING-10 --percent 10` makes the
// discount code. `.ci/clients` makes the types in bank.d.ts and shop.d.ts, and runs this.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import createClient, { type Client } from "openapi-fetch";
import type { components as BankComponents, paths as BankPaths } from "./bank.js";
import type { components as ShopComponents, paths as ShopPaths } from "./shop.js";

type Bank = Client<BankPaths>;
type Shop = Client<ShopPaths>;
type Payment = BankComponents["schemas"]["Payment"];
type NewPayment = BankComponents["schemas"]["NewPayment"];
type Product = ShopComponents["schemas"]["Product"];

const PASSWORD = "a short sentence is good";
const PIN = "804917";
const WRONG_PIN = "804918";
const CURRENCY = "EUR";

interface Problem {
  status: number;
  code: string;
  detail?: string;
}

/** Like assert.equal; and what can never be equal does not compile. */
function same<T>(actual: T, expected: NoInfer<T>, message?: string): void {
  assert.equal(actual, expected, message);
}

/** What was answered with this status. Any other answer throws, with its problem document. */
function answered<Data>(answer: { data?: Data; error?: Problem; response: Response }, status: number): Data {
  const { data, error, response } = answer;
  if (error !== undefined) throw new Error(`${error.status} (${error.code}): ${error.detail ?? ""}`);
  same(response.status, status);
  assert(data !== undefined, "an answer has a body");
  return data;
}

/** A name for one call that moves money. Keep it until the answer is there: the same call under it repeats nothing. */
function newKey(): { header: { "Idempotency-Key": string } } {
  return { header: { "Idempotency-Key": randomUUID() } };
}

/** Amounts are decimal texts. To calculate with them, take whole cents: a number with a fraction is not exact. */
function cents(amount: string): number {
  const parts = /^(-?)(\d+)\.(\d\d)$/.exec(amount);
  assert(parts !== null, `${amount} is an amount`);
  return Number(`${parts[1]}${parts[2]}${parts[3]}`);
}

function signedIn(baseUrl: string, token: string): Bank {
  return createClient<BankPaths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
}

/** Registers a customer, signs them in and pays cash in. */
async function openAccount(bankUrl: string): Promise<{ customer: Bank; number: string }> {
  const anyone = createClient<BankPaths>({ baseUrl: bankUrl });
  const email = `ada-${randomUUID()}@example.org`;
  const registered = answered(
    await anyone.POST("/customers", { body: { name: "Ada Lovelace", email, password: PASSWORD, pin: PIN } }),
    201,
  );
  same(registered.customer.email, email);

  const session = answered(await anyone.POST("/sessions", { body: { email, password: PASSWORD } }), 201);
  assert(new Date(session.expires_at) > new Date(registered.customer.created_at));

  const customer = signedIn(bankUrl, session.token);
  const number = registered.account.number;
  const receipt = answered(
    await customer.POST("/accounts/{number}/deposits", {
      params: { path: { number }, ...newKey() },
      body: { amount: "2000.00", currency: CURRENCY },
    }),
    201,
  );
  same(receipt.balance_after, "2000.00");
  console.log(`opened account ${number} with ${receipt.balance_after} ${receipt.currency}`);
  return { customer, number };
}

/** A purchase: the money is taken in the same call. Then the call is repeated, as after a timeout, and given back. */
async function chargeAtOnce(merchant: Bank, number: string): Promise<void> {
  const key = newKey();
  const body: NewPayment = {
    account_number: number,
    pin: PIN,
    amount: "129.90",
    currency: CURRENCY,
    capture: "immediate",
    reference: "Ticket",
  };
  const first = await merchant.POST("/payments", { params: key, body });
  const paid = answered(first, 201);
  same(paid.status, "captured");
  same(paid.captured, "129.90");
  assert(first.response.headers.has("Location"), "where the payment is found");
  assert.notEqual(first.response.headers.get("Idempotent-Replay"), "true");

  const again = await merchant.POST("/payments", { params: key, body });
  assert.deepEqual(answered(again, 201), paid);
  same(again.response.headers.get("Idempotent-Replay"), "true");

  const refunded = answered(
    await merchant.POST("/payments/{id}/refund", {
      params: { path: { id: paid.id }, ...newKey() },
      body: { amount: "29.90", currency: CURRENCY },
    }),
    200,
  );
  same(refunded.refunded, "29.90");
  same(refunded.captured, "129.90");
  console.log(`charged ${paid.captured} ${paid.currency}, gave back ${refunded.refunded}`);
}

/** An authorization: the money is held, part of it is taken, the rest is let go. */
async function holdAndTakePart(merchant: Bank, number: string): Promise<void> {
  const payer = { account_number: number, pin: PIN, currency: CURRENCY, capture: "manual" } as const;
  const held = answered(
    await merchant.POST("/payments", { params: newKey(), body: { ...payer, amount: "50.00", reference: "Hotel" } }),
    201,
  );
  same(held.status, "authorized");
  same(held.captured, "0.00");
  // `expires_at` is absent where nothing expires: the type says so, and asks for this line.
  assert(held.expires_at !== undefined && new Date(held.expires_at) > new Date(held.created_at));

  // With `final` false more may follow: the rest stays held.
  const path = { id: held.id };
  const part = answered(
    await merchant.POST("/payments/{id}/capture", {
      params: { path, ...newKey() },
      body: { amount: "15.00", currency: CURRENCY, final: false },
    }),
    200,
  );
  same(part.status, "authorized");
  same(part.captured, "15.00");

  // Letting go of what is gone already changes nothing and is no error.
  const voided = answered(await merchant.POST("/payments/{id}/void", { params: { path } }), 200);
  same(voided.status, "captured");
  same(voided.captured, "15.00");
  assert.deepEqual(answered(await merchant.POST("/payments/{id}/void", { params: { path } }), 200), voided);
  assert.deepEqual(answered(await merchant.GET("/payments/{id}", { params: { path } }), 200), voided);

  // Without a body, all of it is taken.
  const whole = answered(await merchant.POST("/payments", { params: newKey(), body: { ...payer, amount: "20.00" } }), 201);
  const taken = answered(
    await merchant.POST("/payments/{id}/capture", { params: { path: { id: whole.id }, ...newKey() } }),
    200,
  );
  same(taken.status, "captured");
  same(taken.captured, "20.00");
  console.log(`held ${held.amount} ${held.currency}, took ${voided.captured}; held and took ${taken.captured}`);
}

/** A decline is a 402 with facts to act on. Returns the key, under which it is final. */
async function beDeclined(merchant: Bank, number: string): Promise<string> {
  const key = newKey();
  const { error, response } = await merchant.POST("/payments", {
    params: key,
    body: { account_number: number, pin: WRONG_PIN, amount: "5.00", currency: CURRENCY },
  });
  same(response.status, 402);
  assert(error?.payment !== undefined, "a decline is a problem with the payment");
  same(error.code, "incorrect-pin");
  same(error.advice, "retry-with-new-pin");
  same(error.payment.status, "declined");
  same(error.payment.captured, "0.00");
  console.log(`declined: ${error.code}, ${error.advice}`);
  return key.header["Idempotency-Key"];
}

/** The merchant's payments: one by its key, as after a call without an answer, and all of a status, page by page. */
async function lookBack(merchant: Bank, declinedKey: string): Promise<void> {
  const found = answered(await merchant.GET("/payments", { params: { query: { idempotency_key: declinedKey } } }), 200);
  assert.deepEqual(
    found.payments.map((payment) => [payment.idempotency_key, payment.status]),
    [[declinedKey, "declined"]],
  );
  same(found.next_cursor, undefined);

  const captured: Payment[] = [];
  let cursor: string | undefined;
  do {
    const query = { status: "captured", limit: 2, ...(cursor === undefined ? {} : { cursor }) } as const;
    const page = answered(await merchant.GET("/payments", { params: { query } }), 200);
    assert(page.payments.length <= 2);
    captured.push(...page.payments);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  assert(captured.length >= 3);
  same(new Set(captured.map((payment) => payment.id)).size, captured.length, "each once");
  assert(captured.every((payment) => payment.status === "captured"));
  console.log(`listed ${captured.length} captured payments`);
}

/** Narrows the catalogue down by what the shop itself says that it can be narrowed by. */
async function chooseProduct(visitor: Shop): Promise<Product> {
  const everything = answered(await visitor.GET("/products", { params: { query: { facets: true, limit: 1 } } }), 200);
  const brand = everything.facets?.brands[0];
  assert(brand !== undefined, "facets were asked for");
  same(everything.products.length, 1);
  assert(everything.total > 1);

  const ofBrand = answered(
    await visitor.GET("/products", { params: { query: { brand: [brand.value], limit: 100 } } }),
    200,
  );
  same(ofBrand.total, brand.count);
  assert(ofBrand.products.every((product) => product.brand === brand.value));

  // Every fact of a product is a filter, too; which there are depends on the goods.
  const fact = ofBrand.products.flatMap((product) => product.specifications)[0];
  assert(fact !== undefined);
  const alike = answered(
    await visitor.GET("/products", { params: { query: { specifications: { [fact.key]: fact.value } } } }),
    200,
  );
  assert(alike.total > 0 && alike.total < everything.total, `fewer where ${fact.key} is ${fact.value}`);

  const product = ofBrand.products.find(({ stock, price }) => stock >= 2 && cents(price) <= 40000);
  assert(product !== undefined, "something to buy");
  return product;
}

/** Fills a cart, orders what is in it, and cancels the order. */
async function order(visitor: Shop, number: string): Promise<void> {
  const product = await chooseProduct(visitor);
  const cart = answered(await visitor.POST("/carts"), 201);
  const filled = answered(
    await visitor.PUT("/carts/{cart}/lines/{sku}", {
      params: { path: { cart: cart.id, sku: product.sku } },
      body: { quantity: 2 },
    }),
    200,
  );
  same(filled.units, 2);
  same(cents(filled.goods), 2 * cents(product.price));
  const cheaper = answered(
    await visitor.PUT("/carts/{cart}/code", { params: { path: { cart: cart.id } }, body: { code: "spring-10" } }),
    200,
  );
  assert(cheaper.code?.amount !== undefined, "the code takes something off");
  same(cheaper.code.code, "SPRING-10");
  same(cents(cheaper.code.amount) * 10, cents(cheaper.goods));

  // The total that was shown is sent along: if a price changed meanwhile, nothing is ordered.
  const answer = await visitor.POST("/orders", {
    params: newKey(),
    body: {
      cart: cart.id,
      expected_total: cheaper.total,
      currency: cheaper.currency,
      account_number: number,
      pin: PIN,
      name: "Ada Lovelace",
      email: "ada@example.org",
      street: "Byron Street 1",
      postal_code: "10115",
      city: "Berlin",
    },
  });
  // 202 would mean that nobody knows yet whether the bank took the money: GET /orders/{token} tells later.
  const placed = answered(answer, 201);
  same(placed.status, "paid");
  same(placed.total, cheaper.total);
  assert(answer.response.headers.has("Location"), "where the order is found");

  const path = { token: placed.token };
  const found = answered(await visitor.GET("/orders/{token}", { params: { path } }), 200);
  same(found.number, placed.number);
  assert(found.may_cancel);
  const cancelled = answered(await visitor.POST("/orders/{token}/cancel", { params: { path } }), 200);
  // `refunding` would mean that the bank cannot be reached just now; the shop goes on trying.
  same(cancelled.status, "cancelled");
  assert(cancelled.has_credit_note, "its money is given back");
  console.log(`ordered ${placed.number} for ${placed.total} ${placed.currency} and cancelled it: ${cancelled.status}`);
}

/** The statement in the forms that have today, of the account's whole life. What is no JSON is read as the option `parseAs` says. */
async function readStatements(customer: Bank, number: string): Promise<void> {
  const params = { path: { number } };
  const table = answered(
    await customer.GET("/accounts/{number}/statement.csv", { params, parseAs: "text" }),
    200,
  );
  const [header, ...rows] = table.trimEnd().split(/\r?\n/);
  assert(header?.startsWith("time,kind,"));
  assert(rows[0]?.includes(",2000.00,"), "it begins with the deposit");

  const ofx = answered(await customer.GET("/accounts/{number}/statement.ofx", { params, parseAs: "text" }), 200);
  assert(ofx.includes("<OFX>") && ofx.includes(number));

  const camt = answered(
    await customer.GET("/accounts/{number}/statement.camt052.xml", { params, parseAs: "text" }),
    200,
  );
  assert(camt.includes("camt.052"));
  same(camt.match(/<Ntry>/g)?.length, rows.length, "the same entries");

  const pdf = answered(
    await customer.GET("/accounts/{number}/statement.pdf", { params, parseAs: "arrayBuffer" }),
    200,
  );
  same(Buffer.from(pdf).subarray(0, 5).toString(), "%PDF-");
  console.log(`read ${rows.length} entries as CSV and camt.052, and the OFX and PDF documents`);
}

const [bankSite, shopSite] = process.argv.slice(2);
const merchantKey = process.env["MERCHANT_KEY"];
if (bankSite === undefined || shopSite === undefined || merchantKey === undefined) {
  console.error("usage: MERCHANT_KEY=… node build/purchase.js BANK_URL SHOP_URL");
  process.exit(2);
}
const bankUrl = `${bankSite}/api/v1`;
const { customer, number } = await openAccount(bankUrl);
const merchant = signedIn(bankUrl, merchantKey);
await chargeAtOnce(merchant, number);
await holdAndTakePart(merchant, number);
const declinedKey = await beDeclined(merchant, number);
await lookBack(merchant, declinedKey);
// Facts that filter are parameters of their own, `?ram=16`: objects are written like forms.
const querySerializer = { object: { style: "form", explode: true } } as const;
await order(createClient<ShopPaths>({ baseUrl: `${shopSite}/api/v1`, querySerializer }), number);
await readStatements(customer, number);
