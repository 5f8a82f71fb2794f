//! A database of an older schema opens, and reads as it was meant.
//!
//! `fixtures/schema_4.sql` was written by the bank as it was at schema 4: a customer with payments in every state,
//! calls repeated or refused, and a key with braces, which is not taken any more.

use std::path::Path;

use bank_core::Refusal;
use bank_core::model::{CaptureMode, MerchantId, Payment, PaymentState};
use kit_core::IdempotencyKey;
use rusqlite::Connection;

use crate::support::{DAY, MINUTE, Setup, World, eur, key};

/// The bank of the fixture, brought up to date, and its one merchant.
fn opened(folder: &Path) -> (World, MerchantId) {
    let path = folder.join("bank.db");
    let old = Connection::open(&path).expect("a fresh file");
    old.execute_batch(include_str!("../fixtures/schema_4.sql")).expect("the dump is whole");
    drop(old);
    let w = Setup::sqlite(&path).open();
    let merchants = w.bank.merchants().expect("reads");
    let shop = merchants.first().expect("the fixture's merchant").id;
    (w, shop)
}

#[test]
fn payments_of_schema_4_read_with_todays_names() {
    use PaymentState::{Authorized, Cancelled, Captured, Declined, RequiresApproval, Voided};
    let folder = tempfile::tempdir().expect("a folder");
    let (w, shop) = opened(folder.path());
    let find = |name: &str| w.bank.find_payment(shop, &key(name)).expect("it is there");
    let check = |name: &str, state, captured, refunded| {
        let Payment { state: is, captured: taken, refunded: back, .. } = find(name);
        assert_eq!((is, taken, back), (state, captured, refunded), "{name}");
    };
    check("asked", RequiresApproval, 0, 0);
    check("cancelled", Cancelled, 0, 0);
    check("held", Authorized, 30, 0);
    check("held-then-taken", Captured, 100, 40);
    check("rest-released", Captured, 30, 0);
    check("voided", Voided, 0, 0);
    check("declined", Declined, 0, 0);
    check("fence", Voided, 0, 0);
    w.audit();
    // What waits for approval and what is held are still found when their times have ended.
    w.pass(30 * MINUTE);
    assert_eq!(w.bank.release_due().expect("posts"), 1, "the approval");
    w.pass(8 * DAY);
    assert_eq!(w.bank.release_due().expect("posts"), 1, "the hold");
    check("asked", PaymentState::Expired, 0, 0);
    check("held", Captured, 30, 0);
    w.audit();

    let file = Connection::open(folder.path().join("bank.db")).expect("opens");
    let old = "SELECT (SELECT count(*) FROM payments WHERE state IN ('requires_approval', 'canceled'))
                    + (SELECT count(*) FROM idempotency_keys WHERE state IN ('requires_approval', 'canceled'))
                    + (SELECT count(*) FROM idempotency_keys WHERE refusal GLOB '*state=*' OR refusal GLOB '*canceled*')";
    let left: i64 = file.query_row(old, [], |row| row.get(0)).expect("counts");
    assert_eq!(left, 0, "no old name is left");
}

#[test]
fn what_schema_4_decided_is_told_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (w, shop) = opened(folder.path());
    let find = |name: &str| w.bank.find_payment(shop, &key(name)).expect("it is there");
    let again = |name: &str| {
        let asked = w.bank.request_approval(shop, &key(name), eur(100), CaptureMode::Manual, "order");
        let answer = asked.expect("answers");
        assert!(answer.replayed && answer.refusal.is_none(), "{name}");
        answer.payment
    };
    // It still waits, so that when it ends is known; of one that has moved on it was not kept.
    let waiting = again("asked");
    assert_eq!((waiting.state, waiting.expires_at), (PaymentState::RequiresApproval, find("asked").expires_at));
    assert!(waiting.expires_at.is_some());
    let moved_on = again("cancelled");
    assert_eq!((moved_on.state, moved_on.expires_at), (PaymentState::RequiresApproval, None));

    let refused = |name: &str, of: &str, state| {
        let answer = w.bank.capture_payment(shop, &key(name), find(of).id, None, true).expect("answers");
        assert_eq!((answer.refusal, answer.replayed), (Some(Refusal::WrongState { state }), true), "{name}");
        assert_eq!(answer.payment.state, state, "{name}");
    };
    refused("capture-cancelled", "cancelled", PaymentState::Cancelled);
    refused("capture-voided", "voided", PaymentState::Voided);
}

#[test]
fn whether_a_void_released_the_rest_was_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (w, shop) = opened(folder.path());
    let answer = w.bank.void_key(shop, &key("rest-released")).expect("answers");
    assert_eq!((answer.refusal, answer.payment.rest_voided), (Some(Refusal::AlreadyCaptured), false));
    // Of what is voided from now on, it is.
    for _ in 0..2 {
        let answer = w.bank.void_key(shop, &key("held")).expect("answers");
        assert_eq!((answer.refusal, answer.payment.state, answer.payment.captured), (None, PaymentState::Captured, 30));
    }
    w.audit();
}

#[test]
fn a_key_with_braces_is_still_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let (w, shop) = opened(folder.path());
    assert!(IdempotencyKey::parse("{idempotency-key}").is_err(), "it is not taken any more");
    let braces = IdempotencyKey::from_stored("{idempotency-key}").expect("it stands in the fixture");
    let payment = w.bank.find_payment(shop, &braces).expect("it is there");
    assert_eq!((payment.key, payment.captured), (braces, 700));
}
