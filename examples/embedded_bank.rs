//! A bank in twenty lines, in a file of its own: `cargo run --example embedded_bank`.

use std::error::Error;
use std::sync::Arc;

use bank_core::hashing::{Argon2Hasher, Cost, key_file};
use bank_core::store::sqlite::SqliteStore;
use bank_core::{Bank, BankConfig, BankParts, Refusal, Registration};
use kit_core::{Currency, Env, IdempotencyKey, Language, Money, Pin, SecretText};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("embedded-bank-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let (database, env) = (folder.join("bank.db"), Env::system());

    let pepper = key_file::read_or_make(&folder.join("bank.key"), &database, &env)?;
    let hasher = Arc::new(Argon2Hasher::new(Cost::default(), pepper));
    let store = Arc::new(SqliteStore::open(&database)?);
    let bank = Bank::open(BankParts { store, hasher, env: env.clone(), config: BankConfig::default() })?;

    let ada = bank.register(&Registration {
        name: "Ada Lovelace".into(),
        email: "ada@example.org".into(),
        password: SecretText::new("a short sentence is good".into()),
        pin: Pin::parse("804917")?,
        language: Language::English,
        log_in: None,
    })?;
    let (customer, account) = (ada.customer.id, ada.account.number);
    let eur = |text| Money::parse(text, Currency::EUR);

    let deposit = bank.deposit(customer, &IdempotencyKey::from_uuid(env.uuid()), account, eur("250.00")?)?;
    println!("{} now holds {}", account, deposit.balance_after);

    let too_much = IdempotencyKey::from_uuid(env.uuid());
    match bank.withdraw(customer, &too_much, account, eur("300.00")?, &Pin::parse("804917")?) {
        Err(bank_core::Error::Refused { refusal: Refusal::InsufficientFunds { shortfall }, .. }) => {
            println!("refused: {shortfall} short")
        }
        _ => return Err("an account must never go below zero".into()),
    }

    let report = bank.check(|_| {})?;
    println!("{} transfers checked, {} violations", report.transfers, report.violations.len());
    drop(bank);
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
