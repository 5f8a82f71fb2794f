//! The stores keep their contract, and the suite that says so can fail.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bank_core::error::Error;
use bank_core::model::EventKind;
use bank_core::store::memory::MemoryStore;
use bank_core::store::sqlite::SqliteStore;
use bank_core::store::{ReadTx, Store, WriteTx};
use bank_core::testing::store::{CASES, run_all};
use bank_core::{Bank, BankConfig, BankParts, OpenBankError, Result};
use kit_core::StoreFailure;
use rusqlite::Connection;

use crate::support::{PIN, ProbeHasher, Setup, eur, key, told};

#[test]
fn memory_conforms() {
    run_all(&|| Box::new(MemoryStore::new()));
}

#[test]
fn sqlite_conforms() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, case) in CASES {
        case(&SqliteStore::open(&folder.path().join(format!("{name}.db"))).expect("a fresh file opens"));
    }
}

// ── Canaries ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A store that breaks its contract in one way.
struct Broken {
    inner: MemoryStore,
    how: How,
}

#[derive(Debug, Clone, Copy)]
enum How {
    /// Keeps what a failed write did.
    KeepsErrors,
    /// Says that it is done, and forgets.
    Forgets,
    /// Runs each closure again on top of what its first run did.
    RunsOnTop,
    /// Tells the store's failures as unknown commits.
    TellsUnknown,
}

impl Store for Broken {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        match self.how {
            How::KeepsErrors => {
                let mut told = Ok(());
                self.inner.write(&mut |tx| {
                    told = work(tx);
                    Ok(())
                })?;
                told
            }
            How::Forgets => {
                let mut told = Ok(());
                let _ = self.inner.write(&mut |tx| {
                    told = work(tx);
                    Err(StoreFailure::not_committed("forgotten").into())
                });
                told
            }
            How::RunsOnTop => self.inner.write(&mut |tx| {
                work(tx)?;
                work(tx)
            }),
            How::TellsUnknown => match self.inner.write(work) {
                Err(Error::NotCommitted(cause)) => Err(Error::CommitUnknown(cause)),
                other => other,
            },
        }
    }
}

#[test]
fn the_suite_finds_broken_stores() {
    let check = |how: How, case: &str| {
        let found = CASES.iter().filter(|(_, case)| {
            let store = Broken { inner: MemoryStore::new(), how };
            catch_unwind(AssertUnwindSafe(|| case(&store))).is_err()
        });
        let found: Vec<&str> = found.map(|(name, _)| *name).collect();
        assert!(found.contains(&case), "{how:?} is found by {found:?}");
    };
    check(How::KeepsErrors, "an_error_takes_everything_back");
    check(How::Forgets, "head_and_pepper");
    check(How::RunsOnTop, "transfers");
    check(How::TellsUnknown, "what_is_unique_stays_so");
}

// ── The SQLite file ──────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_file_itself_refuses_to_forget() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    let w = Setup::sqlite(&path).open();
    let ada = w.person("Ada", 1_000);
    let raw = Connection::open(&path).expect("opens beside the bank");
    let check = |sql: &str, expected: &str| {
        let told = raw.execute(sql, []).expect_err(sql).to_string();
        assert_eq!(told, expected, "{sql}");
    };
    check("UPDATE transfers SET amount = amount + 1", "transfers are never changed");
    check("DELETE FROM transfers", "transfers are never deleted");
    check("UPDATE security_events SET kind = 'logged-in'", "security events are never changed");
    check("DELETE FROM security_events", "security events are never deleted");
    let belt = raw.execute("UPDATE accounts SET debits_posted = 2000 WHERE owner_kind = 'customer'", []);
    assert!(belt.expect_err("overdrawn").to_string().contains("CHECK constraint failed"));
    assert_eq!(w.balance(&ada), (1_000, 1_000));
    w.audit();
}

#[test]
fn what_was_told_is_there_after_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    let first = Setup::sqlite(&path).open();
    let (ada, shop) = (first.person("Ada", 1_000), first.merchant("Shop"));
    assert_eq!(told(&first.withdraw(&ada, "cash", 300, PIN)), "ok");
    assert_eq!(told(&first.pay(shop, "order", ada.account, 200, PIN)), "ok");
    drop(first);
    let second = Setup::sqlite(&path).open();
    assert_eq!(second.balance(&ada), (500, 500));
    assert!(second.withdraw(&ada, "cash", 300, PIN).expect("a replay").replayed);
    assert_eq!(second.bank.find_payment(shop, &key("order")).expect("it is kept").captured, 200);
    let kinds: Vec<_> =
        second.bank.security_events(ada.id, None, 9).expect("lists").events.iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [EventKind::LoggedIn, EventKind::Registered]);
    assert_eq!(told(&second.bank.deposit(ada.id, &key("next"), ada.account, eur(1))), "ok");
    second.audit();
}

#[test]
fn files_of_others_and_of_newer_versions_are_refused_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, sql: &str, expected: &str| {
        let path = folder.path().join(name);
        Connection::open(&path).expect("opens").execute_batch(sql).expect("runs");
        let before = std::fs::read(&path).expect("reads");
        let told = SqliteStore::open(&path).map(drop).expect_err(name).to_string();
        assert!(told.contains(expected) && !told.contains('\n'), "{told}");
        assert_eq!(std::fs::read(&path).expect("reads"), before, "{name} is left as it was");
    };
    check("newer.db", "PRAGMA application_id = 0x62616e6b; PRAGMA user_version = 99;", "newer version (schema 99)");
    check("foreign.db", "CREATE TABLE recipes (cake TEXT);", "is not a database of this program");
}

#[test]
fn a_bank_does_not_open_with_another_pepper() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    drop(Setup::sqlite(&path).open());
    let hasher = bank_core::hashing::Argon2Hasher::new(
        bank_core::hashing::Cost::CHEAPEST,
        bank_core::hashing::Pepper::from_bytes([9; 32]),
    );
    let parts = BankParts {
        store: std::sync::Arc::new(SqliteStore::open(&path).expect("opens")),
        hasher: std::sync::Arc::new(hasher),
        env: kit_core::Env::system(),
        config: BankConfig::default(),
    };
    assert!(matches!(Bank::open_manual(parts).map(drop), Err(OpenBankError::WrongPepper)));
    let same = Setup { hasher: std::sync::Arc::new(ProbeHasher::default()), ..Setup::sqlite(&path) };
    assert_eq!(told(&same.open().bank.merchants()), "ok");
}

#[test]
fn a_bank_opens_in_the_currency_of_its_accounts_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    drop(Setup::sqlite(&path).open());
    let setup = Setup::sqlite(&path);
    let parts = BankParts {
        store: setup.store,
        hasher: setup.hasher,
        env: kit_core::Env::system(),
        config: BankConfig { currency: kit_core::Currency::USD, ..BankConfig::default() },
    };
    let refused = Bank::open_manual(parts).map(drop).expect_err("another currency");
    assert_eq!(refused.to_string(), "this bank's accounts are kept in EUR; open it with that currency");
}
