//! Cancelling and shipping: by the customer and by the operator, with what the bank answers to a refund.

use shop_core::gateway::scripted::{CallKind, Step};
use shop_core::gateway::{Advice, Answer, Code};
use shop_core::{AlertKind, EventKind, Fact, OrderNumber, OrderSlice, OrderState, Refusal};

use crate::world::{KEYBOARD, World, eur, refusal};

#[test]
fn a_paid_order_is_given_back() {
    let world = World::new();
    let placed = world.order_two("form-key-1");
    assert!(placed.order.may_cancel());
    let cancelled = world.shop.cancel(&placed.token).expect("cancelled");
    assert_eq!(cancelled.status.code(), "cancelled");
    assert!(cancelled.status.to_string().contains("given back"));
    assert_eq!((world.stock(KEYBOARD), world.charged()), (5, eur(0)));
    let again = world.shop.cancel(&placed.token).expect("cancelling twice is no error");
    assert_eq!(again, cancelled);
    assert_eq!(world.calls(CallKind::Refund).len(), 1);
    let number = placed.order.order.number;
    let refused = refusal(world.shop.ship(number));
    assert_eq!(refused.facts(), [("order_status", Fact::Text("cancelled".to_owned()))]);
    assert_eq!(refused, Refusal::NotShippable { state: OrderState::Cancelled });
    world.check_books(5);
}

#[test]
fn an_unpaid_order_is_cancelled_unless_it_is_being_checked() {
    let world = World::new();
    world.bank.then(Answer::NotSent).then(Answer::Unknown);
    let unpaid = world.order_two("form-key-1");
    let cancelled = world.shop.cancel(&unpaid.token).expect("cancelled");
    assert_eq!(cancelled.status.to_string(), "Cancelled. Nothing was charged.");
    assert_eq!(world.stock(KEYBOARD), 5);
    let checked = world.order_two("form-key-2");
    assert_eq!(refusal(world.shop.cancel(&checked.token)), Refusal::PaymentInProgress);
    assert!(!world.view(&checked).may_cancel());
    world.check_books(5);
}

#[test]
fn only_a_paid_order_is_shipped_and_then_stays_shipped() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let unpaid = world.order_two("form-key-1").order.order.number;
    assert_eq!(refusal(world.shop.ship(unpaid)), Refusal::NotShippable { state: OrderState::AwaitingPayment });
    let paid = world.order_two("form-key-2");
    let number = paid.order.order.number;
    let written = number.to_string().to_lowercase().replace('0', "o");
    let number = OrderNumber::parse(&written).expect("as people write it");
    assert_eq!(world.shop.ship(number).expect("shipped").status.code(), "shipped");
    assert_eq!(refusal(world.shop.ship(number)), Refusal::AlreadyShipped);
    assert_eq!(refusal(world.shop.cancel(&paid.token)), Refusal::AlreadyShipped);
    assert_eq!(refusal(world.shop.cancel_by_number(number)), Refusal::AlreadyShipped);
    let nobody = OrderNumber::from_random([9; 5]);
    assert_eq!(refusal(world.shop.ship(nobody)), Refusal::OrderNotFound);
    let shipped = OrderSlice { state: Some(OrderState::Shipped), limit: 10, ..OrderSlice::default() };
    assert_eq!(world.shop.orders(&shipped).expect("listed").len(), 1);
    world.check_books(5);
}

#[test]
fn a_lost_refund_is_sent_again_under_its_key() {
    for lost in [
        Step::LoseReply,
        Step::LoseRequest,
        Step::Answer(Answer::NotSent),
        Step::Answer(Answer::Throttled { retry_after: std::time::Duration::from_secs(5) }),
        Step::Answer(Answer::Unauthorized),
    ] {
        let world = World::new();
        let placed = world.order_two("form-key-1");
        world.bank.then(lost.clone());
        let waiting = world.shop.cancel(&placed.token).expect("cancelled");
        assert_eq!(waiting.status.code(), "refunding", "{lost:?}");
        assert_eq!(world.stock(KEYBOARD), 3, "the stock waits for the money");
        assert_eq!(world.shop.cancel(&placed.token).expect("no error").status.code(), "refunding");
        world.advance(31);
        assert_eq!(world.shop.sweep().expect("swept").refunded, 1, "{lost:?}");
        let refunds = world.calls(CallKind::Refund);
        assert_eq!(refunds.len(), 2, "{lost:?}");
        assert_eq!(refunds[0].key(), refunds[1].key(), "{lost:?}");
        assert_eq!((world.stock(KEYBOARD), world.charged()), (5, eur(0)), "{lost:?}");
        world.check_books(5);
    }
}

#[test]
fn a_refused_refund_waits_for_the_operator() {
    let declined = Answer::Declined { code: Code::new("insufficient-funds"), advice: Advice::RetryLater };
    for refused in [declined, Answer::Rejected { code: Code::new("insufficient-funds") }] {
        let world = World::new();
        let placed = world.order_two("form-key-1");
        world.bank.then(refused.clone());
        let waiting = world.shop.cancel(&placed.token).expect("cancelled");
        assert_eq!(waiting.status.code(), "refund-delayed", "the bank has answered: nobody waits for it");
        let alerts = world.shop.alerts(10).expect("read");
        assert_eq!((alerts[0].kind, alerts[0].detail.as_str()), (AlertKind::RefundRefused, "insufficient-funds"));
        world.advance(3_600);
        world.shop.sweep().expect("swept");
        let asked = world.shop.cancel(&placed.token).expect("a customer changes nothing by asking again");
        assert_eq!(asked.status.code(), "refund-delayed");
        assert!(asked.status.to_string().contains("needs our attention"), "{}", asked.status);
        assert_eq!(world.calls(CallKind::Refund).len(), 1);

        let done = world.shop.cancel_by_number(placed.order.order.number).expect("the account was filled");
        assert_eq!(done.status.code(), "cancelled");
        assert_eq!(done.refunds.len(), 1);
        let refunds = world.calls(CallKind::Refund);
        assert_eq!(refunds[0].key(), refunds[1].key(), "an earlier call may have gone through: only its key can tell");
        let kinds: Vec<_> = done.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds[3..5], [EventKind::RefundStarted, EventKind::RefundRefused]);
        assert_eq!((world.stock(KEYBOARD), world.charged()), (5, eur(0)));
        world.check_books(5);
    }
}
