//! A customer: does what the plan says, over HTTP, and notes what was asked and what was answered.
//!
//! A request without an answer is sent again under the same key, as a real customer's program does, until there is one;
//! or, by the plan, never again.

use std::time::{Duration, Instant};

use kit_core::{IdempotencyKey, Token};
use serde_json::{Value, json};
use shop_core::rules::order;

use crate::book::{Book, Movement, MovementKind, Purchase, Told};
use crate::client::{Call, Client, Reply};
use crate::plan::{Step, Then, What};

const PASSWORD: &str = "a short sentence is good";
const PIN: &str = "804917";
/// A discount code that few orders may hold.
pub(crate) const CODE: &str = "FEW-10";
/// In euros: enough for all that a customer buys on purpose.
const FIRST_DEPOSIT: i64 = 900;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(40);
/// A customer who has not been answered for so long has a complaint. Longer than the promise, so that the promise is
/// judged first.
const PATIENCE: Duration = Duration::from_secs(90);
/// Longer than a site takes to answer by its own deadlines.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// What the shop sells to these customers.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    /// Four cheap products.
    pub(crate) cheap: Vec<Product>,
    /// One that nobody can pay with the first deposit.
    pub(crate) dear: Product,
}

#[derive(Debug, Clone)]
pub(crate) struct Product {
    pub(crate) sku: String,
    pub(crate) stock: u64,
}

pub(crate) struct Customer<'a> {
    me: usize,
    bank: Client,
    shop: Client,
    book: &'a Book,
    shelf: &'a Shelf,
    account: String,
    session: String,
    keys: u32,
}

/// Why a customer stops: something that must never be.
type Outcome<T> = Result<T, String>;

/// The answer to a call that was sent until it was answered.
struct Asked {
    /// `None` where an impatient customer went away.
    reply: Option<Reply>,
    /// Whether some try had no answer.
    repeated: bool,
}

impl<'a> Customer<'a> {
    /// `ports` are those of the bank and the shop.
    pub(crate) fn new(me: usize, ports: [u16; 2], book: &'a Book, shelf: &'a Shelf) -> Self {
        let [bank, shop] = ports.map(|port| Client::new(port, TIMEOUT));
        Self { me, bank, shop, book, shelf, account: String::new(), session: String::new(), keys: 0 }
    }

    /// Everything, from opening an account to the last step.
    pub(crate) fn live(mut self, steps: &[Step]) {
        if let Err(violation) = self.open_account().and_then(|()| self.run(steps))
            && !self.book.is_closed()
        {
            self.book.violation(format!("customer {}: {violation}", self.me));
        }
    }

    fn run(&mut self, steps: &[Step]) -> Outcome<()> {
        self.deposit(FIRST_DEPOSIT + 100 * self.me as i64, true)?;
        for step in steps {
            match step.what {
                What::Buy { product, units, cancel } => {
                    let sku = &self.shelf.cheap[product].sku;
                    self.buy(sku, units, step.patient, cancel.then_some(Then::Cancel))?;
                }
                What::BuyTooMuch { then } => {
                    let sku = &self.shelf.dear.sku;
                    self.buy(sku, 1, step.patient, Some(then))?;
                }
                What::Withdraw { euros } => self.withdraw(euros, step.patient)?,
                What::Transfer { euros, to } => self.transfer(euros, to, step.patient)?,
            }
        }
        Ok(())
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("customer-{}-{}", self.me, self.keys)
    }

    /// Sends a call until it is answered. What a site answers when it cannot say, or cannot work just now, is no answer.
    fn ask(&self, site: &Client, call: &Call<'_>, patient: bool) -> Outcome<Asked> {
        let began = Instant::now();
        let mut repeated = false;
        while began.elapsed() < PATIENCE && !self.book.is_closed() {
            self.book.count_request();
            match site.send(call) {
                Some(reply) if reply.status < 500 && reply.code() != "in-flight" => {
                    return Ok(Asked { reply: Some(reply), repeated });
                }
                Some(_) => {}
                None => {
                    self.book.count_unanswered();
                    if !patient {
                        return Ok(Asked { reply: None, repeated });
                    }
                }
            }
            repeated = true;
            std::thread::sleep(PAUSE);
        }
        Err(format!("{} {} had no answer for {PATIENCE:?}", call.method, call.path))
    }

    fn open_account(&mut self) -> Outcome<()> {
        let email = format!("customer-{}@example.org", self.me);
        let name = format!("Customer {}", self.me);
        let new = json!({ "name": name, "email": email, "password": PASSWORD, "pin": PIN });
        let asked = self.ask(&self.bank, &Call::post("/customers", new), true)?;
        let reply = asked.reply.ok_or("registering had no answer")?;
        // The first try may have gone through although its answer was lost.
        let before = asked.repeated && reply.code() == "email-taken";
        if reply.status != 201 && !before {
            return Err(unexpected("registering", &reply));
        }
        self.session = self.log_in(&email)?;
        let asked = self.ask(&self.bank, &Call::get("/accounts").by_customer(&self.session), true)?;
        let reply = asked.reply.ok_or("listing accounts had no answer")?;
        let number = reply.body["accounts"][0]["number"].as_str();
        self.account = number.ok_or_else(|| unexpected("listing accounts", &reply))?.to_owned();
        let mut pages = self.book.pages();
        pages.accounts.insert(self.me, self.account.clone());
        pages.sessions.insert(self.me, self.session.clone());
        Ok(())
    }

