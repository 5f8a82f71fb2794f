//! A database of schema 5 opens, and keeps what it holds.
//!
//! `fixtures/schema_5.sql` was written by the bank as it was before currencies had the decimals of ISO 4217, before
//! passwords were prepared, and before attempts could be interrupted: a customer with accounts in euros, yen and
//! francs, who has a wrong PIN behind him; two customers whose e-mail addresses look alike; payments of a shop.

use std::path::Path;
use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::model::{CaptureMode, CustomerId, MerchantId, SessionKind};
use bank_core::rules::export::camt::camt053;
use bank_core::rules::export::csv::for_programs;
use bank_core::rules::export::ofx::ofx;
use bank_core::testing::pin;
use bank_core::{Bank, Coverage, PaymentFilter, PaymentRequest, Refusal, StatementQuery};
use kit_core::{AccountNumber, Currency, IdempotencyKey, Money, SecretText, Timestamp, Zone};
use rusqlite::Connection;

use crate::support::{PIN, Setup, WRONG, World, eur, key, told};

const PEPPER: &str = "6c2c6d78ce2cc6f1c281cf87da82f56dcf0352694ae3f3ca22cb479a4f343147";
const EUROS: &str = "263191313374";
const YEN: &str = "331171621517";
const FRANCS: &str = "469983182942";

fn opened(folder: &Path) -> World {
    opened_after(folder, "")
}

/// After a change that was made while the bank was of schema 5.
fn opened_after(folder: &Path, change: &str) -> World {
    let path = folder.join("bank.db");
    let old = Connection::open(&path).expect("a fresh file");
    old.execute_batch(include_str!("../fixtures/schema_5.sql")).expect("the dump is whole");
    old.execute_batch(change).expect("the change can be made");
    drop(old);
    let pepper = Pepper::parse(PEPPER).expect("the fixture's key");
    Setup { hasher: Arc::new(Argon2Hasher::new(Cost::default(), pepper)), ..Setup::sqlite(&path) }.open()
}

fn number(digits: &str) -> AccountNumber {
    AccountNumber::parse(digits).expect("an account of the fixture")
}

fn log_in(bank: &Bank, email: &str, password: &str) -> bool {
    bank.log_in(email, &SecretText::new(password.to_owned()), SessionKind::Api, "here").is_ok()
}

fn ming(w: &World) -> CustomerId {
    let password = SecretText::new("a sentence of the old bank".to_owned());
    w.bank.log_in("ming@example.org", &password, SessionKind::Api, "here").expect("signs in").session.customer
}

fn shop(w: &World) -> MerchantId {
    w.bank.merchants().expect("reads").first().expect("the fixture's merchant").id
}

#[test]
fn every_balance_and_entry_is_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = opened(folder.path());
    w.audit();
    let ming = ming(&w);
    for (digits, posted, available) in
        [(EUROS, "2770.83", "2720.83"), (YEN, "4500", "4500"), (FRANCS, "1500.50", "1500.50")]
    {
        let balance = w.bank.account(ming, number(digits)).expect("the account is there").balance;
        assert_eq!((balance.posted.decimal().as_str(), balance.available.decimal().as_str()), (posted, available));
    }
    let francs = w.bank.account(ming, number(FRANCS)).expect("there").balance.posted.currency;
    assert_eq!(francs.decimals(), 2, "as it was first used");
    assert_eq!(w.bank.old_currencies(), [francs], "the operator is warned");
    w.bank.deposit_by_operator(&key("more"), number(FRANCS), Money::new(50, francs)).expect("two decimals go on");
    let of_today = Money::new(50, Currency::parse("XAF").expect("a code"));
    assert!(w.bank.deposit_by_operator(&key("other"), number(FRANCS), of_today).is_err(), "francs without decimals");
    let balance = w.bank.account(ming, number(FRANCS)).expect("there").balance;
    assert_eq!(balance.posted.decimal(), "1501.00");
    w.audit();
}

#[test]
fn a_wrong_pin_from_before_counts_and_the_right_one_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = opened(folder.path());
    let shop = shop(&w);
    let pay = |name: &str, digits: &str| w.pay(shop, name, number(EUROS), 100, digits).expect("an answer").refusal;
    assert_eq!(pay("wrong", WRONG), Some(Refusal::IncorrectPin { tries_left: 3 }), "the second in a row");
    assert_eq!(pay("right", PIN), None);
}

#[test]
fn passwords_and_addresses_from_before_open_their_accounts() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = opened(folder.path());
    let (composed, decomposed) = ("p\u{e0}ssword of the \u{f3}ld bank", "pa\u{300}ssword of the o\u{301}ld bank");
    assert!(!log_in(&w.bank, "jos\u{e9}@example.org", "another password"));
    assert!(log_in(&w.bank, "jos\u{e9}@example.org", decomposed), "as it was typed then");
    assert!(log_in(&w.bank, "jos\u{e9}@example.org", composed), "and as other keyboards type it");
    assert!(log_in(&w.bank, "jose\u{301}@example.org", "a sentence of the old bank"), "the twin is another customer");
    assert!(log_in(&w.bank, "dana@b\u{fc}cher.example", "a sentence of the old bank"));
}

