//! Keys, fences, refunds, and whose payment it is.

use bank_core::model::{CaptureMode, MerchantId, PaymentId, PaymentState};
use bank_core::testing::pin;
use bank_core::{PaymentRequest, Refusal};

use super::{AMOUNT, FUNDS, shop};
use crate::support::{PIN, Paid, eur, key, paid, refusal, told, usd};

#[test]
fn a_fence_stops_whatever_arrives_under_its_key_later() {
    let s = shop();
    let fence = s.w.bank.void_key(s.shop, &key("order")).expect("fences").payment;
    assert_eq!((fence.state, fence.payer, fence.amount), (PaymentState::Voided, None, eur(0)));
    for capture in [CaptureMode::Immediate, CaptureMode::Manual] {
        let late = s.pay("order", AMOUNT, capture).expect("answers");
        assert_eq!((late.refusal, late.payment), (Some(Refusal::Voided), fence.clone()));
    }
    let asked = s.w.bank.request_approval(s.shop, &key("order"), eur(1), CaptureMode::Manual, "x").expect("answers");
    assert_eq!((asked.refusal, asked.payment), (Some(Refusal::Voided), fence.clone()));
    assert_eq!(s.find("order"), fence);
    let other = s.w.merchant("Other");
    assert_eq!(paid(&s.w.pay(other, "order", s.ada.account, 1, PIN)), "ok", "another merchant's keys are others");
    assert_eq!(s.w.balance(&s.ada).0, FUNDS - 1);
    s.w.audit();
}

