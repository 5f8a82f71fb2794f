//! The conformance suite of stores: plain functions, one a promise, that panic where it is broken.
//!
//! Every function takes an empty store. [`run_all`] takes a maker of them; [`CASES`] can be walked one by one.

mod catalogue;
mod discounts;
mod outbox;
mod rollback;
mod samples;

use kit_core::{Era, StoreFailure, Timestamp, Zone};

pub use self::catalogue::{retired_products_are_in_no_list, what_exports_set_is_remembered};
pub use self::discounts::{
    discounts_are_found_as_typed, discounts_are_kept_and_replaced, document_numbers_are_given_once,
    further_tokens_open_orders_for_a_while, orders_are_found_by_their_code,
};
pub use self::outbox::{mails_are_kept_once_a_kind, mails_are_listed_by_time};
pub use self::rollback::{
    a_failed_write_leaves_nothing, a_panicking_write_leaves_nothing, a_write_reads_its_own_writes,
};
use self::samples::{attempt, cart, cart_line, moment, order, product, refund, slug};
use crate::gateway::{Advice, Code, PaymentRef};
use crate::rules::attempt::{AlertKind, Approval, Attempt, AttemptState, Failure};
use crate::rules::cart::Cart;
use crate::rules::invoice::{Issued, LastNumbers};
use crate::rules::order::{Order, OrderState};
use crate::rules::product::{Product, Sku, Sort};
use crate::rules::refund::{Refund, RefundState};
use crate::store::{Alert, Event, EventKind, OrderSlice, ProductSlice, Store, StoreExt, WriteTx};

/// One case: its name, and the function that panics where the promise is broken.
pub type Case = (&'static str, fn(&dyn Store));

macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        /// Every case of the suite.
        pub const CASES: &[Case] = &[$((stringify!($name), $name)),+];
    };
}

cases!(
    a_fresh_store_is_empty,
    facts_are_kept,
    products_are_kept_and_replaced,
    skus_are_found_in_any_case,
    retired_products_are_in_no_list,
    what_exports_set_is_remembered,
    lists_are_sorted_and_paged,
    carts_are_kept_in_order_and_removed_when_old,
    orders_are_found_three_ways,
    orders_are_listed_newest_first,
    attempts_are_kept_with_all_they_know,
    an_order_has_one_live_attempt,
    keys_are_given_once,
    refunds_are_kept,
    histories_and_alerts_are_kept,
    due_things_are_listed_by_time,
    discounts_are_kept_and_replaced,
    discounts_are_found_as_typed,
    orders_are_found_by_their_code,
    document_numbers_are_given_once,
    further_tokens_open_orders_for_a_while,
    mails_are_kept_once_a_kind,
    mails_are_listed_by_time,
    a_failed_write_leaves_nothing,
    a_panicking_write_leaves_nothing,
    a_write_reads_its_own_writes,
);

/// Runs every case, each on a store of its own.
pub fn run_all<S: Store>(mut fresh: impl FnMut() -> S) {
    for (_, case) in CASES {
        case(&fresh());
    }
}

/// Writes, and expects it to be recorded.
fn record(store: &dyn Store, work: impl FnMut(&mut dyn WriteTx) -> Result<(), StoreFailure>) {
    store.record(work).expect("the write is recorded");
}

/// Writes, and expects the store to refuse a contradiction.
fn contradiction(store: &dyn Store, work: impl FnMut(&mut dyn WriteTx) -> Result<(), StoreFailure>) {
    let failure = store.record(work).expect_err("a contradiction is refused");
    assert!(matches!(failure, StoreFailure::NotCommitted(_)), "{failure}");
}

fn view<T>(store: &dyn Store, work: impl FnMut(&dyn crate::store::ReadTx) -> Result<T, StoreFailure>) -> T {
    store.view(work).expect("the store can be read")
}

/// An order and its first attempt.
fn place(tx: &mut dyn WriteTx, n: u8) -> Result<(Order, Attempt), StoreFailure> {
    let (order, attempt) = (order(n), attempt(n, n));
    tx.insert_order(&order)?;
    tx.insert_attempt(&attempt)?;
    Ok((order, attempt))
}

