//! Keys, fences, refunds, and whose payment it is.

use bank_core::model::Flaw;
use bank_core::model::{CaptureMode, MerchantId, PaymentId, PaymentState};
use bank_core::testing::pin;
use bank_core::{Error, PaymentAnswer, PaymentRequest, Receipt, Refusal, Result};
use kit_core::Currency;

use super::{AMOUNT, FUNDS, Shop, shop, shop_in};
use crate::support::{DAY, PIN, Paid, Setup, World, eur, key, paid, refusal, told, usd};

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
    assert_eq!((again.replayed, &again.payment), (true, &first));
    assert!(first.expires_at.is_some(), "its hold had an end then");
    let part = s.capture("part", first.id, Some(eur(30)), false).expect("a replay").payment;
    assert_eq!((part.state, part.captured, part.expires_at), (PaymentState::Authorized, 30, first.expires_at));
    assert_eq!((s.find("order").state, s.find("order").captured), (PaymentState::Captured, 30), "a look-up tells now");
}

/// A call under a key.
type Call = fn(&Shop) -> Paid;

/// Calls under keys, each answered once, and once more when everything that can change a payment has come after it.
const CALLS: [(&str, Call); 13] = [
    ("a wait", |s| s.ask_again("asked")),
    ("a capture too early", |s| s.capture("early", s.find("asked").id, None, true)),
    ("a wait that is dropped", |s| s.ask_again("dropped")),
    ("a wait that is declined", |s| s.ask_again("unlucky")),
    ("a hold", |s| s.pay("held", AMOUNT, CaptureMode::Manual)),
    ("a capture in part", |s| s.capture("part", s.find("held").id, Some(eur(30)), false)),
    ("a capture of too much", |s| s.capture("too-much", s.find("held").id, Some(eur(71)), true)),
    ("a refund of a hold", |s| s.refund("some-back", s.find("held").id, 10)),
    ("a refund of too much", |s| s.refund("too-much-back", s.find("held").id, 21)),
    ("a decline", |s| s.pay("poor", FUNDS * 10, CaptureMode::Immediate)),
    ("a purchase", |s| s.pay("taken", AMOUNT, CaptureMode::Immediate)),
    ("a capture of a purchase", |s| s.capture("twice", s.find("taken").id, None, true)),
    ("a hold that ends by itself", |s| s.pay("lapsed", AMOUNT, CaptureMode::Manual)),
];

#[test]
fn a_replay_is_the_first_answer_to_the_letter() {
    let folder = tempfile::tempdir().expect("a folder");
    for w in [World::new(), Setup::sqlite(&folder.path().join("bank.db")).open()] {
        let s = shop_in(w);
        let first: Vec<_> = CALLS.iter().map(|(name, call)| call(&s).expect(name)).collect();
        assert!(first.iter().all(|answer| !answer.replayed));
        assert_eq!(paid(&s.approve(s.find("asked").id, PIN)), "ok");
        s.w.change_account(s.ada.account, |account| account.frozen = true);
        assert_eq!(paid(&s.approve(s.find("unlucky").id, PIN)), "account-frozen");
        s.w.change_account(s.ada.account, |account| account.frozen = false);
        assert_eq!(paid(&s.w.bank.void_key(s.shop, &key("dropped"))), "ok");
        assert_eq!(paid(&s.w.bank.void_key(s.shop, &key("held"))), "ok");
        assert_eq!(paid(&s.refund("rest-back", s.find("held").id, 20)), "ok");
        assert_eq!(paid(&s.refund("all-back", s.find("taken").id, AMOUNT)), "ok");
        s.w.pass(8 * DAY);
        for ((name, call), first) in CALLS.iter().zip(&first) {
            let again = call(&s).expect(name);
            assert_eq!(again, PaymentAnswer { replayed: true, ..first.clone() }, "{name}");
        }
        s.w.audit();
    }
}

#[test]
fn a_refused_movement_is_told_again_as_a_replay() {
    let w = World::new();
    let (ada, ben) = (w.person("Ada", 50), w.person("Ben", 0));
    let frozen = w.person("Cold", 0);
    w.change_account(frozen.account, |account| account.closed = true);
    let check = |name: &str, call: &dyn Fn() -> Result<Receipt>, code: &str| {
        for again in [false, true] {
            match call() {
                Err(Error::Refused { refusal, replayed }) => {
                    assert_eq!((refusal.code(), replayed), (code, again), "{name}");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    };
    check("deposit", &|| w.bank.deposit(frozen.id, &key("in"), frozen.account, eur(1)), "account-closed");
    check("withdrawal", &|| w.withdraw(&ada, "out", 51, PIN), "insufficient-funds");
    check("transfer", &|| w.transfer(&ada, "over", &ben, 51, PIN), "insufficient-funds");
    let nothing = w.withdraw(&ada, "nothing", 0, PIN).expect_err("is refused");
    assert_eq!(nothing.refusal(), Some(&Refusal::AmountNotPositive));
    let nothing = w.withdraw(&ada, "nothing", 0, PIN).expect_err("is refused");
    assert!(matches!(nothing, Error::Refused { replayed: false, .. }), "what is malformed was not decided");
    // A payment that is not there is refused without one.
    let (shop, other) = (w.merchant("Shop"), w.merchant("Other"));
    let theirs = w.pay(other, "theirs", ada.account, 1, PIN).expect("pays").payment.id;
    for again in [false, true] {
        let refused = w.bank.capture_payment(shop, &key("capture"), theirs, None, true).expect_err("is refused");
        let expected =
            matches!(refused, Error::Refused { refusal: Refusal::PaymentNotFound, replayed } if replayed == again);
        assert!(expected, "{refused:?}");
    }
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
    // The merchant's own mistake, which leaves its key unused: the payer has nothing to do with it.
    let other = Refusal::field("currency", Flaw::OtherCurrency { payment: Currency::EUR });
    assert_eq!(refusal(s.w.bank.refund_payment(s.shop, &key("first"), id, usd(1))), other);
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