#[test]
fn other_facts_under_a_used_key_name_what_differs() {
    let s = shop();
    let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
    let other = s.pay("other", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
    s.capture("capture", id, Some(eur(30)), false).expect("captures");
    s.refund("refund", id, 10).expect("refunds");
    let ben = s.w.person("Ben", FUNDS);
    let pay = |account, minor, capture, reference: &str| {
        let reference = reference.to_owned();
        s.w.bank.create_payment(
            s.shop,
            &key("order"),
            &PaymentRequest { account, pin: pin(PIN), amount: eur(minor), capture, reference },
        )
    };
    let check = |answer: Paid, field: &str| {
        assert_eq!(refusal(answer), Refusal::KeyReused { field: field.to_owned() });
    };
    check(pay(ben.account, AMOUNT, CaptureMode::Manual, "order"), "account_number");
    check(pay(s.ada.account, 99, CaptureMode::Manual, "order"), "amount");
    check(pay(s.ada.account, AMOUNT, CaptureMode::Immediate, "order"), "capture");
    check(pay(s.ada.account, AMOUNT, CaptureMode::Manual, "another"), "reference");
    check(s.pay("capture", AMOUNT, CaptureMode::Manual), "operation");
    check(s.capture("capture", other, Some(eur(30)), false), "payment");
    check(s.capture("capture", id, Some(eur(31)), false), "amount");
    check(s.capture("capture", id, None, false), "amount");
    check(s.capture("capture", id, Some(eur(30)), true), "final");
    check(s.refund("refund", other, 10), "payment");
    check(s.refund("refund", id, 11), "amount");
    check(s.capture("refund", id, None, true), "operation");
}

#[test]
fn a_replay_tells_the_original_outcome_whatever_came_after() {
    let s = shop();
    let first = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment;
    s.capture("part", first.id, Some(eur(30)), false).expect("captures");
    s.w.bank.void_payment(s.shop, first.id).expect("releases the rest");
    let again = s.pay("order", AMOUNT, CaptureMode::Manual).expect("a replay");
    assert_eq!((again.replayed, again.payment.state, again.payment.captured), (true, PaymentState::Authorized, 0));
    let part = s.capture("part", first.id, Some(eur(30)), false).expect("a replay").payment;
    assert_eq!((part.state, part.captured), (PaymentState::Authorized, 30));
    assert_eq!((s.find("order").state, s.find("order").captured), (PaymentState::Captured, 30), "a look-up tells now");
}

#[test]
fn a_refund_short_of_settlement_funds_may_be_sent_again() {
    let s = shop();
    let id = s.pay("order", AMOUNT, CaptureMode::Immediate).expect("pays").payment.id;
    let settlement = s.w.bank.merchants().expect("lists")[0].settlement;
    // The merchant has spent what it earned: the test takes the place of a payout, and puts the money back.
    s.w.change_account(settlement, |a| a.debits_posted += 70);
    let short = refusal(s.refund("refund", id, AMOUNT));
    assert_eq!(short, Refusal::SettlementShort { shortfall: eur(70) });
    assert_eq!(s.w.balance(&s.ada).0, FUNDS - AMOUNT);
    s.w.change_account(settlement, |a| a.debits_posted -= 70);
    let done = s.refund("refund", id, AMOUNT).expect("refunds");
    assert_eq!((done.replayed, done.payment.refunded), (false, AMOUNT));
    assert_eq!(s.w.balance(&s.ada).0, FUNDS);
    s.w.audit();
}

#[test]
fn refunds_add_up_to_what_was_captured_and_no_more() {
    let s = shop();
    let id = s.pay("order", AMOUNT, CaptureMode::Immediate).expect("pays").payment.id;
    assert_eq!(paid(&s.refund("zero", id, 0)), "amount-not-positive");
    assert_eq!(paid(&s.w.bank.refund_payment(s.shop, &key("usd"), id, usd(1))), "currency-mismatch");
    assert_eq!(paid(&s.refund("first", id, 60)), "ok");
    let too_much = s.refund("second", id, 41).expect("answers").refusal;
    assert_eq!(too_much, Some(Refusal::ExceedsCaptured { refundable: eur(40) }));
    assert_eq!(paid(&s.refund("third", id, 40)), "ok");
    assert_eq!(paid(&s.refund("fourth", id, 1)), "exceeds-captured");
    assert_eq!(s.w.balance(&s.ada).0, FUNDS);
    s.w.audit();
}

#[test]
fn another_merchants_payment_is_as_unknown_as_none() {
    let s = shop();
    let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
    let thief = s.w.merchant("Thief");
    let bank = &s.w.bank;
    for payment in [id, PaymentId::from_uuid(kit_core::Uuid::nil())] {
        let name = |verb: &str| key(&format!("{verb}-{}", &payment.to_string()[..8]));
        assert_eq!(told(&bank.payment(thief, payment)), "payment-not-found");
        assert_eq!(paid(&bank.capture_payment(thief, &name("c"), payment, None, true)), "payment-not-found");
        assert_eq!(paid(&bank.void_payment(thief, payment)), "payment-not-found");
        assert_eq!(paid(&bank.refund_payment(thief, &name("r"), payment, eur(1))), "payment-not-found");
    }
    assert_eq!(told(&bank.find_payment(thief, &key("order"))), "payment-not-found");
    assert_eq!(s.find("order").state, PaymentState::Authorized);
    // A merchant that does not exist gets nothing either, and breaks nothing.
    let nobody = MerchantId::from_uuid(kit_core::Uuid::nil());
    assert_eq!(paid(&s.w.pay(nobody, "order", s.ada.account, 1, PIN)), "unauthenticated");
    assert_eq!(paid(&bank.void_key(nobody, &key("order"))), "unauthenticated");
}

#[test]
fn a_key_used_for_a_capture_is_no_payments_key() {
    let s = shop();
    let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
    s.capture("capture", id, Some(eur(30)), false).expect("captures");
    assert_eq!(paid(&s.w.bank.void_key(s.shop, &key("capture"))), "payment-not-found");
    assert_eq!(told(&s.w.bank.find_payment(s.shop, &key("capture"))), "payment-not-found");
    assert_eq!(s.find("order").state, PaymentState::Authorized, "the rest is still held");
}