/// Nothing is there that nobody wrote.
pub fn a_fresh_store_is_empty(store: &dyn Store) {
    view(store, |tx| {
        assert_eq!(tx.recorded_at()?, Timestamp::EPOCH);
        assert_eq!((tx.catalogue_version()?, tx.eras()?), (0, Vec::new()));
        assert_eq!(tx.all_products()?, []);
        assert_eq!(tx.categories()?, []);
        assert_eq!(tx.cart(&cart(1).token)?, None);
        assert_eq!(tx.order(order(1).id)?, None);
        assert_eq!(tx.orders(&OrderSlice { limit: 10, ..OrderSlice::default() })?, []);
        assert_eq!(tx.next_due()?, None);
        assert_eq!(tx.discounts()?, []);
        assert_eq!(tx.last_numbers()?, LastNumbers::default());
        Ok(())
    });
}

/// The recorded time and the catalogue's version.
pub fn facts_are_kept(store: &dyn Store) {
    record(store, |tx| {
        tx.set_recorded_at(moment(7))?;
        tx.set_catalogue_version(3)
    });
    assert_eq!(view(store, |tx| Ok((tx.recorded_at()?, tx.catalogue_version()?))), (moment(7), 3));
    let zone = |name: &str| Zone::parse(name).expect("a zone");
    let era = |micros, name| Era { begins: Timestamp::from_micros(micros), zone: zone(name) };
    let eras =
        [era(20_500, "Europe/Berlin"), Era::always(zone("Asia/Tokyo")), era(-3, "UTC"), era(20_500, "Asia/Tokyo")];
    for era in eras {
        record(store, |tx| tx.put_era(era));
    }
    // In order, one for each moment.
    view(store, |tx| {
        assert_eq!(tx.eras()?, [eras[1], eras[2], eras[3]]);
        Ok(())
    });
}

/// Every field of a product comes back; a second put replaces it; stock can be set by itself.
pub fn products_are_kept_and_replaced(store: &dyn Store) {
    let (first, second) = (product("A-1", "Alpha", 1_000), product("B-1", "Beta", 2_000));
    record(store, |tx| {
        tx.put_product(&second)?;
        tx.put_product(&first)
    });
    let unknown = Sku::parse("X-1").expect("sku");
    view(store, |tx| {
        assert_eq!(tx.product(&first.sku)?, Some(first.clone()));
        assert_eq!(tx.product(&unknown)?, None);
        let asked = [second.sku.clone(), unknown.clone(), first.sku.clone()];
        assert_eq!(tx.products(&asked)?, [second.clone(), first.clone()], "in the order asked for");
        assert_eq!(tx.all_products()?, [first.clone(), second.clone()], "by SKU");
        Ok(())
    });
    let replaced = Product { name: "Aleph".to_owned(), category: slug("mice"), vat_rate: None, ..first.clone() };
    record(store, |tx| {
        tx.put_product(&replaced)?;
        tx.set_stock(&replaced.sku, 0)
    });
    view(store, |tx| {
        assert_eq!(tx.product(&first.sku)?, Some(Product { stock: 0, ..replaced.clone() }));
        assert_eq!(tx.categories()?, [(slug("keyboards"), 1), (slug("mice"), 1)]);
        assert_eq!(tx.sold_out()?, std::slice::from_ref(&first.sku));
        Ok(())
    });
    contradiction(store, |tx| tx.set_stock(&unknown, 1));
}

/// Twins that differ only by case stay two products, and the first of them is found.
pub fn skus_are_found_in_any_case(store: &dyn Store) {
    let skus = ["KB-1x", "kb-1X", "M-2"];
    record(store, |tx| skus.iter().try_for_each(|sku| tx.put_product(&product(sku, "Name", 100))));
    let sku = |text: &str| Sku::parse(text).expect("sku");
    let found = |text: &str| view(store, |tx| tx.sku_in_any_case(&sku(text)));
    assert_eq!(found("m-2"), Some(sku("M-2")));
    assert_eq!(found("M-2"), Some(sku("M-2")));
    assert_eq!(found("kb-1x"), Some(sku("KB-1x")));
    assert_eq!(found("KB-1"), None);
    for text in skus {
        assert_eq!(view(store, |tx| tx.product(&sku(text))).map(|product| product.sku), Some(sku(text)));
    }
}

