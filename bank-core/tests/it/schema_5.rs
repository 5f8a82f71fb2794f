//! A database of schema 5 opens, and keeps what it holds.
//!
//! `fixtures/schema_5.sql` was written by the bank as it was before currencies had the decimals of ISO 4217, before
//! passwords were prepared, and before attempts could be interrupted: a customer with accounts in euros, yen and
//! francs, who has a wrong PIN behind him; two customers whose e-mail addresses look alike; payments of a shop.

use std::path::Path;
use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, Pepper};
use bank_core::model::SessionKind;
use bank_core::{Bank, Refusal};
use kit_core::{AccountNumber, Currency, Money, SecretText};
use rusqlite::Connection;

use crate::support::{PIN, Setup, WRONG, World, key};

const PEPPER: &str = "6c2c6d78ce2cc6f1c281cf87da82f56dcf0352694ae3f3ca22cb479a4f343147";
const EUROS: &str = "263191313374";
const YEN: &str = "331171621517";
const FRANCS: &str = "469983182942";

fn opened(folder: &Path) -> World {
    let path = folder.join("bank.db");
    let old = Connection::open(&path).expect("a fresh file");
    old.execute_batch(include_str!("../fixtures/schema_5.sql")).expect("the dump is whole");
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

#[test]
fn every_balance_and_entry_is_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let w = opened(folder.path());
    w.audit();
    let session = SecretText::new("a sentence of the old bank".to_owned());
    let ming =
        w.bank.log_in("ming@example.org", &session, SessionKind::Api, "here").expect("signs in").session.customer;
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
    let shop = w.bank.merchants().expect("reads").first().expect("the fixture's merchant").id;
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
