//! `check` and `backup`, beside a bank that serves, and the drill: a backup is worth what can be restored from it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bank_core::model::{CaptureMode, PaymentState};
use bank_core::{Bank, PaymentRequest, Registration};
use bank_site::{StoreConfig, open_bank};
use kit_core::{AccountNumber, Currency, Delivery, Env, IdempotencyKey, Language, Money, Pin, SecretText};

use crate::cli::{ends, fails, folder, program, run};

const PIN: &str = "804917";
const PASSWORD: &str = "a short sentence is good";

/// A serving bank; killed when dropped.
struct Serving(Child);

impl Serving {
    fn start(folder: &Path) -> Self {
        let mut child = program(folder, &["serve", "--listen", "127.0.0.1:0"], &[])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("reads");
        assert!(line.starts_with("The bank is open at"), "{line}");
        Self(child)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn open(folder: &Path) -> Bank {
    open_bank(StoreConfig::new(folder.join("data/bank.db"))).unwrap_or_else(|error| panic!("{error}"))
}

fn pin() -> Pin {
    Pin::parse(PIN).expect("a PIN")
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn fresh_key() -> IdempotencyKey {
    IdempotencyKey::from_uuid(Env::system().uuid())
}

fn customer(bank: &Bank) -> AccountNumber {
    let new = Registration {
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        password: SecretText::new(PASSWORD.to_owned()),
        pin: pin(),
        language: Language::English,
        log_in: None,
    };
    bank.register(&new).unwrap_or_else(|error| panic!("{error}")).account.number
}

#[test]
fn a_mail_that_was_given_up_is_listed_with_its_customer() {
    let folder = folder();
    let bank = open(folder.path());
    let new = Registration {
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        password: SecretText::new(PASSWORD.to_owned()),
        pin: pin(),
        language: Language::English,
        log_in: Some(bank_core::model::SessionKind::Api),
    };
    let session = bank.register(&new).expect("registers").session.expect("a session").session;
    let list = || ends(&run(folder.path(), &["alerts"], &[]), 0).0;
    let (old, fresh) = (new.password, SecretText::new("another sentence is good".to_owned()));
    bank.change_password(&session, &old, &fresh).expect("changed");
    assert_eq!(list(), "", "it waits");
    let mail = bank.letters(1).expect("the store answers").remove(0).mail;
    let state = Delivery::GaveUp { at: bank.time() };
    bank.settle_mail(mail.id, state, Some("550 no such user")).expect("written");
    let listed = list();
    let first = format!("mail-given-up  customer {}  password-changed: 550 no such user\n", session.customer);
    assert!(listed.contains(&first) && listed.contains("\n  Ada <ada@example.org> did not get this mail."), "{listed}");
}

/// Deposits without a pause as long as `work` lasts; how many there were before it, and after.
fn beside_writes<T>(bank: &Bank, number: AccountNumber, work: impl FnOnce() -> T) -> (T, u64, u64) {
    let (stop, posted) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                bank.deposit_by_operator(&fresh_key(), number, euros(100)).expect("nothing stops a deposit");
                posted.fetch_add(1, Ordering::Relaxed);
            }
        });
        while posted.load(Ordering::Relaxed) < 20 {
            assert!(!writer.is_finished(), "the writer writes");
            std::thread::yield_now();
        }
        let before = posted.load(Ordering::Relaxed);
        let result = work();
        stop.store(true, Ordering::Relaxed);
        writer.join().expect("no panic");
        (result, before, posted.load(Ordering::Relaxed))
    })
}

/// How many transfers `check` counted in a ledger that it found sound.
#[track_caller]
fn sound(folder: &Path, database: &str) -> u64 {
    let (out, err) = ends(&run(folder, &["check", "--database", database], &[]), 0);
    assert_eq!((out.lines().count(), err.as_str()), (1, ""), "a small ledger needs no progress: {out}");
    let line = out.strip_prefix("checked ").and_then(|rest| rest.split_once(" transfers"));
    line.and_then(|(count, _)| count.parse().ok()).unwrap_or_else(|| panic!("{out}"))
}

#[test]
fn check_runs_beside_a_serving_bank_that_takes_writes() {
    let folder = folder();
    let _serving = Serving::start(folder.path());
    let bank = open(folder.path());
    let ada = customer(&bank);
    let (checked, before, after) =
        beside_writes(&bank, ada, || (0..3).map(|_| sound(folder.path(), "data/bank.db")).collect::<Vec<_>>());
    assert!(checked.is_sorted() && before <= checked[0] && checked[2] <= after, "{before} {checked:?} {after}");
}

