//! Why an order ended without a payment: told from its attempts alone, for every way in which it can come about.

use std::time::Duration;

use shop_core::Ending;
use shop_core::gateway::scripted::CallKind;
use shop_core::gateway::{Advice, Answer, Code};

use crate::world::{World, payment};

const RESERVATION_SECONDS: u64 = 30 * 60;

fn declined() -> Answer {
    Answer::Declined { code: Code::new("insufficient-funds"), advice: Advice::RetryLater }
}

#[test]
fn every_way_to_end_unpaid_has_its_reason() {
    let requires_action = |world: &World| Answer::RequiresAction {
        url: "https://bank.example/approve/7".to_owned(),
        expires_at: kit_core::Clock::now(world.clock.as_ref()).plus(Duration::from_secs(3_600)),
    };
    let late_decline = Ending::Declined { code: Code::new("insufficient-funds"), advice: Advice::RetryLater };
    type Answers = fn(&World, Answer) -> (Answer, Vec<(CallKind, Answer)>);
    let cases: [(&str, Answers, u64, Ending); 7] = [
        ("declined at once", |_, _| (declined(), vec![]), RESERVATION_SECONDS, Ending::ReservationRanOut),
        ("voided at once", |_, _| (Answer::Voided, vec![]), RESERVATION_SECONDS, Ending::ReservationRanOut),
        ("not reached", |_, _| (Answer::NotSent, vec![]), RESERVATION_SECONDS, Ending::ReservationRanOut),
        ("lost", |_, _| (Answer::Unknown, vec![]), 60, Ending::TimedOut),
        ("lost, then declined", |_, _| (Answer::Unknown, vec![(CallKind::Void, declined())]), 60, late_decline),
        ("refused there", |_, ask| (ask, vec![(CallKind::Lookup, Answer::Voided)]), 60, Ending::NotConfirmed),
        ("not confirmed in time", |_, ask| (ask, vec![]), 15 * 60, Ending::NotConfirmed),
    ];
    for (name, answers, seconds, expected) in cases {
        let world = World::new();
        let (purchase, later) = answers(&world, requires_action(&world));
        world.bank.then_on(CallKind::Purchase, purchase);
        for (kind, answer) in later {
            world.bank.then_on(kind, answer);
        }
        let placed = world.order_two("form-key-1");
        assert_eq!(world.view(&placed).ending(), None, "{name}: not ended yet");
        world.advance(seconds);
        world.shop.sweep().expect("swept");
        assert_eq!(world.status(&placed), "not-paid", "{name}");
        assert_eq!(world.view(&placed).ending(), Some(expected), "{name}");
        world.check_books(5);
    }
}

#[test]
fn an_order_that_was_paid_or_cancelled_has_no_such_reason() {
    let world = World::new();
    let placed = world.order_two("form-key-1");
    assert_eq!((world.status(&placed), world.view(&placed).ending()), ("paid", None));
    world.shop.cancel(&placed.token).expect("cancelled");
    assert_eq!((world.status(&placed), world.view(&placed).ending()), ("cancelled", None));
}

/// Between the end of the reservation and the sweep that ends the order, paying is refused: a page must not offer it.
#[test]
fn what_cannot_be_paid_any_more_is_not_offered() {
    let world = World::new();
    world.bank.then(declined());
    let placed = world.order_two("form-key-1");
    world.advance(RESERVATION_SECONDS - 1);
    assert!(world.view(&placed).may_pay_again());
    world.advance(1);
    let view = world.view(&placed);
    assert_eq!((view.status.code(), view.may_pay_again()), ("awaiting-payment", false));
    assert_eq!(view.as_of, view.order.reserved_until);
    let refusal = crate::world::refusal(world.shop.pay_again(&placed.token, &payment("form-key-2")));
    assert_eq!(refusal.code(), "not-payable");
}
