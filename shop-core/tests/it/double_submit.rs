//! A form that is sent twice, by a double click, a refresh or the back button, places one order and pays once.

use std::sync::{Arc, Barrier};
use std::thread;

use kit_core::SecretText;
use shop_core::gateway::Answer;
use shop_core::gateway::scripted::{CallKind, Step};
use shop_core::{Checkout, OrderSlice, Refusal};

use crate::world::{KEYBOARD, World, account, eur, form, key, payment, refusal};

#[test]
fn the_same_form_gives_the_same_order() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 2)]);
    let first = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("placed");
    assert!(!first.replayed);
    for _ in 0..3 {
        let again = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("the same form");
        assert!(again.replayed);
        assert_eq!(again.order, first.order);
        assert!(again.token.reveal() == first.token.reveal(), "the same link");
    }
    let mut other_pin = form("form-key-1", eur(20_000));
    other_pin.payment.pin = SecretText::new("999999".to_owned());
    let again = world.shop.checkout(&cart, &other_pin).expect("the PIN is not among the facts");
    assert_eq!(again.order, first.order);
    assert_eq!(world.calls(CallKind::Purchase).len(), 1);
    assert_eq!(world.stock(KEYBOARD), 3);
    world.check_books(5);
}

#[test]
fn the_same_key_with_other_facts_is_refused_by_name() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 2)]);
    world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("placed");
    let other_account = kit_core::AccountNumber::from_payload(2_400_000_002);
    assert_ne!(other_account.masked(), account().masked());
    type Change = (&'static str, Box<dyn Fn(&mut Checkout)>);
    let changes: [Change; 10] = [
        ("name", Box::new(|form| form.name = "Grace Hopper".to_owned())),
        ("street", Box::new(|form| form.street = "Elsewhere 1".to_owned())),
        ("postal_code", Box::new(|form| form.postal_code = "N1 9GU".to_owned())),
        ("city", Box::new(|form| form.city = "Paris".to_owned())),
        ("country", Box::new(|form| form.country = "Hong Kong".to_owned())),
        ("email", Box::new(|form| form.email = "grace@example.org".to_owned())),
        ("company", Box::new(|form| form.company = "Ltd".to_owned())),
        ("phone", Box::new(|form| form.phone = "020 7946 0958".to_owned())),
        ("account_number", Box::new(move |form| form.payment.account = other_account.digits())),
        ("expected_total", Box::new(|form| form.expected_total = eur(1))),
    ];
    for (field, change) in changes {
        let mut changed = form("form-key-1", eur(20_000));
        change(&mut changed);
        assert_eq!(refusal(world.shop.checkout(&cart, &changed)), Refusal::KeyReused { field });
    }
    assert_eq!(world.calls(CallKind::Purchase).len(), 1);
}

/// Keys are chosen by customers who do not know of each other.
#[test]
fn the_same_key_of_two_carts_is_two_orders() {
    for world in [World::new(), World::on_disk()] {
        let first = world.order_two("my-first-order");
        let second = world.order_two("my-first-order");
        assert!(!first.replayed && !second.replayed);
        assert_ne!(first.order.order.number, second.order.order.number);
        assert!(first.token.reveal() != second.token.reveal(), "a key opens nobody else's order");
        assert_eq!((first.order.status.code(), second.order.status.code()), ("paid", "paid"));
        assert_eq!(world.charged(), eur(40_000));
        world.check_books(5);
    }
}

#[test]
fn a_key_counts_for_its_order_only() {
    let world = World::new();
    world.bank.then(Answer::NotSent).then(Answer::NotSent);
    let (first, second) = (world.order_two("form-key-1"), world.order_two("form-key-2"));
    let sent = |placed: &shop_core::PlacedOrder, text| world.shop.was_sent(&placed.token, &key(text)).expect("read");
    assert!(sent(&first, "form-key-1") && !sent(&first, "form-key-2") && !sent(&first, "form-key-3"));
    assert!(!world.shop.pay_again(&first.token, &payment("form-key-3")).expect("paid").replayed);
    assert!(sent(&first, "form-key-3") && !sent(&second, "form-key-3"));
    let other = world.shop.pay_again(&second.token, &payment("form-key-3")).expect("another order's key is as good");
    assert_eq!((other.order.status.code(), other.replayed), ("paid", false));
    assert!(world.shop.pay_again(&second.token, &payment("form-key-3")).expect("the same form").replayed);
    let mut other_account = payment("form-key-3");
    other_account.account = kit_core::AccountNumber::from_payload(2_400_000_002).digits();
    let reused = refusal(world.shop.pay_again(&first.token, &other_account));
    assert_eq!(reused, Refusal::KeyReused { field: "account_number" });
    let placed_it = world.shop.pay_again(&first.token, &payment("form-key-1")).expect("the key that placed the order");
    assert!(placed_it.replayed, "has done its work, and pays nothing twice");
    assert_eq!(world.calls(CallKind::Purchase).len(), 4);
    world.check_books(5);
}

#[test]
fn eight_clicks_at_once_place_one_order_and_pay_once() {
    let lost = [None, Some(Step::LoseReply), Some(Step::LoseRequest)];
    let worlds: [fn() -> World; 2] = [World::new, World::on_disk];
    for (lost, world) in lost.iter().flat_map(|lost| worlds.map(|world| (lost, world()))) {
        if let Some(lost) = lost {
            world.bank.then_on(CallKind::Purchase, lost.clone());
        }
        let shop = world.again(None);
        let cart = Arc::new(world.cart(&[(KEYBOARD, 2)]));
        let start = Arc::new(Barrier::new(8));
        let clicks: Vec<_> = (0..8)
            .map(|_| {
                let (shop, cart, start) = (shop.clone(), cart.clone(), start.clone());
                thread::spawn(move || {
                    start.wait();
                    shop.checkout(&cart, &form("form-key-1", eur(20_000)))
                })
            })
            .collect();
        let placed: Vec<_> =
            clicks.into_iter().map(|click| click.join().expect("no panic").expect("the order")).collect();
        assert_eq!(placed.iter().filter(|placed| !placed.replayed).count(), 1, "one is the first: {lost:?}");
        let mut numbers: Vec<_> = placed.iter().map(|placed| placed.order.order.number).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), 1, "{lost:?}");
        assert_eq!(world.calls(CallKind::Purchase).len(), 1, "{lost:?}");
        let orders = world.shop.orders(&OrderSlice { limit: 10, ..OrderSlice::default() }).expect("listed");
        assert_eq!(orders.len(), 1, "{lost:?}");
        world.advance(60);
        world.shop.sweep().expect("swept");
        world.check_books(5);
    }
}