#[test]
fn check_prints_each_violation_and_ends_with_1() {
    let folder = folder();
    let bank = open(folder.path());
    let ada = customer(&bank);
    (0..3).for_each(|_| drop(bank.deposit_by_operator(&fresh_key(), ada, euros(100)).expect("deposits")));
    drop(bank);
    let database = folder.path().join("data/bank.db");
    rusqlite::Connection::open(&database)
        .and_then(|c| {
            c.execute_batch(
                "DROP TRIGGER transfers_stand; DROP TRIGGER transfers_stay;
                 UPDATE transfers SET amount = 90 WHERE seq = 2; DELETE FROM transfers WHERE seq = 3;",
            )
        })
        .expect("somebody edits the file");
    let before = std::fs::read(&database).expect("reads");
    let (out, err) = ends(&run(folder.path(), &["check"], &[]), 1);
    assert_eq!(err, "", "violations are the result, not an error");
    for words in [
        "transfer 2: running balance",
        "its figures are not the sums of its transfers",
        "its newest transfer is 2, not 3",
        "the ledger's head is at 3, its transfers end at 2",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    let (last, violations) = (out.lines().last().unwrap_or_default(), out.lines().count() - 1);
    assert!(last.ends_with(&format!("{violations} violations")) && violations >= 5, "{out}");
    assert_eq!(std::fs::read(&database).expect("reads"), before, "a check changes nothing");
}

#[test]
fn check_and_backup_that_cannot_be_made_end_with_2() {
    let folder = folder();
    for command in [&["check"][..], &["backup", "copy.db"]] {
        let with = |database| run(folder.path(), &[command, &["--database", database]].concat(), &[]);
        fails(&with("none.db"), 2, "there is no database at none.db");
        std::fs::write(folder.path().join("other.db"), "not a database, but long enough to look at it for a while")
            .expect("writes");
        fails(&with("other.db"), 2, "other.db");
        assert!(!folder.path().join("none.db").exists() && !folder.path().join("copy.db").exists());
    }
    ends(&run(folder.path(), &["create-merchant", "Shop"], &[]), 0);
    let database = folder.path().join("data/bank.db");
    rusqlite::Connection::open(&database)
        .and_then(|c| {
            c.execute_batch(
                "DROP TABLE eras; DROP TABLE mails; DROP TABLE reset_requests; DROP TABLE password_resets;
                 DROP INDEX payments_by_merchant; DROP TABLE main_currency; DROP TABLE payees;
                 ALTER TABLE tries DROP COLUMN pending; ALTER TABLE tries DROP COLUMN boot;
                 ALTER TABLE tries DROP COLUMN interrupted;
                 ALTER TABLE customers DROP COLUMN language;
                 ALTER TABLE idempotency_keys DROP COLUMN expires_at;
                 ALTER TABLE payments DROP COLUMN rest_voided; PRAGMA user_version = 1",
            )
        })
        .expect("an older version's file");
    fails(&run(folder.path(), &["check"], &[]), 2, "written by an older version (schema 1");
    ends(&run(folder.path(), &["backup", "older.db"], &[]), 0);
    std::fs::write(folder.path().join("dear.db"), "dear").expect("writes");
    fails(&run(folder.path(), &["backup", "dear.db"], &[]), 2, "dear.db is there already");
    fails(&run(folder.path(), &["backup", "no/such/folder/copy.db"], &[]), 2, "cannot write the backup");
    assert_eq!(std::fs::read(folder.path().join("dear.db")).expect("reads"), b"dear");
    // A row that cannot be read is no violation but no proof either.
    ends(&run(folder.path(), &["create-merchant", "Another"], &[]), 0);
    rusqlite::Connection::open(&database)
        .and_then(|c| c.execute_batch("UPDATE accounts SET currency = 'euro' WHERE owner_kind = 'merchant'"))
        .expect("somebody edits the file");
    fails(&run(folder.path(), &["check"], &[]), 2, "the check could not be finished");
}

#[test]
fn a_bank_restored_from_a_backup_made_while_it_served_is_whole_and_knows_its_pins() {
    let folder = folder();
    let serving = Serving::start(folder.path());
    let bank = open(folder.path());
    let ada = customer(&bank);
    let shop = bank.create_merchant("Shop").unwrap_or_else(|error| panic!("{error}"));
    let pay = |bank: &Bank| {
        let request = PaymentRequest {
            account: ada,
            pin: pin(),
            amount: euros(50),
            capture: CaptureMode::Immediate,
            reference: "Order".to_owned(),
        };
        bank.create_payment(shop.merchant.id, &fresh_key(), &request).expect("the PIN is right").payment.state
    };
    bank.deposit_by_operator(&fresh_key(), ada, euros(10_000)).expect("deposits");
    assert_eq!(pay(&bank), PaymentState::Captured);

    let (backup, before, after) = beside_writes(&bank, ada, || run(folder.path(), &["backup", "copy.db"], &[]));
    let (out, words) = ends(&backup, 0);
    assert!(out.starts_with("copy.db is a verified backup of data/bank.db"), "{out}");
    assert!(words.contains("data/bank.key"), "the key is spoken of: {words}");
    assert_eq!(pay(&bank), PaymentState::Captured, "the bank went on meanwhile and goes on");
    drop((bank, serving));

    // Another machine: the copy in its place, and first without its key.
    let restored = folder.path().join("restored");
    kit_sqlite::private::make_folder(&restored.join("data")).expect("a folder");
    std::fs::copy(folder.path().join("copy.db"), restored.join("data/bank.db")).expect("copies");
    let transfers = sound(&restored, "data/bank.db");
    assert!((before + 2..=after + 2).contains(&transfers), "{before} {transfers} {after}");
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    fails(&run(&restored, &serve, &[]), 2, "the key file data/bank.key is missing beside an existing database");
    std::fs::copy(folder.path().join("data/bank.key"), restored.join("data/bank.key")).expect("copies");
    drop(Serving::start(&restored));
    let bank = open(&restored);
    assert_eq!(pay(&bank), PaymentState::Captured, "the customer's PIN still opens the account");
    let merchant = bank.authenticate_merchant(&shop.api_key).expect("the merchant's key as well");
    assert_eq!(
        bank.payments(merchant.id, &Default::default(), None, 10).expect("lists").payments.len(),
        2,
        "one from before, one new"
    );
    drop(bank);
    assert_eq!(sound(&restored, "data/bank.db"), transfers + 1);
}
