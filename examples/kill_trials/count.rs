//! The count: what customers were told, against what they see afterwards, against what stands in both files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bank_core::model::{Owner, PaymentState, TransferKind};
use bank_core::store::StoreExt as _;
use bank_core::store::sqlite::SqliteStore as BankFile;
use kit_core::Token;
use shop_core::store::StoreExt as _;
use shop_core::store::sqlite::SqliteStore as ShopFile;
use shop_core::{AttemptState, OrderSlice, OrderState, RefundState, Sku};

use crate::book::{Book, Movement, MovementKind, Pages, Purchase, Told};
use crate::client::{Call, Client, Reply};
use crate::customer::{Shelf, cents, decimal};

/// What was counted in a trial without a violation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// Orders that their customers were told to be paid.
    pub(crate) acknowledged: u64,
    /// All orders that stand in the shop's file.
    pub(crate) orders: u64,
    pub(crate) payments: u64,
    pub(crate) refunds: u64,
    /// Deposits, withdrawals and transfers that their customers were told to be done.
    pub(crate) movements: u64,
    /// All money that was moved, in cents.
    pub(crate) moved: i64,
}

/// What the customers see.
pub(crate) struct Seen {
    /// Deposits less withdrawals on all statements.
    paid_in: i64,
    /// What all accounts of customers hold.
    balances: i64,
    stock: BTreeMap<String, u64>,
}

struct Entry {
    id: String,
    kind: String,
    cents: i64,
    reference: String,
}

#[derive(Default)]
struct Statement {
    entries: Vec<Entry>,
    posted: i64,
}

/// Holds every statement and every order against what their customer was told.
pub(crate) fn seen_by_customers(book: &Book, bank: &Client, shop: &Client, shelf: &Shelf) -> Result<Seen, String> {
    let mut pages = book.pages();
    let mut violations = Vec::new();
    let mut statements = BTreeMap::new();
    for (customer, account) in &pages.accounts {
        let session = pages.sessions.get(customer).ok_or("an account without a session")?;
        statements.insert(*customer, statement(bank, account, session)?);
    }
    for movement in &pages.movements {
        violations.extend(judge_movement(movement, &statements));
    }
    let mut numbers = BTreeMap::new();
    for purchase in &pages.purchases {
        let order = ask(shop, &Call::get(format!("/orders/{}", purchase.token)))?;
        if order.status == 200 {
            numbers.insert(order.text("number").to_owned(), purchase.customer);
        }
        violations.extend(judge_purchase(purchase, &order, &statements[&purchase.customer]));
    }
    for (customer, statement) in &statements {
        violations.extend(unexplained(*customer, statement, &pages, &numbers));
        let sum: i64 = statement.entries.iter().map(|entry| entry.cents).sum();
        if sum != statement.posted {
            let (posted, sum) = (decimal(statement.posted), decimal(sum));
            violations.push(format!("customer {customer} has {posted}, and the statement adds up to {sum}"));
        }
    }
    pages.violations.append(&mut violations);
    let all = || statements.values().flat_map(|statement| &statement.entries);
    let cash = |entry: &&Entry| matches!(entry.kind.as_str(), "deposit" | "withdrawal");
    let products = shelf.cheap.iter().chain([&shelf.dear]);
    Ok(Seen {
        paid_in: all().filter(cash).map(|entry| entry.cents).sum(),
        balances: statements.values().map(|statement| statement.posted).sum(),
        stock: products.map(|product| (product.sku.clone(), product.stock)).collect(),
    })
}

/// Nobody dies any more: a site that does not answer now has a reason of its own.
fn ask(site: &Client, call: &Call<'_>) -> Result<Reply, String> {
    site.send(call).ok_or_else(|| format!("{} had no answer during the count", call.path))
}