#[test]
fn payees_and_payments_are_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = opened(folder.path());
    let payees = w.bank.payees(ming(&w)).expect("reads");
    let payees: Vec<_> = payees.iter().map(|payee| (payee.name.as_str(), payee.number)).collect();
    assert_eq!(payees, [("O'Brien \"Bob\"", number("412413940574"))]);
    let page = w.bank.payments(shop(&w), &PaymentFilter::default(), None, 50).expect("reads");
    let payments: Vec<_> = page
        .payments
        .iter()
        .map(|payment| {
            let (amount, captured, refunded) = (payment.amount, payment.captured, payment.refunded);
            (payment.state.name(), amount, captured, refunded, payment.reference.as_str())
        })
        .collect();
    let newest_first = [
        ("declined", eur(2_988), 0, 0, "Order ME80-MQ4R"),
        ("captured", eur(688), 688, 688, "Order MR3P-3QHA"),
        ("captured", eur(678), 678, 0, "Order BN98-2CR5"),
        ("captured", eur(4_214), 4_214, 0, "Order 91XW-0PH8"),
        ("captured", eur(5_000), 5_000, 1_000, "hold"),
        ("voided", eur(5_000), 0, 0, "hold"),
        ("authorized", eur(5_000), 0, 0, "hold"),
    ];
    assert_eq!((payments, page.next), (newest_first.to_vec(), None));
    assert_eq!(page.payments[0].decline, Some(Refusal::IncorrectPin { tries_left: 4 }));
    assert!(page.payments[1..].iter().all(|payment| payment.decline.is_none()));
    // What was decided then is told again, a refund included.
    let refund_key = IdempotencyKey::parse("key-94eb9bf8b3a44884bdd3560ce918ce08").expect("a key");
    let again = w.bank.refund_payment(shop(&w), &refund_key, page.payments[4].id, eur(1_000)).expect("told again");
    assert_eq!((again.replayed, again.payment.captured, again.payment.refunded), (true, 5_000, 1_000));
    w.audit();
}

#[test]
fn statements_of_before_hold_every_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = opened(folder.path());
    let day = Zone::UTC.day(Timestamp::from_micros(1_796_098_536_000_000));
    let query = StatementQuery { from_day: Some(day), to_day: Some(day), ..StatementQuery::default() };
    let document = w.bank.statement_document(ming(&w), number(EUROS), &query, Coverage::Everything).expect("makes it");
    assert_eq!((document.opening, document.closing), (eur(0), eur(277_083)));
    let amounts: Vec<i64> = document.records.iter().map(|record| record.amount.minor).collect();
    assert_eq!(amounts, [300_000, -12_025, -2_000, -5_000, 1_000, -4_214, -678, -688, 688]);
    for (file, parts) in [
        (for_programs(&document), ["Miete \"\"März\"\" & <more>", "O'Brien \"\"Bob\"\"", "山田電機 shop"]),
        (ofx(&document), ["Miete \"März\" &amp; &lt;more&gt;", "O'Brien \"Bob\"", "山田電機 shop"]),
        (camt053(&document), ["Miete \"März\" &amp; &lt;more&gt;", "O'Brien \"Bob\"", "山田電機 shop"]),
    ] {
        for part in parts {
            assert!(file.contains(part), "{part}: {file}");
        }
    }
}

#[test]
fn a_payment_from_before_is_told_again_however_its_reference_was_spelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = "Cafe\u{301}\u{200b} 7";
    // A bank of schema 5 kept what was sent.
    let change = format!(
        "UPDATE idempotency_keys SET facts = replace(facts, 'reference=hold', 'reference={sent}')
             WHERE key = 'key-7463c5fc70b34dc3ae51b3480166729c';
         UPDATE payments SET reference = '{sent}' WHERE key = 'key-7463c5fc70b34dc3ae51b3480166729c'"
    );
    let w = opened_after(folder.path(), &change);
    let shop = shop(&w);
    let pay = |reference: &str| {
        let request = PaymentRequest {
            account: number(EUROS),
            pin: pin(PIN),
            amount: eur(5_000),
            capture: CaptureMode::Immediate,
            reference: reference.to_owned(),
        };
        let key = IdempotencyKey::parse("key-7463c5fc70b34dc3ae51b3480166729c").expect("a key");
        w.bank.create_payment(shop, &key, &request)
    };
    for reference in [sent, "Caf\u{e9} 7"] {
        let again = pay(reference).expect("told again");
        assert!(again.replayed && again.refusal.is_none(), "{reference:?}");
        assert_eq!((again.payment.captured, again.payment.reference.as_str()), (5_000, sent));
    }
    assert_eq!(told(&pay("Cafe 7")), "idempotency-key-reuse", "another reference is another payment");
}