/// Case does not matter to names, equals are ordered by SKU, and pages never overlap.
pub fn lists_are_sorted_and_paged(store: &dyn Store) {
    let rows = [("C-1", "zebra", 300), ("A-1", "Zebra", 300), ("B-1", "Ärmel", 100), ("D-1", "apple", 200)];
    record(store, |tx| rows.iter().try_for_each(|(sku, name, price)| tx.put_product(&product(sku, name, *price))));
    let mouse = Product { category: slug("mice"), ..product("E-1", "Mouse", 50) };
    record(store, |tx| tx.put_product(&mouse));
    let list = |sort, category: Option<&str>, offset, limit| {
        let slice = ProductSlice { category: category.map(slug), sort, offset, limit };
        let (products, total) = view(store, |tx| tx.product_slice(&slice));
        (products.iter().map(|product| product.sku.to_string()).collect::<Vec<_>>().join(" "), total)
    };
    let keyboards = Some("keyboards");
    assert_eq!(list(Sort::NameAscending, keyboards, 0, 10), ("D-1 B-1 A-1 C-1".to_owned(), 4));
    assert_eq!(list(Sort::Relevance, keyboards, 0, 10), ("D-1 B-1 A-1 C-1".to_owned(), 4));
    assert_eq!(list(Sort::NameDescending, keyboards, 0, 10), ("A-1 C-1 B-1 D-1".to_owned(), 4));
    assert_eq!(list(Sort::PriceAscending, keyboards, 0, 10), ("B-1 D-1 A-1 C-1".to_owned(), 4));
    assert_eq!(list(Sort::PriceDescending, keyboards, 0, 10), ("A-1 C-1 D-1 B-1".to_owned(), 4));
    assert_eq!(list(Sort::PriceAscending, None, 1, 2), ("B-1 D-1".to_owned(), 5));
    assert_eq!(list(Sort::PriceAscending, None, 4, 2), ("C-1".to_owned(), 5));
    assert_eq!(list(Sort::PriceAscending, None, u64::MAX, 2), (String::new(), 5));
    assert_eq!(list(Sort::PriceAscending, Some("docks"), 0, 2), (String::new(), 0));
}

/// A cart's lines keep their order; replacing a cart replaces its lines; old carts can be removed.
pub fn carts_are_kept_in_order_and_removed_when_old(store: &dyn Store) {
    let code = Some(samples::code("SPRING-10"));
    let full = Cart { lines: vec![cart_line("B-1", 2), cart_line("A-1", 99)], code, ..cart(1) };
    let emptied = Cart { lines: Vec::new(), used_at: moment(9), ..cart(2) };
    record(store, |tx| {
        tx.put_cart(&full)?;
        tx.put_cart(&Cart { lines: full.lines.clone(), code: full.code.clone(), ..cart(2) })?;
        tx.put_cart(&emptied)
    });
    view(store, |tx| {
        assert_eq!(tx.cart(&full.token)?, Some(full.clone()));
        assert_eq!(tx.cart(&emptied.token)?, Some(emptied.clone()));
        Ok(())
    });
    record(store, |tx| {
        assert_eq!(tx.remove_carts(full.used_at, 10)?, 0, "not older than that");
        assert_eq!(tx.remove_carts(moment(9), 10)?, 1);
        Ok(())
    });
    assert_eq!(view(store, |tx| tx.cart(&full.token)), None);
}

/// By id, token and number; and an update changes what may change.
pub fn orders_are_found_three_ways(store: &dyn Store) {
    let order = order(1);
    record(store, |tx| tx.insert_order(&order));
    view(store, |tx| {
        assert_eq!(tx.order(order.id)?, Some(order.clone()));
        assert_eq!(tx.order_by_token(&order.token)?, Some(order.clone()));
        assert_eq!(tx.order_by_number(order.number)?, Some(order.clone()));
        assert_eq!(tx.order_by_number(samples::order(2).number)?, None);
        Ok(())
    });
    let changed = Order {
        state: OrderState::Cancelling,
        live_attempt: None,
        refund: Some(refund(1, 1).id),
        invoice: Some(Issued { number: 41, at: moment(40) }),
        credit_note: Some(Issued { number: 7, at: moment(50) }),
        changed_at: moment(50),
        ..order.clone()
    };
    record(store, |tx| tx.update_order(&Order { lines: Vec::new(), ..changed.clone() }));
    assert_eq!(view(store, |tx| tx.order(order.id)), Some(changed), "lines do not change");
    contradiction(store, |tx| tx.insert_order(&Order { id: samples::order(2).id, ..order.clone() }));
    contradiction(store, |tx| tx.update_order(&samples::order(3)));
}

