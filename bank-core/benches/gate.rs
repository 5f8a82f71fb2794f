//! The gate: 1, 64 and 256 callers with one transfer at a time each, and submissions of 8,189; on SQLite on disk and in
//! memory. In the same run, what bare SQLite makes of the same machine: one minimal row a durable transaction, and
//! 8,189 rows a transaction.
//!
//! `cargo bench -p bank-core --bench gate`; compare the item/s columns. No PIN is hashed here.

use std::path::Path;
use std::sync::Arc;

use bank_core::command::{Command, Consent, Move};
use bank_core::model::{CustomerId, PaymentId, TransferId};
use bank_core::store::Store;
use bank_core::store::memory::MemoryStore;
use bank_core::store::sqlite::SqliteStore;
use bank_core::testing::{PlainHasher, pin};
use bank_core::{Bank, BankConfig, BankParts, Registration};
use divan::Bencher;
use divan::counter::ItemsCount;
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, MAX_MINOR, Money, SecretText};
use rusqlite::Connection;

/// Customers who move money between two accounts of their own.
const CUSTOMERS: usize = 64;
/// Merchants whose payments come in turn.
const MERCHANTS: usize = 8;
/// As many as fit in one batch.
const LARGE: usize = 8_189;
/// Calls of one round, shared by its callers.
const CALLS: usize = 1_024;
/// The fewest calls of one caller, so that starting the threads weighs little beside them.
const SHARE: usize = 64;

fn main() {
    divan::main();
}

struct Bench {
    bank: Bank,
    env: Env,
    savers: Vec<(CustomerId, AccountNumber, AccountNumber)>,
}

impl Bench {
    fn new(store: Arc<dyn Store>) -> Self {
        let env = Env::system();
        let hasher = Arc::new(PlainHasher::default());
        let bank = Bank::open(BankParts { store, hasher, env: env.clone(), config: BankConfig::default() });
        let bank = bank.expect("the bank opens");
        let saver = |n| {
            let registered = bank.register(&Registration {
                name: format!("Saver {n}"),
                email: format!("saver-{n}@example.org"),
                password: SecretText::new("a short sentence is good".into()),
                pin: pin("804917"),
                language: Language::English,
                log_in: None,
            });
            let registered = registered.expect("registers");
            let (id, from) = (registered.customer.id, registered.account.number);
            let to = bank.open_account(id, "Savings", kit_core::Currency::EUR, &pin("993846")).expect("opens").number;
            let key = IdempotencyKey::from_uuid(env.uuid());
            bank.deposit(id, &key, from, Money::new(MAX_MINOR, Currency::EUR)).expect("deposits");
            (id, from, to)
        };
        let savers = (0..CUSTOMERS).map(saver).collect();
        Self { bank, env, savers }
    }

    fn transfer(&self, n: usize) -> Command {
        let (customer, from, to) = self.savers[n % CUSTOMERS];
        Command::Transfer(Move {
            id: TransferId::from_uuid(self.env.uuid()),
            customer,
            key: IdempotencyKey::from_uuid(self.env.uuid()),
            from,
            to,
            amount: Money::new(1, Currency::EUR),
            reference: "savings".to_owned(),
            consent: Consent::Session,
        })
    }

    /// Each caller submits one command, waits for its reply, and submits the next.
    fn callers(&self, bencher: Bencher<'_, '_>, callers: usize) {
        let share = (CALLS / callers).max(SHARE);
        let commands = || (0..callers).map(|c| (0..share).map(|_| self.transfer(c)).collect()).collect();
        bencher.counter(ItemsCount::new(share * callers)).with_inputs(commands).bench_local_values(
            |commands: Vec<Vec<Command>>| {
                std::thread::scope(|scope| {
                    for own in commands {
                        scope.spawn(move || own.into_iter().for_each(|command| self.call(command)));
                    }
                });
            },
        );
    }

    fn call(&self, command: Command) {
        let outcome = self.bank.gate().call(command).expect("there is room").expect("the store works");
        assert!(outcome.result.is_ok() && !outcome.replayed);
    }

