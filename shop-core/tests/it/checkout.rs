//! Placing an order: what is checked, what the bank's answers come to, and who gets the last unit.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use kit_core::Pin;
use shop_core::gateway::scripted::{Call, CallKind, ScriptedGateway, Step};
use shop_core::gateway::{Advice, Answer, Code, PaymentGateway, PaymentRequest};
use shop_core::{AlertKind, AttemptState, ChangeReason, EventKind, Failure, Refusal, TotalChange};

use crate::world::{KEYBOARD, MOUSE, PIN, World, account, catalogue, eur, form, payment, quantity, refusal, sku};

#[test]
fn an_order_is_placed_and_paid() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 2), (MOUSE, 1)]);
    let placed = world.shop.checkout(&cart, &form("form-key-1", eur(22_000))).expect("placed");
    let view = world.view(&placed);
    assert_eq!(view, placed.order);
    assert_eq!(view.status.code(), "paid");
    assert_eq!(view.order.total, eur(22_000));
    assert_eq!(view.order.lines[0].name, "Tern 87");
    assert_eq!(view.attempts[0].account_tail, account().digits()[8..]);
    let kinds: Vec<EventKind> = view.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Placed, EventKind::PaymentStarted, EventKind::Paid]);
    assert_eq!((world.stock(KEYBOARD), world.stock(MOUSE)), (3, 0));
    assert!(world.shop.cart(&cart).expect("the cart").lines.is_empty());
    assert_eq!(world.shop.order_by_number(view.order.number).expect("by number"), view);
    assert_eq!(world.shop.next_due().expect("read"), None, "nothing is open");
    world.check_books(5);
}

#[test]
fn what_cannot_be_ordered_is_refused_and_nothing_happens() {
    let world = World::new();
    let empty = world.shop.new_cart_token();
    assert_eq!(refusal(world.shop.checkout(&empty, &form("form-key-1", eur(0)))), Refusal::CartEmpty);

    let cart = world.cart(&[(KEYBOARD, 2), (MOUSE, 1)]);
    let mut bad = form("form-key-2", eur(22_000));
    bad.email = "nobody".to_owned();
    bad.payment.account = "240000000184".to_owned();
    let Refusal::FieldsInvalid { fields } = refusal(world.shop.checkout(&cart, &bad)) else { panic!("other refusal") };
    assert_eq!(fields.iter().map(|error| error.field.name()).collect::<Vec<_>>(), ["email", "account_number"]);

    world.shop.import(catalogue("120.00", 5, 1).as_bytes()).expect("imported");
    match refusal(world.shop.checkout(&cart, &form("form-key-3", eur(22_000)))) {
        Refusal::PriceChanged(change) => {
            let TotalChange { reasons, lines, expected, total, .. } = *change;
            assert_eq!(reasons, [ChangeReason::Price]);
            assert_eq!((expected, total), (eur(22_000), eur(26_000)));
            assert_eq!((lines.len(), lines[0].seen, lines[0].now), (1, eur(10_000), eur(12_000)));
        }
        other => panic!("{other:?}"),
    }
    world.shop.import(catalogue("90.00", 5, 1).as_bytes()).expect("imported");
    let lower = refusal(world.shop.checkout(&cart, &form("form-key-4", eur(22_000))));
    assert_eq!(lower.code(), "price-changed", "customers pay what they saw, also when it became less");

    world.shop.import(catalogue("100.00", 1, 0).as_bytes()).expect("imported");
    match refusal(world.shop.checkout(&cart, &form("form-key-5", eur(22_000)))) {
        Refusal::OutOfStock { lines } => {
            let told: Vec<_> = lines.iter().map(|line| (line.sku.as_str(), line.wanted, line.available)).collect();
            assert_eq!(told, [(KEYBOARD, 2, 1), (MOUSE, 1, 0)]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.bank.calls(), []);
    assert_eq!((world.stock(KEYBOARD), world.stock(MOUSE)), (1, 0));
    assert_eq!(world.shop.cart(&cart).expect("the cart").units(), 3, "the cart is as it was");
}

#[test]
fn a_new_total_is_accepted_once_it_was_seen() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 1)]);
    world.shop.import(catalogue("120.00", 5, 1).as_bytes()).expect("imported");
    assert_eq!(refusal(world.shop.checkout(&cart, &form("form-key-1", eur(10_000)))).code(), "price-changed");
    let placed = world.shop.checkout(&cart, &form("form-key-1", eur(12_000))).expect("a refusal uses no key up");
    assert_eq!(placed.order.status.code(), "paid");
}

