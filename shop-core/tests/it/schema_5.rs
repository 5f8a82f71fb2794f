//! A database of schema 5 opens, and keeps what it holds.
//!
//! `fixtures/schema_5.sql` was written by the shop as it was when countries were free text, when SKUs and codes that
//! differ only by case or hyphens were several, and when VAT was found line by line: four orders, one of them of 26
//! lines to a country that does not exist, and an address in Chinese.

use std::sync::Arc;

use kit_core::{Language, Token};
use rusqlite::Connection;
use shop_core::store::StoreExt;
use shop_core::store::sqlite::SqliteStore;
use shop_core::{AttemptState, DiscountCode, Failure, OrderNumber, OrderSlice, OrderView, RefundState};

use crate::world::{World, eur, quantity, sku};

/// Opens the order of 26 lines.
const TOKEN: &str = "7411301f6a629efeada7d8c4105a426c8286725bcbb6935df3ad138c377b11ec";

fn opened(folder: &std::path::Path) -> World {
    let path = folder.join("shop.db");
    let old = Connection::open(&path).expect("a fresh file");
    old.execute_batch(include_str!("../fixtures/schema_5.sql")).expect("the dump is whole");
    drop(old);
    let store = SqliteStore::open(&path).expect("it is brought up to date");
    World::with_nothing_to_sell(Arc::new(store))
}

#[test]
fn invoices_from_before_say_what_they_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = opened(folder.path());
    let token = Token::parse(TOKEN).expect("a token");
    let invoice = world.shop.invoice(&token).expect("it is there");
    let printed = |sum: &shop_core::VatSum| (sum.rate.to_string(), sum.net(), sum.vat, sum.gross, sum.rounding);
    let vat: Vec<_> = invoice.vat.iter().map(printed).collect();
    assert_eq!(
        vat,
        [
            ("19".to_owned(), eur(2_487), eur(478), eur(2_965), eur(0)),
            ("7".to_owned(), eur(1_167), eur(82), eur(1_249), eur(0)),
        ]
    );
    assert_eq!((invoice.number.to_string().as_str(), invoice.total), ("INV-000001", eur(4_214)));
    let address = ["王小明", "市府路45號", "110 臺北市", "Atlantis"];
    assert_eq!(invoice.buyer.lines(Language::English), address, "the country as it was typed");
    assert!(invoice.buyer.country().is_none());
}

#[test]
fn orders_and_their_states_are_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = opened(folder.path());
    let orders = world.shop.orders(&OrderSlice { limit: 100, ..OrderSlice::default() }).expect("reads");
    let mut states: Vec<_> = orders.iter().map(|order| (order.state.code(), order.total)).collect();
    states.sort_unstable_by_key(|(code, total)| (*code, total.minor));
    let expected =
        [("awaiting-payment", eur(2_988)), ("cancelled", eur(688)), ("paid", eur(4_214)), ("shipped", eur(678))];
    assert_eq!(states, expected);
    let country = |number: &str| {
        let number = OrderNumber::parse(number).expect("a number");
        let OrderView { order, .. } = world.shop.order_by_number(number).expect("it is there");
        order.contact.country_name(Language::German).to_owned()
    };
    assert_eq!(country("BN98-2CR5"), "Taiwan");
    assert_eq!(country("MR3P-3QHA"), "Deutschland", "what was typed in English is known");
}

#[test]
fn twins_from_before_are_still_sold_and_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = opened(folder.path());
    for (code, price) in [("KB-0302", eur(99)), ("kb-0302", eur(198))] {
        assert_eq!(world.shop.product(&sku(code)).expect("it is sold").price, price, "{code}");
    }
    let codes: Vec<_> = world.shop.discounts().expect("reads").into_iter().map(|d| (d.terms.code, d.uses)).collect();
    let code = |text| DiscountCode::from_stored(text).expect("a code");
    assert_eq!(codes, [(code("AUTUMN-5"), 1), (code("AUTUMN5"), 0)]);
    let cart = world.shop.new_cart_token();
    world.shop.set_line(&cart, &sku("kb-0302"), quantity(2)).expect("it can be bought");
}

#[test]
fn names_from_before_are_sorted_as_today() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    let old = Connection::open(&path).expect("a fresh file");
    old.execute_batch(include_str!("../fixtures/schema_5.sql")).expect("the dump is whole");
    let copy = "INSERT INTO products (sku, name, sort_name, brand, category, price_minor, currency, stock, description,
                    specifications)
                SELECT ?1, ?2, lower(?2), brand, 'sorted', price_minor, currency, stock, description, specifications
                FROM products LIMIT 1";
    for (sku, name) in [("S-1", "Zebra"), ("S-2", "Mouse 10"), ("S-3", "Mouse 9"), ("S-4", "Ärmel")] {
        assert_eq!(old.execute(copy, [sku, name]).expect("copied"), 1);
    }
    drop(old);
    let store = SqliteStore::open(&path).expect("it is brought up to date");
    let sorted = shop_core::store::ProductSlice {
        category: shop_core::Slug::parse("sorted"),
        sort: shop_core::Sort::NameAscending,
        offset: 0,
        limit: 9,
    };
    let (products, _) = store.view(|tx| tx.product_slice(&sorted)).expect("read");
    let names: Vec<&str> = products.iter().map(|product| product.name.as_str()).collect();
    assert_eq!(names, ["Ärmel", "Mouse 9", "Mouse 10", "Zebra"]);
}

#[test]
fn payments_and_refunds_from_before_are_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = opened(folder.path());
    let view = |number: &str| {
        let number = OrderNumber::parse(number).expect("a number");
        world.shop.order_by_number(number).expect("it is there")
    };
    for (number, state, payment) in [
        ("91XW-0PH8", AttemptState::Succeeded, Some("01a22fd0-bd5b-7ec4-8799-04c9520000b3")),
        ("BN98-2CR5", AttemptState::Succeeded, Some("01a22fd0-bde0-7158-a474-96327a0e1281")),
        ("MR3P-3QHA", AttemptState::Succeeded, Some("01a22fd0-be3c-7008-a02e-0d2bd9a9184c")),
        ("ME80-MQ4R", AttemptState::Failed, None),
    ] {
        let view = view(number);
        let [attempt] = &view.attempts[..] else { panic!("{number}: {:?}", view.attempts) };
        assert_eq!((attempt.state, attempt.amount, attempt.due_at), (state, view.order.total, None), "{number}");
        assert_eq!(attempt.payment.as_ref().map(|payment| payment.0.as_str()), payment, "{number}");
    }
    assert!(matches!(
        &view("ME80-MQ4R").attempts[0].failure,
        Some(Failure::Declined { code, .. }) if code.as_str() == "incorrect-pin"
    ));
    let cancelled = view("MR3P-3QHA");
    let [refund] = &cancelled.refunds[..] else { panic!("{:?}", cancelled.refunds) };
    assert_eq!((refund.state, refund.amount, refund.due_at), (RefundState::Refunded, eur(688), None));
    assert_eq!(refund.payment.0.as_str(), "01a22fd0-be3c-7008-a02e-0d2bd9a9184c");
    assert_eq!(cancelled.order.credit_note.map(|note| note.number), Some(1));
    let history: Vec<_> = cancelled.events.iter().map(|event| event.kind.code()).collect();
    assert_eq!(history, ["placed", "payment-started", "paid", "refund-started", "refunded", "cancelled"]);
    // Nothing is left to do for the sweep, and no alert is raised.
    world.shop.sweep().expect("swept");
    assert_eq!((world.bank.calls().len(), world.shop.alerts(10).expect("reads")), (0, vec![]));
}