    /// One submission fills a batch with new payments, of several merchants in turn. Fences are payments that no PIN was
    /// asked for: a row of the payment, and its key.
    fn payments(&self, bencher: Bencher<'_, '_>) {
        let merchant = |n| self.bank.create_merchant(&format!("Merchant {n}")).expect("a merchant").merchant.id;
        let merchants: Vec<_> = (0..MERCHANTS).map(merchant).collect();
        let fence = |n: usize| Command::VoidKey {
            merchant: merchants[n % MERCHANTS],
            key: IdempotencyKey::from_uuid(self.env.uuid()),
            fence: PaymentId::from_uuid(self.env.uuid()),
        };
        let commands = || (0..LARGE).map(fence).collect();
        bencher.counter(ItemsCount::new(LARGE)).with_inputs(commands).bench_local_values(|commands: Vec<Command>| {
            let replies = self.bank.gate().submit(commands).expect("there is room").wait();
            assert!(replies.iter().all(|reply| reply.as_ref().is_ok_and(|outcome| outcome.result.is_ok())));
        });
    }

    /// One submission fills a batch.
    fn large(&self, bencher: Bencher<'_, '_>) {
        let commands = || (0..LARGE).map(|n| self.transfer(n)).collect();
        bencher.counter(ItemsCount::new(LARGE)).with_inputs(commands).bench_local_values(|commands: Vec<Command>| {
            let replies = self.bank.gate().submit(commands).expect("there is room").wait();
            assert!(replies.iter().all(|reply| reply.as_ref().is_ok_and(|outcome| outcome.result.is_ok())));
        });
    }
}

/// A folder on the disk that holds the build: /tmp may be memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in target/")
}

fn on_disk(path: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(path).expect("a fresh file opens"))
}

#[divan::bench(args = [1, 64, 256], sample_count = 20, max_time = 5)]
fn callers_sqlite(bencher: Bencher<'_, '_>, callers: usize) {
    let folder = folder();
    Bench::new(on_disk(&folder.path().join("bank.db"))).callers(bencher, callers);
}

#[divan::bench(args = [1, 64, 256], sample_count = 20, max_time = 5)]
fn callers_memory(bencher: Bencher<'_, '_>, callers: usize) {
    Bench::new(Arc::new(MemoryStore::new())).callers(bencher, callers);
}

#[divan::bench(sample_count = 20, max_time = 5)]
fn large_sqlite(bencher: Bencher<'_, '_>) {
    let folder = folder();
    Bench::new(on_disk(&folder.path().join("bank.db"))).large(bencher);
}

#[divan::bench(sample_count = 20, max_time = 5)]
fn large_memory(bencher: Bencher<'_, '_>) {
    Bench::new(Arc::new(MemoryStore::new())).large(bencher);
}

#[divan::bench(sample_count = 100, max_time = 20)]
fn large_payments_sqlite(bencher: Bencher<'_, '_>) {
    let folder = folder();
    Bench::new(on_disk(&folder.path().join("bank.db"))).payments(bencher);
}

/// What the machine can do: the smallest row there is, with the bank's own pragmas.
#[divan::bench(args = [1, LARGE], sample_count = 20, max_time = 5)]
fn bare_sqlite_rows_a_transaction(bencher: Bencher<'_, '_>, rows: usize) {
    let folder = folder();
    let connection = Connection::open(folder.path().join("bare.db")).expect("opens");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             CREATE TABLE entries (seq INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT;",
        )
        .expect("a fresh file");
    let transactions = if rows == 1 { CALLS } else { 1 };
    bencher.counter(ItemsCount::new(rows * transactions)).bench_local(|| {
        for _ in 0..transactions {
            connection.execute_batch("BEGIN IMMEDIATE").expect("begins");
            let mut insert = connection.prepare_cached("INSERT INTO entries (amount) VALUES (?1)").expect("prepares");
            for _ in 0..rows {
                insert.execute([1]).expect("inserts");
            }
            connection.execute_batch("COMMIT").expect("commits");
        }
    });
}