#[test]
fn a_declined_order_keeps_its_goods_and_may_be_paid_again() {
    let world = World::new();
    let cart = world.cart(&[(KEYBOARD, 2)]);
    let mut wrong = form("form-key-1", eur(20_000));
    wrong.payment.pin = kit_core::SecretText::new("314159".to_owned());
    let placed = world.shop.checkout(&cart, &wrong).expect("a decline is no error");
    assert_eq!(placed.order.status.code(), "awaiting-payment");
    assert!(placed.order.may_pay_again());
    let attempt = placed.order.last_attempt().expect("it was tried");
    assert!(matches!(&attempt.failure, Some(Failure::Declined { advice: Advice::RetryWithNewPin, .. })), "{attempt:?}");
    assert_eq!(world.stock(KEYBOARD), 3, "kept for the customer");

    let again = world.shop.checkout(&cart, &form("form-key-1", eur(20_000))).expect("the same form");
    assert_eq!(again.order, placed.order, "a key that was declined has done its work");
    let paid = world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("with the right PIN");
    assert_eq!((paid.order.status.code(), paid.replayed), ("paid", false));
    assert_eq!(paid.order.attempts.len(), 2);
    assert_ne!(paid.order.attempts[0].payment_key, paid.order.attempts[1].payment_key);
    let replay = world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("the same form");
    assert_eq!((replay.order, replay.replayed), (paid.order, true));
    let other = refusal(world.shop.pay_again(&placed.token, &payment("form-key-3")));
    assert_eq!(other.code(), "not-payable", "{other}");
    assert_eq!(world.calls(CallKind::Purchase).len(), 2);
    world.check_books(5);
}

#[test]
fn an_order_that_nobody_pays_is_let_go() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let placed = world.order_two("form-key-1");
    assert_eq!(world.status(&placed), "awaiting-payment");
    world.advance(30 * 60 - 1);
    assert_eq!(world.shop.sweep().expect("swept").expired, 0);
    world.advance(1);
    assert_eq!(refusal(world.shop.pay_again(&placed.token, &payment("form-key-2"))).code(), "not-payable");
    assert_eq!(world.shop.sweep().expect("swept").expired, 1);
    assert_eq!(world.shop.sweep().expect("swept").expired, 0);
    assert_eq!(world.status(&placed), "not-paid");
    assert_eq!(world.stock(KEYBOARD), 5);
    world.check_books(5);
}

