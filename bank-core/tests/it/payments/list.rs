//! A merchant's list of its payments.

use bank_core::model::{CaptureMode, PaymentState};
use bank_core::{PaymentFilter, Refusal};
use kit_core::Clock;

use super::{AMOUNT, Shop, shop, shop_in};
use crate::support::{DAY, MINUTE, PIN, Setup, WRONG, World, eur, key, paid, refusal};

/// Everything.
const ALL: PaymentFilter =
    PaymentFilter { idempotency_key: None, status: None, created_from: None, created_to: None, reference: None };

#[test]
fn it_has_every_payment_of_the_merchant_once_and_nobody_elses() {
    let s = shop();
    let other = s.w.merchant("Other");
    let mut expected = Vec::new();
    for n in 0..7 {
        expected.push(s.pay(&format!("order-{n}"), 10, CaptureMode::Immediate).expect("pays").payment.id);
        assert_eq!(paid(&s.w.pay(other, &format!("order-{n}"), s.ada.account, 1, PIN)), "ok");
    }
    s.refund("refund", expected[1], 4).expect("refunds");
    expected.push(s.w.charge(s.shop, "declined", s.ada.account, 5, WRONG, CaptureMode::Immediate).unwrap().payment.id);
    expected.push(s.w.bank.void_key(s.shop, &key("fenced")).expect("fences").payment.id);
    expected.push(s.ask("asked", CaptureMode::Immediate));
    // Ids made in the same millisecond are in no order that anybody knows.
    expected.sort();
    expected.reverse();

    for limit in [1, 3, 10, 1_000] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = s.w.bank.payments(s.shop, &ALL, cursor, limit).expect("lists");
            assert!(page.payments.len() <= limit.min(200) && page.payments.iter().all(|p| p.merchant == s.shop));
            seen.extend(page.payments);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.iter().map(|p| p.id).collect::<Vec<_>>(), expected, "pages of {limit}");
        assert_eq!(seen.iter().filter(|p| p.state == PaymentState::Captured).count(), 7);
        assert_eq!(seen.iter().map(|p| p.refunded).sum::<i64>(), 4);
    }
    assert_eq!(s.w.bank.payments(other, &ALL, None, 100).expect("lists").payments.len(), 7);
    let idle = s.w.merchant("Idle");
    let nothing = s.w.bank.payments(idle, &ALL, None, 100).expect("lists");
    assert_eq!((nothing.payments, nothing.next), (Vec::new(), None));
}

#[test]
fn it_tells_payments_as_they_stand_now() {
    let s = shop();
    s.pay("hold", AMOUNT, CaptureMode::Manual).expect("authorizes");
    let list = || s.w.bank.payments(s.shop, &ALL, None, 10).expect("lists").payments;
    assert_eq!((list()[0].state, list()[0].amount), (PaymentState::Authorized, eur(AMOUNT)));
    s.w.pass(8 * DAY);
    assert_eq!(list()[0].state, PaymentState::Expired, "whether or not anybody has released it yet");
    assert_eq!(list(), [s.find("hold")]);
}

/// The keys of what is listed, the newest first.
fn listed(s: &Shop, filter: &PaymentFilter) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = s.w.bank.payments(s.shop, filter, cursor, 2).expect("lists");
        seen.extend(page.payments.iter().map(|payment| payment.key.as_str().trim_start_matches('-').to_owned()));
        cursor = page.next;
        if cursor.is_none() {
            return seen;
        }
    }
}

#[test]
fn it_is_narrowed_to_what_fits_every_filter() {
    let folder = tempfile::tempdir().expect("a folder");
    for w in [World::new(), Setup::sqlite(&folder.path().join("bank.db")).open()] {
        let s = shop_in(w);
        let start = s.w.clock.now();
        let mut at = Vec::new();
        let mut next = |s: &Shop| {
            s.w.pass(MINUTE);
            at.push(s.w.clock.now());
        };
        next(&s);
        s.pay("taken", 10, CaptureMode::Immediate).expect("pays");
        next(&s);
        s.pay("held", AMOUNT, CaptureMode::Manual).expect("authorizes");
        next(&s);
        let part = s.pay("part", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
        s.capture("capture", part, Some(eur(30)), false).expect("captures");
        next(&s);
        s.ask("asked", CaptureMode::Manual);
        next(&s);
        s.w.bank.void_key(s.shop, &key("fenced")).expect("fences");
        let other = s.w.merchant("Other");
        s.w.pay(other, "taken", s.ada.account, 1, PIN).expect("pays");

        let check = |filter: PaymentFilter, expected: &[&str]| assert_eq!(listed(&s, &filter), expected, "{filter:?}");
        check(ALL, &["fenced", "asked", "part", "held", "taken"]);
        let status = |status| PaymentFilter { status: Some(status), ..ALL };
        let of_key = |name: &str| PaymentFilter { idempotency_key: Some(key(name)), ..ALL };
        check(status(PaymentState::Authorized), &["part", "held"]);
        check(status(PaymentState::Captured), &["taken"]);
        check(status(PaymentState::Voided), &["fenced"]);
        check(status(PaymentState::RequiresApproval), &["asked"]);
        check(status(PaymentState::Expired), &[]);
        for name in ["taken", "fenced", "asked"] {
            check(of_key(name), &[name]);
        }
        check(of_key("never"), &[]);
        check(of_key("capture"), &[]);
        check(PaymentFilter { status: Some(PaymentState::Voided), ..of_key("taken") }, &[]);
        check(PaymentFilter { created_from: Some(at[1]), created_to: Some(at[3]), ..ALL }, &["part", "held"]);
        check(PaymentFilter { created_from: Some(at[1]), created_to: Some(at[1]), ..ALL }, &[]);
        check(PaymentFilter { created_from: Some(at[1]), ..of_key("held") }, &["held"]);
        check(PaymentFilter { created_to: Some(at[1]), ..of_key("held") }, &[]);
        check(PaymentFilter { reference: Some("order".to_owned()), ..ALL }, &["asked", "part", "held", "taken"]);
        check(PaymentFilter { reference: Some(String::new()), ..ALL }, &["fenced"]);
        // A page of one key ends there, and a cursor counts with it as well.
        let found = s.w.bank.payments(s.shop, &of_key("held"), None, 1).expect("lists");
        assert_eq!((found.payments.len(), found.next), (1, None));
        let below = s.w.bank.payments(s.shop, &of_key("held"), Some(found.payments[0].id), 1).expect("lists");
        assert_eq!(below.payments, []);

        // What has ended reads so, whether or not anybody has released it.
        s.w.pass(8 * DAY);
        for released in [false, true] {
            if released {
                s.w.bank.release_due().expect("posts");
            }
            check(status(PaymentState::Expired), &["asked", "held"]);
            check(status(PaymentState::Captured), &["part", "taken"]);
            check(status(PaymentState::Authorized), &[]);
            check(status(PaymentState::RequiresApproval), &[]);
        }

        let refused = |filter: &PaymentFilter| match refusal(s.w.bank.payments(s.shop, filter, None, 1)) {
            Refusal::InvalidFields { fields } => (fields[0].field, fields[0].flaw.code()),
            other => panic!("{other:?}"),
        };
        let backwards = PaymentFilter { created_from: Some(at[1]), created_to: Some(start), ..ALL };
        assert_eq!(refused(&backwards), ("created_from", "range-reversed"));
        let long = PaymentFilter { reference: Some("x".repeat(141)), ..ALL };
        assert_eq!(refused(&long), ("reference", "too-long"));
    }
}