    fn log_in(&self, email: &str) -> Outcome<String> {
        let credentials = json!({ "email": email, "password": PASSWORD });
        let asked = self.ask(&self.bank, &Call::post("/sessions", credentials), true)?;
        let reply = asked.reply.ok_or("logging in had no answer")?;
        if reply.status == 201 { Ok(reply.text("token").to_owned()) } else { Err(unexpected("logging in", &reply)) }
    }

    fn deposit(&mut self, euros: i64, patient: bool) -> Outcome<()> {
        let path = format!("/accounts/{}/deposits", self.account);
        self.move_money(MovementKind::Deposit, euros, None, &path, json!({}), patient)
    }

    fn withdraw(&mut self, euros: i64, patient: bool) -> Outcome<()> {
        let path = format!("/accounts/{}/withdrawals", self.account);
        self.move_money(MovementKind::Withdrawal, euros, None, &path, json!({ "pin": PIN }), patient)
    }

    fn transfer(&mut self, euros: i64, to: usize, patient: bool) -> Outcome<()> {
        // Who has no account yet gets nothing.
        let Some(payee) = self.book.pages().accounts.get(&to).cloned() else { return Ok(()) };
        let body = json!({ "from": self.account, "to": payee, "pin": PIN });
        self.move_money(MovementKind::Transfer, euros, Some(to), "/transfers", body, patient)
    }

    fn move_money(
        &mut self,
        kind: MovementKind,
        euros: i64,
        to: Option<usize>,
        path: &str,
        mut body: Value,
        patient: bool,
    ) -> Outcome<()> {
        let cents = self.book.unique_cents(euros);
        body["amount"] = decimal(cents).into();
        body["currency"] = "EUR".into();
        let noted = self.book.movement(Movement { customer: self.me, kind, cents, to, told: Told::Nothing });
        let key = self.key();
        let call = Call::post(path, body).by_customer(&self.session).under(&key);
        let Some(reply) = self.ask(&self.bank, &call, patient)?.reply else { return Ok(()) };
        let told = match reply.status {
            201 => Told::Done(reply.text("id").to_owned()),
            422 | 429 => Told::Refused,
            _ => return Err(unexpected(kind.name(), &reply)),
        };
        self.book.told(noted, told);
        Ok(())
    }

    fn buy(&mut self, sku: &str, units: u32, patient: bool, then: Option<Then>) -> Outcome<()> {
        let asked =
            self.ask(&self.shop, &Call { method: "POST", path: "/carts".to_owned(), ..Call::default() }, true)?;
        let reply = asked.reply.ok_or("no cart")?;
        let cart = reply.text("id").to_owned();
        let line = Call {
            method: "PUT",
            path: format!("/carts/{cart}/lines/{sku}"),
            body: Some(json!({ "quantity": units })),
            ..Call::default()
        };
        let reply = self.ask(&self.shop, &line, true)?.reply.ok_or("no cart line")?;
        if reply.status == 409 {
            // Sold out meanwhile.
            return Ok(());
        }
        // Every other cart has a discount code, of which there are few: its total says whether it takes anything off.
        let reply = if self.keys.is_multiple_of(2) { self.set_code(&cart)? } else { reply };
        let cents = cents(reply.text("total")).ok_or_else(|| unexpected("putting into the cart", &reply))?;
        let key = self.key();
        let token = order_token(&cart, &key).ok_or("a cart's id is a token")?;
        let noted = self.book.purchase(Purchase::asked(self.me, token.clone(), cents));
        let order = json!({
            "cart": cart, "name": "A. Customer", "email": "customer@example.org", "street": "Long Road 1",
            "postal_code": "12345", "city": "Town", "country": "DE", "account_number": self.account, "pin": PIN,
            "expected_total": decimal(cents), "currency": "EUR",
        });
        let asked = self.ask(&self.shop, &Call::post("/orders", order).under(&key), patient)?;
        let paid = match asked.reply {
            Some(reply) => self.settle(noted, &token, reply, then),
            None => Ok(()),
        };
        self.book.update(noted, |purchase| purchase.settled = true);
        paid
    }

    fn set_code(&self, cart: &str) -> Outcome<Reply> {
        let body = Some(json!({ "code": CODE }));
        let code = Call { method: "PUT", path: format!("/carts/{cart}/code"), body, ..Call::default() };
        self.ask(&self.shop, &code, true)?.reply.ok_or_else(|| "no discount code".to_owned())
    }