/// The row of a live call, seen from outside: status, what the customer may do, stock and alerts.
#[test]
fn every_answer_to_a_live_purchase() {
    let later = kit_core::Timestamp::from_micros(i64::MAX);
    let payment_ref = || shop_core::gateway::PaymentRef("p-1".to_owned());
    let cases: [(Answer, &str, Option<AlertKind>); 12] = [
        (Answer::Captured { payment: payment_ref() }, "paid", None),
        (Answer::Declined { code: Code::new("pin-blocked"), advice: Advice::DoNotRetry }, "awaiting-payment", None),
        (Answer::RequiresAction { url: "https://b".to_owned(), expires_at: later }, "awaiting-approval", None),
        (Answer::Voided, "awaiting-payment", None),
        (Answer::Expired, "awaiting-payment", None),
        (Answer::NotSent, "awaiting-payment", None),
        (Answer::Throttled { retry_after: Duration::from_secs(9) }, "awaiting-payment", None),
        (Answer::Rejected { code: Code::new("invalid") }, "awaiting-payment", Some(AlertKind::CallRejected)),
        (Answer::Unauthorized, "awaiting-payment", Some(AlertKind::CallRejected)),
        (Answer::Unknown, "checking", None),
        (Answer::Mismatch { field: "amount".to_owned() }, "checking", Some(AlertKind::Mismatch)),
        (Answer::Authorized { payment: payment_ref(), expires_at: later }, "checking", Some(AlertKind::Mismatch)),
    ];
    for (answer, status, alert) in cases {
        let world = World::new();
        world.bank.then(answer.clone());
        let placed = world.order_two("form-key-1");
        assert_eq!(world.status(&placed), status, "{answer:?}");
        assert_eq!(world.stock(KEYBOARD), 3, "{answer:?}");
        let alerts = world.shop.alerts(10).expect("read");
        assert_eq!(alerts.iter().map(|alert| alert.kind).next(), alert, "{answer:?}");
        let again = world.shop.pay_again(&placed.token, &payment("form-key-2"));
        match status {
            "awaiting-payment" => assert_eq!(again.expect("it may be paid").order.status.code(), "paid", "{answer:?}"),
            "paid" => assert_eq!(refusal(again).code(), "not-payable"),
            _ => assert_eq!(refusal(again), Refusal::PaymentInProgress, "{answer:?}"),
        }
    }
}

/// A call that the bank refused did nothing; but a copy of it may still be on its way. Found by the simulation, seed 243.
#[test]
fn a_refused_call_is_fenced_before_the_customer_is_told() {
    let refusals = [
        Answer::Throttled { retry_after: Duration::from_secs(9) },
        Answer::Rejected { code: Code::new("invalid") },
        Answer::Unauthorized,
    ];
    for (refusal, void_is_lost) in refusals.into_iter().flat_map(|answer| [(answer.clone(), false), (answer, true)]) {
        let world = World::new();
        world.bank.then(refusal.clone());
        if void_is_lost {
            world.bank.then(Step::LoseRequest);
        }
        let placed = world.order_two("form-key-1");
        assert_eq!(world.status(&placed), if void_is_lost { "checking" } else { "awaiting-payment" }, "{refusal:?}");
        world.advance(60);
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&placed), "awaiting-payment", "{refusal:?}");
        let failure = world.view(&placed).attempts[0].failure.clone();
        assert!(matches!(failure, Some(Failure::NotAsked { .. })), "{failure:?}");
        // The copy arrives at last, with the right PIN.
        let Call::Purchase(order) = &world.calls(CallKind::Purchase)[0] else { panic!("a purchase") };
        let late = world.bank.purchase(&PaymentRequest {
            key: order.key.clone(),
            account: account(),
            pin: Pin::parse(PIN).expect("a PIN"),
            amount: order.amount,
            reference: order.reference.clone(),
        });
        assert_eq!(late, Answer::Voided, "{refusal:?}");
        world.check_books(5);
    }
}

#[test]
fn the_last_unit_goes_to_exactly_one_of_16() {
    for world in [World::new(), World::on_disk()] {
        sixteen_want_the_last_unit(&world);
    }
}

fn sixteen_want_the_last_unit(world: &World) {
    let shop = world.again(None);
    let carts: Vec<_> = (0..16).map(|_| world.cart(&[(MOUSE, 1)])).collect();
    let start = Arc::new(Barrier::new(carts.len()));
    let buyers: Vec<_> = carts
        .into_iter()
        .enumerate()
        .map(|(n, cart)| {
            let (shop, start) = (shop.clone(), start.clone());
            thread::spawn(move || {
                start.wait();
                shop.checkout(&cart, &form(&format!("form-key-{n}"), eur(2_490)))
            })
        })
        .collect();
    let results: Vec<_> = buyers.into_iter().map(|buyer| buyer.join().expect("no panic")).collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in results.into_iter().filter(Result::is_err) {
        let Refusal::OutOfStock { lines } = refusal(refused) else { panic!("another refusal") };
        assert_eq!((lines[0].sku.as_str(), lines[0].available), (MOUSE, 0));
    }
    assert_eq!(world.stock(MOUSE), 0);
    assert_eq!(world.calls(CallKind::Purchase).len(), 1);
    world.check_books(5);
}