fn statement(bank: &Client, account: &str, session: &str) -> Result<Statement, String> {
    let mut statement = Statement::default();
    let mut cursor = String::new();
    loop {
        let path = format!("/accounts/{account}/entries?limit=200{cursor}");
        let page = ask(bank, &Call::get(path).by_customer(session))?;
        let bad = || format!("a statement was answered {}: {}", page.status, page.body);
        for entry in page.body["entries"].as_array().ok_or_else(bad)? {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            statement.entries.push(Entry {
                id: text("id"),
                kind: text("kind"),
                cents: cents(&text("amount")).ok_or_else(bad)?,
                reference: text("reference"),
            });
        }
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let details = ask(bank, &Call::get(format!("/accounts/{account}")).by_customer(session))?;
    let account = &details.body["account"];
    statement.posted = cents(account["posted"].as_str().unwrap_or_default()).ok_or("an account without a balance")?;
    if account["held"] != "0.00" {
        return Err(format!("{} is held, and nobody authorized anything", account["held"]));
    }
    Ok(statement)
}

/// An acknowledged movement stands on the statement once; a refused one never; of the others nobody can know, but twice
/// it must not.
fn judge_movement(movement: &Movement, statements: &BTreeMap<usize, Statement>) -> Option<String> {
    let Movement { customer, kind, cents, to, told } = movement;
    let found = |customer: &usize, cents: i64| -> Vec<&str> {
        let entries = statements.get(customer).map(|statement| &statement.entries);
        let of_kind = |entry: &&Entry| entry.kind == kind.name() && entry.cents == cents;
        entries.into_iter().flatten().filter(of_kind).map(|entry| entry.id.as_str()).collect()
    };
    let signed = if *kind == MovementKind::Deposit { *cents } else { -cents };
    let own = found(customer, signed);
    let what = format!("customer {customer}'s {} of {}", kind.name(), decimal(*cents));
    if let Some(to) = to
        && found(to, *cents) != own
    {
        return Some(format!("{what} left one account and did not come to the other, or the other way round"));
    }
    match (told, own.as_slice()) {
        (Told::Done(id), [one]) if id == one => None,
        (Told::Done(_), []) => Some(format!("lost: {what} was acknowledged and is not on the statement")),
        (Told::Done(_), _) => Some(format!("doubled: {what} stands on the statement {} times", own.len())),
        (Told::Refused, []) | (Told::Nothing, [] | [_]) => None,
        (Told::Refused, _) => Some(format!("{what} was refused and stands on the statement")),
        (Told::Nothing, _) => Some(format!("doubled: {what} stands on the statement {} times", own.len())),
    }
}

fn judge_purchase(purchase: &Purchase, order: &Reply, statement: &Statement) -> Vec<String> {
    let mut violations = Vec::new();
    if order.status != 200 {
        if purchase.told_placed {
            violations.push(format!(
                "lost: an order of {} was acknowledged and is not there: {}",
                decimal(purchase.cents),
                order.body
            ));
        }
        return violations;
    }
    let (number, status) = (order.text("number"), order.text("status"));
    let reference = format!("Order {number}");
    let times = |kind: &str, cents: i64| {
        let same = |entry: &&Entry| entry.kind == kind && entry.reference == reference && entry.cents == cents;
        statement.entries.iter().filter(same).count()
    };
    let (paid, refunded) = (times("payment", -purchase.cents), times("refund", purchase.cents));
    let mut claim = |holds: bool, text: &str| {
        if !holds {
            violations.push(format!("{text}: order {number} over {} is {status}", decimal(purchase.cents)));
        }
    };
    claim(!purchase.told_refused, "an order that was refused is there");
    claim(cents(order.text("total")) == Some(purchase.cents), "an order's total has changed");
    match status {
        "paid" => {
            claim(paid > 0, "lost: paid, and no money left the account");
            claim(paid < 2, "doubled: paid, and the money left the account more than once");
            claim(refunded == 0, "paid, and the money was given back");
        }
        "cancelled" => {
            claim(paid < 2, "doubled: the money left the account more than once");
            claim(refunded >= paid, "lost: cancelled, and the money was not given back");
            claim(refunded <= paid, "doubled: more was given back than was paid");
        }
        "awaiting-payment" | "not-paid" => {
            claim(paid == 0, "lost: not paid, and money left the account");
            claim(refunded == 0, "not paid, and money was given back");
        }
        _ => claim(false, "no final state"),
    }
    let cancelled = purchase.asked_to_cancel && status == "cancelled";
    claim(!purchase.told_paid || status == "paid" || cancelled, "lost: acknowledged as paid");
    claim(!purchase.told_paid || paid == 1, "acknowledged as paid, and the money did not leave the account once");
    claim(!purchase.told_cancelled || status == "cancelled", "acknowledged as cancelled");
    claim(purchase.told_cancelled || purchase.asked_to_cancel || status != "cancelled", "cancelled by nobody");
    claim(!purchase.told_unpaid || paid == 0, "acknowledged as not charged, and money left the account");
    violations
}

/// Entries that nobody has asked for.
fn unexplained(me: usize, statement: &Statement, pages: &Pages, orders: &BTreeMap<String, usize>) -> Vec<String> {
    let asked = |entry: &Entry, by_me: bool| {
        pages.movements.iter().any(|movement| {
            let whose = if by_me { movement.customer == me } else { movement.to == Some(me) };
            whose && movement.kind.name() == entry.kind && movement.cents == entry.cents.abs()
        })
    };
    let explained = |entry: &&Entry| match entry.kind.as_str() {
        "deposit" => asked(entry, true) && entry.cents > 0,
        "withdrawal" => asked(entry, true) && entry.cents < 0,
        "transfer" => asked(entry, entry.cents < 0),
        "payment" | "refund" => {
            let number = entry.reference.strip_prefix("Order ");
            number.and_then(|number| orders.get(number)) == Some(&me)
        }
        _ => false,
    };
    let alien = statement.entries.iter().filter(|entry| !explained(entry));
    let told = |entry: &Entry| {
        let Entry { kind, cents, reference, .. } = entry;
        format!("customer {me} has a {kind} of {} ({reference:?}) that nobody asked for", decimal(*cents))
    };
    alien.map(told).collect()
}

/// Opens both files, which nobody has open any more, and compares all of it.
pub(crate) fn in_the_files(book: &Book, folder: &Path, seen: &Seen) -> Result<Counted, String> {
    let bank = BankFile::open(&folder.join("bank.db")).map_err(|error| error.to_string())?;
    let shop = ShopFile::open(&folder.join("shop.db")).map_err(|error| error.to_string())?;
    let failed = |error: &dyn std::fmt::Display| format!("a file cannot be read: {error}");
    let most = 100_000;
    let (transfers, accounts, payments) = bank
        .view(|tx| Ok((tx.transfers_after(0, most)?, tx.accounts_after(None, most)?, tx.payments_after(None, most)?)))
        .map_err(|error| failed(&error))?;
    let (orders, products, alerts) = shop
        .view(|tx| {
            let mut orders = Vec::new();
            for order in tx.orders(&OrderSlice { limit: 10_000, ..OrderSlice::default() })? {
                let (attempts, refunds) = (tx.attempts(order.id)?, tx.refunds(order.id)?);
                orders.push((order, attempts, refunds));
            }
            let skus: Vec<Sku> = seen.stock.keys().filter_map(|sku| Sku::parse(sku)).collect();
            Ok((orders, tx.products(&skus)?, tx.alerts(100)?))
        })
        .map_err(|error| failed(&error))?;
    let mut pages = book.pages();
    let known: BTreeSet<_> =
        pages.purchases.iter().filter_map(|p| Token::parse(&p.token)).map(|t| t.hash().0).collect();
    let (acknowledged, movements) = {
        let done = pages.movements.iter().filter(|movement| matches!(movement.told, Told::Done(_))).count();
        (pages.purchases.iter().filter(|purchase| purchase.told_paid).count(), done)
    };
    let mut claim = |holds: bool, text: String| {
        if !holds {
            pages.violations.push(text);
        }
    };

    // Money: what customers and merchants have is what was paid in and not taken out.
    let of = |kind: TransferKind| transfers.iter().filter(|t| t.kind == kind).map(|t| t.amount.minor).sum::<i64>();
    let paid_in = of(TransferKind::Deposit) - of(TransferKind::Withdrawal);
    let owned = |merchant: bool| {
        let whose = |owner: Owner| matches!(owner, Owner::Merchant(_)) == merchant && owner != Owner::Bank;
        accounts.iter().filter(|account| whose(account.owner)).map(bank_core::model::Account::posted).sum::<i64>()
    };
    let (customers, merchants) = (owned(false), owned(true));
    let euros = |cents| decimal(cents);
    claim(paid_in == seen.paid_in, format!("{} were paid in; statements say {}", euros(paid_in), euros(seen.paid_in)));
    claim(customers == seen.balances, format!("customers have {}, and see {}", euros(customers), euros(seen.balances)));
    claim(
        customers + merchants == paid_in,
        format!("customers have {}, merchants {}, of {}", euros(customers), euros(merchants), euros(paid_in)),
    );
    let sold: i64 = orders.iter().filter(|(o, ..)| o.state == OrderState::Paid).map(|(o, ..)| o.total.minor).sum();
    claim(merchants == sold, format!("the merchant has {}, and sold for {}", euros(merchants), euros(sold)));

    // Orders and payments, one to one.
    let captured: BTreeMap<&str, (i64, i64)> = payments
        .iter()
        .filter(|payment| payment.state == PaymentState::Captured)
        .map(|payment| (payment.key.as_str(), (payment.captured, payment.refunded)))
        .collect();
    let mut matched = 0;
    for (order, attempts, refunds) in &orders {
        let number = order.number;
        claim(known.contains(&order.token.0), format!("order {number} was placed by nobody"));
        claim(order.live_attempt.is_none(), format!("order {number} is still being paid"));
        claim(attempts.iter().all(|attempt| attempt.state.is_final()), format!("an attempt of order {number} is open"));
        let refunded = refunds.iter().filter(|refund| refund.state == RefundState::Refunded).count();
        claim(
            refunds.len() == refunded && refunded < 2,
            format!("a refund of order {number} is open, or one too many"),
        );
        let paid: Vec<_> = attempts.iter().filter(|attempt| attempt.state == AttemptState::Succeeded).collect();
        let ought = usize::from(order.state == OrderState::Paid || refunded == 1);
        claim(paid.len() == ought, format!("order {number} is {} with {} payments", order.state.code(), paid.len()));
        let back = if refunded == 1 { order.total.minor } else { 0 };
        for attempt in &paid {
            let at_bank = captured.get(attempt.payment_key.as_str());
            matched += usize::from(at_bank.is_some());
            let words = format!("the bank holds {at_bank:?} for the payment of order {number}");
            claim(at_bank == Some(&(order.total.minor, back)), words);
        }
    }
    claim(matched == captured.len(), format!("{} payments at the bank, {matched} of orders", captured.len()));
    for alert in &alerts {
        claim(false, format!("the shop's operator was alarmed: {} {}", alert.kind.code(), alert.detail));
    }

    // Stock: what there was, less what orders hold.
    let holds = |state| !matches!(state, OrderState::Cancelled | OrderState::NotPaid);
    for product in &products {
        let lines = orders.iter().filter(|(order, ..)| holds(order.state)).flat_map(|(order, ..)| &order.lines);
        let held: u64 = lines.filter(|line| line.sku == product.sku).map(|line| u64::from(line.quantity.get())).sum();
        let was = seen.stock.get(product.sku.as_str()).copied().unwrap_or_default();
        let left = u64::from(product.stock);
        claim(
            left + held == was,
            format!("of {was} {} there are {left}, and orders hold {held}", product.sku.as_str()),
        );
    }
    claim(products.len() == seen.stock.len(), "a product is missing".to_owned());

    Ok(Counted {
        acknowledged: acknowledged as u64,
        orders: orders.len() as u64,
        payments: captured.len() as u64,
        refunds: captured.values().filter(|(_, refunded)| *refunded > 0).count() as u64,
        movements: movements as u64,
        moved: transfers.iter().map(|transfer| transfer.amount.minor).sum(),
    })
}

#[cfg(test)]
mod tests;