/// With a filter, a cursor and a limit.
pub fn orders_are_listed_newest_first(store: &dyn Store) {
    record(store, |tx| (1..=5).try_for_each(|n| tx.insert_order(&order(n))));
    record(store, |tx| tx.update_order(&Order { state: OrderState::Paid, ..order(2) }));
    let list = |state, before: Option<u8>, limit| {
        let slice = OrderSlice { state, before: before.map(|n| order(n).id), limit };
        view(store, |tx| tx.orders(&slice)).iter().map(|order| order.number).collect::<Vec<_>>()
    };
    let numbers = |ns: &[u8]| ns.iter().map(|n| order(*n).number).collect::<Vec<_>>();
    assert_eq!(list(None, None, 2), numbers(&[5, 4]));
    assert_eq!(list(None, Some(4), 10), numbers(&[3, 2, 1]));
    assert_eq!(list(Some(OrderState::Paid), None, 10), numbers(&[2]));
    assert_eq!(list(Some(OrderState::AwaitingPayment), Some(5), 2), numbers(&[4, 3]));
}

/// Every state of an attempt comes back with all that belongs to it.
pub fn attempts_are_kept_with_all_they_know(store: &dyn Store) {
    record(store, |tx| place(tx, 1).map(drop));
    let first = attempt(1, 1);
    view(store, |tx| {
        assert_eq!(tx.attempt(first.id)?, Some(first.clone()));
        assert_eq!(tx.attempt_by_form_key(&first.form_key)?, Some(first.clone()));
        assert_eq!(tx.attempt_by_form_key(&first.payment_key)?, None, "the bank's key is not the form's");
        assert_eq!(tx.attempt_by_payment_key(&first.payment_key)?, Some(first.clone()));
        assert_eq!(tx.attempt_by_payment_key(&first.form_key)?, None, "nor the other way round");
        Ok(())
    });
    let approval = Some(Approval { url: "https://bank.example/1".to_owned(), until: moment(40) });
    let done = Attempt { due_at: None, ended_at: Some(moment(30)), claims: 3, ..first.clone() };
    let failed = |failure| Attempt { state: AttemptState::Failed, failure: Some(failure), ..done.clone() };
    let code = Code::new("insufficient-funds");
    let steps = [
        Attempt { state: AttemptState::Unknown, due_at: Some(moment(20)), claims: 2, ..first.clone() },
        Attempt { state: AttemptState::AwaitingApproval, approval, ..first.clone() },
        failed(Failure::Declined { code: code.clone(), advice: Advice::RetryWithNewPin }),
        failed(Failure::TimedOut),
        failed(Failure::NotAsked { code }),
        Attempt { state: AttemptState::Succeeded, payment: Some(PaymentRef("p-1".to_owned())), ..done.clone() },
    ];
    for step in steps {
        record(store, |tx| tx.update_attempt(&step));
        assert_eq!(view(store, |tx| tx.attempt(first.id)), Some(step));
    }
    contradiction(store, |tx| tx.update_attempt(&attempt(1, 9)));
}

/// A second one is a contradiction until the first is final.
pub fn an_order_has_one_live_attempt(store: &dyn Store) {
    record(store, |tx| place(tx, 1).map(drop));
    contradiction(store, |tx| tx.insert_attempt(&attempt(1, 2)));
    let first = Attempt { state: AttemptState::Failed, due_at: None, ..attempt(1, 1) };
    record(store, |tx| {
        tx.update_attempt(&first)?;
        tx.insert_attempt(&attempt(1, 2))
    });
    assert_eq!(view(store, |tx| tx.attempts(order(1).id)), [first, attempt(1, 2)], "oldest first");
}

/// Form keys and payment keys belong to one attempt, refund keys to one refund.
pub fn keys_are_given_once(store: &dyn Store) {
    record(store, |tx| {
        place(tx, 1)?;
        tx.insert_order(&order(2))?;
        tx.insert_refund(&refund(1, 1))
    });
    let first = attempt(1, 1);
    contradiction(store, |tx| tx.insert_attempt(&Attempt { form_key: first.form_key.clone(), ..attempt(2, 2) }));
    contradiction(store, |tx| tx.insert_attempt(&Attempt { payment_key: first.payment_key.clone(), ..attempt(2, 2) }));
    contradiction(store, |tx| tx.insert_attempt(&Attempt { id: first.id, ..attempt(2, 2) }));
    contradiction(store, |tx| tx.insert_refund(&Refund { key: refund(1, 1).key, ..refund(2, 2) }));
    record(store, |tx| tx.insert_attempt(&attempt(2, 2)));
}