#[test]
fn a_sweep_beside_a_live_call_keeps_off_it() {
    let world = World::new();
    let beside = world.again(None);
    world.bank.on_call(move |call| {
        if call.kind() == CallKind::Purchase {
            assert_eq!(beside.sweep().expect("swept"), shop_core::SweepReport::default());
        }
    });
    let placed = world.order_two("form-key-1");
    assert_eq!(world.status(&placed), "paid");
    assert_eq!(world.calls(CallKind::Void).len(), 0);
}

/// The call outlives its lease, the sweep voids the key, and then the call's own answer arrives.
#[test]
fn a_late_answer_finds_the_sweeps_verdict() {
    for (late, alert) in [
        (Answer::Voided, None),
        (Answer::NotSent, None),
        (
            Answer::Captured { payment: shop_core::gateway::PaymentRef("p-1".to_owned()) },
            Some(AlertKind::CapturedAfterFailure),
        ),
    ] {
        let world = World::new();
        let (beside, clock) = (world.again(None), world.clock.clone());
        world.bank.on_call(move |call| {
            if call.kind() == CallKind::Purchase {
                clock.advance(Duration::from_secs(60));
                assert_eq!(beside.sweep().expect("swept").not_paid, 1);
            }
        });
        world.bank.then_on(CallKind::Purchase, late.clone());
        let placed = world.order_two("form-key-1");
        assert_eq!(world.status(&placed), "not-paid", "{late:?}");
        assert_eq!(world.stock(KEYBOARD), 5, "{late:?}");
        let alerts = world.shop.alerts(10).expect("read");
        assert_eq!(alerts.first().map(|alert| alert.kind), alert, "{late:?}");
    }
}

/// A refusal of a call says nothing about an attempt that somebody else has already doubted.
#[test]
fn a_late_refusal_does_not_end_a_doubted_attempt() {
    let world = World::new();
    let (beside, clock) = (world.again(None), world.clock.clone());
    world.bank.on_call(move |call| {
        if call.kind() == CallKind::Purchase {
            clock.advance(Duration::from_secs(60));
            assert_eq!(beside.sweep().expect("swept").still_open, 1);
        }
    });
    world.bank.then_on(CallKind::Void, Step::LoseReply).then_on(CallKind::Purchase, Answer::NotSent);
    let placed = world.order_two("form-key-1");
    assert_eq!(world.view(&placed).attempts[0].state, AttemptState::Unknown);
    world.advance(60);
    world.shop.sweep().expect("swept");
    assert_eq!(world.status(&placed), "not-paid");
    world.check_books(5);
}

#[test]
fn a_bank_that_is_down_costs_nobody_anything() {
    let world = World::new();
    let down = Arc::new(ScriptedGateway::always(Answer::NotSent));
    let shop = world.again(Some(down));
    let cart = world.cart(&[(KEYBOARD, 1)]);
    let placed = shop.checkout(&cart, &form("form-key-1", eur(10_000))).expect("placed");
    assert_eq!(placed.order.status.code(), "awaiting-payment");
    let paid = world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("the bank is back");
    assert_eq!(paid.order.status.code(), "paid");
    world.check_books(5);
}

#[test]
fn other_peoples_tokens_open_nothing() {
    let world = World::new();
    let placed = world.order_two("form-key-1");
    let stranger = world.shop.new_cart_token();
    assert_eq!(refusal(world.shop.order(&stranger)), Refusal::OrderNotFound);
    assert_eq!(refusal(world.shop.cancel(&stranger)), Refusal::OrderNotFound);
    assert_eq!(refusal(world.shop.pay_again(&stranger, &payment("form-key-2"))), Refusal::OrderNotFound);
    assert_eq!(world.status(&placed), "paid");
    let cart = world.cart(&[(KEYBOARD, 1)]);
    assert_eq!(world.shop.set_line(&cart, &sku(KEYBOARD), quantity(1)).expect("set").units(), 1);
}
