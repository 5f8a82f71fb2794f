//! The cart: its limits, its prices, and that it outlives the program.

use std::sync::Arc;

use kit_core::{Currency, Day, Money, Timestamp, Token};
use proptest::prelude::*;
use shop_core::rules::cart::{CartLine, Tariff, may_order, price};
use shop_core::rules::product::{MAX_PRICE_MINOR, Product};
use shop_core::store::sqlite::SqliteStore;
use shop_core::{Availability, MAX_LINES, MAX_QUANTITY, Quantity, Refusal, ShippingMethods, Slug, VatRate};

use crate::world::{HEADER, KEYBOARD, MOUSE, World, catalogue, eur, quantity, refusal, sku};

#[test]
fn quantities_are_1_to_99() {
    for count in [1, 2, 99] {
        assert_eq!(Quantity::new(count).map(|quantity| i64::from(quantity.get())), Ok(count));
    }
    for count in [0, -1, 100, i64::MIN, i64::MAX, i64::from(u32::MAX) + 2, 1 << 32 | 1] {
        assert_eq!(Quantity::new(count), Err(Refusal::QuantityInvalid { max: MAX_QUANTITY }), "{count}");
    }
    assert_eq!(Quantity::parse(" 7 "), Quantity::new(7));
    for text in ["", "0", "-1", "+1", "1.5", "1e1", "100", "99999999999999999999999", "1_0", "７", "two"] {
        assert!(Quantity::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn lines_are_set_added_to_and_removed() {
    let world = World::new();
    let cart = world.shop.new_cart_token();
    assert_eq!(world.shop.cart(&cart).expect("an empty cart").total, eur(0));
    let view = world.shop.set_line(&cart, &sku(KEYBOARD), quantity(2)).expect("set");
    assert_eq!((view.goods, view.units()), (eur(20_000), 2));
    world.shop.add_line(&cart, &sku(MOUSE), quantity(1)).expect("put there");
    let view = world.shop.add_line(&cart, &sku(KEYBOARD), quantity(3)).expect("added");
    assert_eq!(view.lines.iter().map(|line| line.quantity.get()).collect::<Vec<_>>(), [5, 1], "the order stays");
    assert_eq!(view.goods, eur(52_000));
    assert_eq!(view.lines[1].availability, Availability::FewLeft { units: 1 });
    let view = world.shop.remove_line(&cart, &sku(KEYBOARD)).expect("removed");
    assert_eq!((view.goods, view.total), (eur(2_000), eur(2_490)), "shipping is free from 100.00 on");
    world.shop.remove_line(&cart, &sku(KEYBOARD)).expect("removing twice is no error");
    let other = world.shop.new_cart_token();
    assert!(world.shop.cart(&other).expect("another cart").lines.is_empty());
}

#[test]
fn what_does_not_fit_is_refused() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 3)]);
    assert_eq!(refusal(world.shop.set_line(&cart, &sku("NO-1"), quantity(1))), Refusal::ProductNotFound);
    for result in [
        world.shop.set_line(&cart, &sku(KEYBOARD), quantity(6)),
        world.shop.add_line(&cart, &sku(KEYBOARD), quantity(3)),
    ] {
        let Refusal::OutOfStock { lines } = refusal(result) else { panic!("another refusal") };
        assert_eq!((lines[0].name.as_str(), lines[0].wanted, lines[0].available), ("Tern 87", 6, 5));
    }
    let too_many = refusal(world.shop.add_line(&cart, &sku(KEYBOARD), quantity(97)));
    assert_eq!(too_many, Refusal::QuantityInvalid { max: 99 });
    assert_eq!(world.shop.cart(&cart).expect("the cart").units(), 3, "nothing changed");

    let rows: String = (0..51).map(|n| format!("C-{n},Cable,B,cables,1,9,D,\n")).collect();
    world.shop.import(format!("{HEADER}\n{rows}").as_bytes()).expect("imported");
    let cart = world.shop.new_cart_token();
    for n in 0..MAX_LINES {
        world.shop.set_line(&cart, &sku(&format!("C-{n}")), quantity(1)).expect("fits");
    }
    assert_eq!(refusal(world.shop.set_line(&cart, &sku("C-50"), quantity(1))), Refusal::CartFull { max: 50 });
    world.shop.set_line(&cart, &sku("C-49"), quantity(2)).expect("a line that is there can still be changed");
}