/// Every state of a refund comes back with all that belongs to it.
pub fn refunds_are_kept(store: &dyn Store) {
    let first = refund(1, 1);
    record(store, |tx| {
        tx.insert_order(&order(1))?;
        tx.insert_refund(&first)
    });
    let answered = Refund { due_at: None, ended_at: Some(moment(60)), claims: 4, ..first.clone() };
    let steps = [
        Refund { due_at: Some(moment(61)), claims: 2, ..first.clone() },
        Refund { state: RefundState::Refused, refusal: Some(Code::new("insufficient-funds")), ..answered.clone() },
        Refund { state: RefundState::Refunded, ..answered },
    ];
    for step in steps {
        record(store, |tx| tx.update_refund(&step));
        assert_eq!(view(store, |tx| tx.refund(first.id)), Some(step));
    }
    record(store, |tx| tx.insert_refund(&refund(1, 2)));
    let ids: Vec<_> = view(store, |tx| tx.refunds(order(1).id)).iter().map(|refund| refund.id).collect();
    assert_eq!(ids, [first.id, refund(1, 2).id], "oldest first");
    contradiction(store, |tx| tx.update_refund(&refund(1, 9)));
}

/// Events in the order of writing; alerts newest first, each kind once a subject.
pub fn histories_and_alerts_are_kept(store: &dyn Store) {
    let event = |kind, at| Event { order: order(1).id, at: moment(at), kind };
    let history = [event(EventKind::Placed, 1), event(EventKind::PaymentStarted, 1), event(EventKind::Paid, 2)];
    let alert = |subject: u8, kind, at| Alert {
        subject: attempt(1, subject).id.uuid(),
        kind,
        order: order(1).id,
        at: moment(at),
        detail: "amount".to_owned(),
    };
    let alerts =
        [alert(1, AlertKind::Mismatch, 1), alert(1, AlertKind::CallRejected, 2), alert(2, AlertKind::Mismatch, 3)];
    record(store, |tx| {
        tx.insert_order(&order(1))?;
        tx.insert_order(&order(2))?;
        history.iter().try_for_each(|event| tx.insert_event(event))?;
        tx.insert_event(&Event { order: order(2).id, ..history[0].clone() })?;
        alerts.iter().try_for_each(|alert| tx.put_alert(alert))?;
        tx.put_alert(&alert(1, AlertKind::Mismatch, 9))
    });
    assert_eq!(view(store, |tx| tx.events(order(1).id)), history);
    let [first, second, third] = alerts;
    assert_eq!(view(store, |tx| tx.alerts(10)), [third.clone(), second.clone(), first]);
    assert_eq!(view(store, |tx| tx.alerts(2)), [third, second]);
}

/// Attempts, refunds and reservations; final ones and orders that are being paid are not due.
pub fn due_things_are_listed_by_time(store: &dyn Store) {
    record(store, |tx| {
        for n in 1..=4 {
            tx.insert_order(&Order { reserved_until: moment(100 - u64::from(n)), ..order(n) })?;
        }
        tx.insert_attempt(&Attempt { due_at: Some(moment(30)), ..attempt(1, 1) })?;
        tx.insert_attempt(&Attempt { due_at: Some(moment(20)), ..attempt(2, 2) })?;
        tx.insert_attempt(&Attempt { due_at: None, state: AttemptState::Failed, ..attempt(3, 3) })?;
        tx.insert_refund(&Refund { due_at: Some(moment(10)), ..refund(3, 3) })?;
        tx.update_order(&Order { live_attempt: Some(attempt(1, 1).id), ..order(1) })?;
        tx.update_order(&Order { state: OrderState::Paid, ..order(2) })
    });
    view(store, |tx| {
        assert_eq!(tx.due_attempts(moment(19), 10)?, []);
        assert_eq!(tx.due_attempts(moment(20), 10)?, [attempt(2, 2).id]);
        assert_eq!(tx.due_attempts(moment(99), 10)?, [attempt(2, 2).id, attempt(1, 1).id]);
        assert_eq!(tx.due_attempts(moment(99), 1)?, [attempt(2, 2).id]);
        assert_eq!(tx.due_refunds(moment(9), 10)?, []);
        assert_eq!(tx.due_refunds(moment(10), 10)?, [refund(3, 3).id]);
        assert_eq!(tx.due_reservations(moment(95), 10)?, []);
        assert_eq!(tx.due_reservations(moment(97), 10)?, [order(4).id, order(3).id], "two are being paid or paid");
        assert_eq!(tx.next_due()?, Some(moment(10)));
        Ok(())
    });
    record(store, |tx| {
        tx.update_refund(&Refund { due_at: None, state: RefundState::Refunded, ..refund(3, 3) })?;
        tx.update_attempt(&Attempt { due_at: Some(moment(40)), ..attempt(2, 2) })
    });
    assert_eq!(view(store, |tx| tx.next_due()), Some(moment(30)));
}
