//! Proving a ledger in a file: what is said and when, and that nothing is written.

use std::path::Path;

use bank_core::store::Store;
use bank_core::store::sqlite::{OpenError, SqliteStore};
use bank_core::{CheckNews, check, check_aloud};
use rusqlite::Connection;

use crate::support::{PIN, Setup, paid};

/// A bank in a file that has moved money, and is closed again.
fn bank(path: &Path) {
    let w = Setup::sqlite(path).open();
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    assert_eq!(paid(&w.pay(shop, "order-1", ada.account, 100, PIN)), "ok");
    assert_eq!(paid(&w.pay(shop, "order-2", ada.account, 50, PIN)), "ok");
    w.audit();
}

/// Everything that is said, in the order of saying.
fn listen(store: &dyn Store) -> (Vec<String>, bank_core::Report) {
    let mut said = Vec::new();
    let report = check_aloud(store, |news| {
        said.push(match news {
            CheckNews::Transfers { done, all } => format!("{done}/{all}"),
            CheckNews::Payments { done } => format!("{done} payments"),
            CheckNews::Violation(line) => line.to_owned(),
        });
    });
    (said, report.expect("reads"))
}

#[test]
fn a_sound_ledger_is_proved_without_a_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    bank(&path);
    let before = std::fs::read(&path).expect("reads");
    let store = SqliteStore::open_read_only(&path).expect("opens");
    let (said, report) = listen(&store);
    assert_eq!(said, ["3/3", "2 payments"]);
    assert_eq!((report.transfers, report.payments, report.violations.len()), (3, 2, 0));
    assert!(store.write(&mut |tx| Ok(tx.set_pepper_check([0; 32])?)).is_err(), "it is not opened for writing");
    drop(store);
    assert_eq!(std::fs::read(&path).expect("reads"), before);
}

#[test]
fn each_violation_is_said_when_it_is_found_and_all_are_in_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    bank(&path);
    // No program of ours can do this: somebody edits the file.
    Connection::open(&path)
        .and_then(|c| {
            c.execute_batch(
                "DROP TRIGGER transfers_stand;
                 UPDATE transfers SET amount = amount + 1 WHERE seq = 2;
                 UPDATE accounts SET frozen = 1, credits_posted = credits_posted + 7 WHERE owner_kind = 'merchant';",
            )
        })
        .expect("edits");
    let store = SqliteStore::open_read_only(&path).expect("opens");
    let (said, report) = listen(&store);
    let at = |words: &str| said.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{said:#?}"));
    assert!(at("transfer 2: running balance") < at("3/3"), "before the transfers are done");
    assert!(at("captured or refunded is not what its transfers say") < at("2 payments"));
    assert!(at("2 payments") < at("its figures are not the sums of its transfers"));
    assert!(said.last().is_some_and(|line| line.contains("accounts add up to 7")), "{said:#?}");
    assert!(report.violations.is_empty(), "said, and not kept");
    let kept = check(&store, |_| {}).expect("reads").violations;
    let violations: Vec<_> = said.into_iter().filter(|l| !l.ends_with("3/3") && !l.ends_with("2 payments")).collect();
    assert_eq!(kept, violations);
}

#[test]
fn an_older_file_is_refused_to_readers_and_brought_up_to_date_by_a_bank() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bank.db");
    bank(&path);
    // The schema before merchants' payments were listed, with what came after it taken out.
    let first = "DROP TABLE eras; DROP TABLE mails; DROP TABLE reset_requests; DROP TABLE password_resets;
                 DROP INDEX payments_by_merchant; DROP TABLE main_currency; DROP TABLE payees;
                 ALTER TABLE customers DROP COLUMN language;
                 ALTER TABLE idempotency_keys DROP COLUMN expires_at;
                 ALTER TABLE payments DROP COLUMN rest_voided;
                 ALTER TABLE tries DROP COLUMN pending; ALTER TABLE tries DROP COLUMN boot;
                 ALTER TABLE tries DROP COLUMN interrupted; PRAGMA user_version = 1;";
    Connection::open(&path).and_then(|c| c.execute_batch(first)).expect("edits");
    let refused = SqliteStore::open_read_only(&path).err().expect("refused");
    assert!(matches!(refused, OpenError::Older { found: 1, .. }), "{refused}");
    let copy = folder.path().join("before.db");
    SqliteStore::backup(&path, &copy).expect("copied as it is");

    let listed = |path: &Path| {
        let store = SqliteStore::open(path).expect("migrates");
        let merchant = bank_core::store::StoreExt::view(&store, |tx| Ok(tx.all_merchants()?[0].id)).expect("reads");
        let main = bank_core::store::StoreExt::view(&store, |tx| Ok(tx.main_currency()?)).expect("reads");
        assert_eq!(main, Some(kit_core::Currency::EUR), "what the bank's cash account is kept in");
        let ada = bank_core::store::StoreExt::view(&store, |tx| Ok(tx.customer_by_email("ada@example.org")?));
        assert_eq!(ada.expect("reads").map(|c| c.language), Some(kit_core::Language::English));
        bank_core::store::StoreExt::view(&store, |tx| Ok(tx.payments_of(merchant, &Default::default(), None, 10)?))
            .expect("reads")
            .len()
    };
    assert_eq!((listed(&path), listed(&copy)), (2, 2));
    let (_, report) = listen(&SqliteStore::open_read_only(&path).expect("up to date"));
    assert_eq!(report.transfers, 3);
}