    /// From the shop's first answer to the end of the customer's interest.
    fn settle(&mut self, noted: usize, token: &str, reply: Reply, then: Option<Then>) -> Outcome<()> {
        let mut reply = reply;
        let mut deposited = false;
        // At most so many payments of one order; each has a key of its own.
        for _ in 0..4 {
            let status = self.note(noted, token, &reply)?;
            if status != "awaiting-payment" {
                break;
            }
            match (reply.code(), then) {
                ("insufficient-funds", Some(Then::DepositAndPay)) if !deposited => {
                    self.deposit(4_000, true)?;
                    deposited = true;
                }
                // The bank could not be asked: nothing was charged, and one tries again a little later.
                ("bank-unavailable", _) => std::thread::sleep(Duration::from_millis(200)),
                _ => break,
            }
            let key = self.key();
            let body = json!({ "account_number": self.account, "pin": PIN });
            self.book.update(noted, |purchase| purchase.told_unpaid = false);
            let call = Call::post(format!("/orders/{token}/payments"), body).under(&key);
            reply = self.ask(&self.shop, &call, true)?.reply.ok_or("paying again had no answer")?;
        }
        if then == Some(Then::Cancel) { self.cancel(noted, token) } else { Ok(()) }
    }

    /// Notes what an answer to a payment says, and waits where it says "we are checking". Returns the order's status.
    fn note(&self, noted: usize, token: &str, reply: &Reply) -> Outcome<String> {
        let status = match reply.status {
            201 | 202 => reply.text("status").to_owned(),
            402 => reply.body["order"]["status"].as_str().unwrap_or_default().to_owned(),
            400..500 => {
                // Sold out, the time to pay is over, or the last use of the code went to somebody else.
                let refused =
                    matches!(reply.code(), "out-of-stock" | "not-payable" | "payment-in-progress" | "price-changed");
                self.book.update(noted, |purchase| purchase.told_refused = !purchase.told_placed);
                return if refused { Ok("refused".to_owned()) } else { Err(unexpected("an order", reply)) };
            }
            _ => return Err(unexpected("an order", reply)),
        };
        self.book.update(noted, |purchase| purchase.told_placed = true);
        self.follow(noted, token, status)
    }

    /// Looks again until an order is decided.
    fn follow(&self, noted: usize, token: &str, mut status: String) -> Outcome<String> {
        let began = Instant::now();
        while is_open(&status) {
            if began.elapsed() > PATIENCE || self.book.is_closed() {
                return Err(format!("an order was {status} for {PATIENCE:?}"));
            }
            std::thread::sleep(4 * PAUSE);
            let reply = self.ask(&self.shop, &Call::get(format!("/orders/{token}")), true)?.reply;
            let reply = reply.ok_or("looking at an order had no answer")?;
            if reply.status != 200 {
                return Err(unexpected("looking at an order that was acknowledged", &reply));
            }
            reply.text("status").clone_into(&mut status);
        }
        self.book.update(noted, |purchase| match status.as_str() {
            "paid" => purchase.told_paid = true,
            "awaiting-payment" | "not-paid" => purchase.told_unpaid = true,
            "cancelled" => purchase.told_cancelled = true,
            _ => {}
        });
        Ok(status)
    }

    fn cancel(&self, noted: usize, token: &str) -> Outcome<()> {
        self.book.update(noted, |purchase| purchase.asked_to_cancel = true);
        let call = Call { method: "POST", path: format!("/orders/{token}/cancel"), ..Call::default() };
        let reply = self.ask(&self.shop, &call, true)?.reply.ok_or("cancelling had no answer")?;
        match (reply.status, reply.code()) {
            (200, _) => self.follow(noted, token, reply.text("status").to_owned()).map(drop),
            // Never placed, or somebody is still asking the bank.
            (404 | 409, _) => Ok(()),
            _ => Err(unexpected("cancelling", &reply)),
        }
    }
}

/// Whether nobody can say yet what becomes of an order.
pub(crate) fn is_open(status: &str) -> bool {
    matches!(status, "checking" | "refunding" | "awaiting-approval")
}

fn unexpected(what: &str, reply: &Reply) -> String {
    format!("{what} was answered {}: {}", reply.status, reply.body)
}

/// As `shop_core` derives it from the cart and the key that both come from the customer.
fn order_token(cart: &str, key: &str) -> Option<String> {
    let key = IdempotencyKey::parse(key).ok()?;
    Some(order::token(&Token::parse(cart)?, &key).reveal().to_string())
}

pub(crate) fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

pub(crate) fn cents(decimal: &str) -> Option<i64> {
    let (whole, part) = decimal.split_once('.')?;
    let (sign, whole) = whole.strip_prefix('-').map_or((1, whole), |rest| (-1, rest));
    let (whole, part): (i64, i64) = (whole.parse().ok()?, part.parse().ok().filter(|_| part.len() == 2)?);
    Some(sign * (whole * 100 + part))
}