#[test]
fn changed_prices_are_shown_line_by_line() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 2), (MOUSE, 1)]);
    assert!(world.shop.cart(&cart).expect("the cart").price_changes().is_empty());
    world.shop.import(catalogue("120.00", 1, 1).as_bytes()).expect("imported");
    let view = world.shop.cart(&cart).expect("the cart");
    let changes = view.price_changes();
    assert_eq!((changes.len(), changes[0].seen, changes[0].now), (1, eur(10_000), eur(12_000)));
    assert_eq!(view.lines[0].availability, Availability::TooFew { units: 1 });
    let view = world.shop.set_line(&cart, &sku(KEYBOARD), quantity(1)).expect("set");
    assert!(view.price_changes().is_empty(), "setting a line again accepts its price");
}

#[test]
fn a_cart_survives_a_restart_and_is_forgotten_after_90_days() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    let token = Token::from_bytes([5; 32]);
    {
        let store = SqliteStore::open(&path).expect("a fresh file");
        let world = World::over(Arc::new(store));
        world.shop.set_line(&token, &sku(KEYBOARD), quantity(2)).expect("set");
    }
    let store = SqliteStore::open(&path).expect("the same file");
    let world = World::over(Arc::new(store));
    assert_eq!(world.shop.cart(&token).expect("the cart").units(), 2);
    let day = 24 * 60 * 60;
    world.advance(89 * day);
    assert_eq!(world.shop.sweep().expect("swept").carts_removed, 0);
    world.advance(2 * day);
    assert_eq!(world.shop.sweep().expect("swept").carts_removed, 1);
    assert_eq!(world.shop.cart(&token).expect("an empty cart").units(), 0);
}

fn product(n: usize, price_minor: i64, stock: u32) -> Product {
    Product {
        sku: sku(&format!("P-{n}")),
        name: format!("Product {n}"),
        brand: "B".to_owned(),
        category: Slug::parse("mice").expect("a slug"),
        price: eur(price_minor),
        vat_rate: None,
        stock,
        description: "".into(),
        specifications: Vec::new(),
        retired: false,
    }
}

fn tariff(shipping: &ShippingMethods) -> Tariff<'_> {
    Tariff {
        currency: Currency::EUR,
        vat_rate: VatRate::STANDARD,
        shipping,
        now: Timestamp::EPOCH,
        today: Day::from_number(0),
    }
}

proptest! {
    #[test]
    fn lines_add_up_to_totals(
        rows in proptest::collection::vec((1..=MAX_PRICE_MINOR, 1..=i64::from(MAX_QUANTITY), 0_u32..200), 0..=MAX_LINES)
    ) {
        let products: Vec<_> = rows.iter().enumerate().map(|(n, row)| product(n, row.0, row.2)).collect();
        let line = |(n, row): (usize, &(i64, i64, u32))| {
            CartLine { sku: sku(&format!("P-{n}")), quantity: quantity(row.1), price_seen: eur(row.0) }
        };
        let lines: Vec<_> = rows.iter().enumerate().map(line).collect();
        let shipping = ShippingMethods::default();
        let view = price(&lines, &products, None, tariff(&shipping)).expect("no cart within the limits is too large");
        prop_assert_eq!(view.goods.minor, rows.iter().map(|(price, count, _)| price * count).sum::<i64>());
        prop_assert_eq!(view.goods.minor, view.lines.iter().map(|line| line.total.minor).sum::<i64>());
        for offer in &view.shipping {
            prop_assert_eq!(offer.total.minor, view.goods.minor + offer.price.minor);
            prop_assert_eq!(offer.vat.iter().map(|sum| sum.gross.minor).sum::<i64>(), offer.total.minor);
        }

        let enough = rows.iter().all(|(_, count, stock)| *count <= i64::from(*stock));
        match may_order(&view, None, view.total) {
            Ok(_) => prop_assert!(enough && !rows.is_empty()),
            Err(Refusal::CartEmpty) => prop_assert!(rows.is_empty()),
            Err(Refusal::OutOfStock { lines }) => {
                prop_assert!(!enough && lines.iter().all(|line| line.wanted > line.available));
            }
            Err(other) => prop_assert!(false, "{:?}", other),
        }
        let other_total = Money::new(view.total.minor + 1, Currency::EUR);
        prop_assert!(may_order(&view, None, other_total).is_err(), "nobody pays what they did not see");
    }
}

#[test]
fn prices_in_another_currency_are_refused() {
    let mut other = product(1, 100, 1);
    other.price = Money::new(100, Currency::USD);
    let line = CartLine { sku: other.sku.clone(), quantity: quantity(1), price_seen: other.price };
    let shipping = ShippingMethods::default();
    assert!(price(&[line], &[other], None, tariff(&shipping)).is_err());
}
