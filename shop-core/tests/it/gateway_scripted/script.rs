//! Steps, log, hook and clock of the scripted gateway.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use shop_core::gateway::scripted::{Call, CallKind, Step};
use shop_core::gateway::{Answer, ApprovalRequest, Capabilities, PaymentRef};

#[test]
fn steps_come_in_order_and_those_of_the_kind_first() {
    let gateway = ScriptedGateway::always(Answer::NotSent);
    gateway.then(Answer::Unauthorized).then_on(CallKind::Void, Answer::Expired).then(Answer::Refunded);
    assert_eq!(gateway.steps_left(), 3);
    assert_eq!(gateway.lookup(&expected(1, 100)), Answer::Unauthorized);
    assert_eq!(gateway.void(&expected(1, 100)), Answer::Expired);
    assert_eq!(gateway.void(&expected(1, 100)), Answer::Refunded);
    assert_eq!(gateway.steps_left(), 0);
    assert_eq!(gateway.void(&expected(1, 100)), Answer::NotSent, "what is answered otherwise");
}

#[test]
fn the_log_holds_every_call_without_the_pin() {
    let gateway = ScriptedGateway::always(Answer::NotSent);
    let payment = PaymentRef("p-1".to_owned());
    gateway.purchase(&request(1, 100));
    gateway.authorize(&request(2, 100));
    gateway.capture(&payment, &key(3), eur(100), true);
    gateway.void(&expected(4, 100));
    gateway.refund(&payment, &key(5), eur(100));
    gateway.lookup(&expected(6, 100));
    let approval = ApprovalRequest {
        key: key(7),
        amount: eur(100),
        reference: "Order 1".to_owned(),
        return_url: "https://shop.example".to_owned(),
    };
    gateway.start_approval(&approval);
    let calls = gateway.calls();
    let kinds = [
        CallKind::Purchase,
        CallKind::Authorize,
        CallKind::Capture,
        CallKind::Void,
        CallKind::Refund,
        CallKind::Lookup,
        CallKind::StartApproval,
    ];
    assert_eq!(calls.iter().map(Call::kind).collect::<Vec<_>>(), kinds);
    assert_eq!(calls.iter().map(|call| call.key().clone()).collect::<Vec<_>>(), (1..=7).map(key).collect::<Vec<_>>());
    assert_eq!(calls[0], Call::Purchase((&request(1, 100)).into()));
    assert!(!format!("{calls:?}").contains("271828"));
}

#[test]
fn a_lost_request_is_not_heard_and_a_lost_reply_is() {
    let town = Town::new(ScriptedGateway::bank());
    let gateway = &town.gateway;
    let before = town.balance(payer()).expect("an account");
    gateway.then(Step::LoseRequest).then(Step::LoseReply);

    assert_eq!(gateway.purchase(&request(1, 100)), Answer::Unknown);
    assert_eq!(town.balance(payer()), Some(before));
    assert_eq!(gateway.lookup(&expected(9, 100)), Answer::Unknown, "also a look-up can lose its reply");

    gateway.then(Step::LoseReply);
    assert_eq!(gateway.purchase(&request(2, 100)), Answer::Unknown);
    assert_eq!(town.balance(payer()).map(|left| left.minor), Some(before.minor - 100));

    assert_eq!(gateway.void(&expected(1, 100)), Answer::Voided);
    assert!(matches!(gateway.void(&expected(2, 100)), Answer::Captured { .. }));
    assert_eq!(gateway.received(Currency::EUR), eur(100));
}

#[test]
fn the_hook_runs_before_the_answer_and_may_call_the_gateway() {
    let gateway = Arc::new(Town::new(ScriptedGateway::bank()).gateway);
    gateway.on_call({
        let gateway = Arc::downgrade(&gateway);
        move |call| {
            // A sweep that comes between the shop's call and the bank.
            if let (Call::Purchase(order), Some(gateway)) = (call, gateway.upgrade()) {
                gateway.void(&Expected { key: order.key.clone(), amount: order.amount });
            }
        }
    });
    assert_eq!(gateway.purchase(&request(1, 100)), Answer::Voided);
    assert_eq!(gateway.calls().iter().map(Call::kind).collect::<Vec<_>>(), [CallKind::Purchase, CallKind::Void]);
}

#[test]
fn holds_end_by_themselves_after_seven_days() {
    let town = Town::new(ScriptedGateway::bank());
    let (gateway, before) = (&town.gateway, town.balance(payer()));
    let Answer::Authorized { payment, .. } = gateway.authorize(&request(1, 100)) else { panic!("a hold") };
    let Answer::Authorized { payment: in_part, .. } = gateway.authorize(&request(2, 100)) else { panic!("a hold") };
    gateway.capture(&in_part, &key(3), eur(30), false);

    let week = Duration::from_secs(7 * 24 * 3_600);
    gateway.pass_time(week - Duration::from_micros(1));
    assert!(matches!(gateway.lookup(&expected(1, 100)), Answer::Authorized { .. }));
    gateway.pass_time(Duration::from_micros(1));
    assert_eq!(gateway.lookup(&expected(1, 100)), Answer::Expired);
    assert_eq!(gateway.void(&expected(1, 100)), Answer::Expired, "a void says what it was before");
    assert!(matches!(gateway.capture(&payment, &key(4), eur(100), true), Answer::Rejected { .. }));
    assert_eq!(town.balance(payer()).map(|left| left.minor + 30), before.map(|money| money.minor));
}

#[test]
fn capabilities_are_what_was_set() {
    let gateway = ScriptedGateway::bank();
    let slow = Capabilities { pin: false, hosted_approval: true, deadline: Duration::from_secs(9) };
    gateway.set_capabilities(slow);
    assert_eq!(gateway.capabilities(), slow);
}

#[test]
#[should_panic(expected = "no bank")]
fn a_gateway_without_a_bank_has_no_accounts() {
    let _ = ScriptedGateway::always(Answer::Unknown).balance(payer());
}
