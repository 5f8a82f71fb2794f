//! The gate, measured: `cargo bench -p bank-core`.
//!
//! Every figure is movements a second on this machine, in this run; quote ratios. `bare_sqlite` is the yardstick: one
//! minimal row a durable transaction, by the same SQLite with the same pragmas and nothing around it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use bank_core::command::{Command, Consent, Deposit, DepositBy, Move};
use bank_core::model::{CustomerId, TransferId};
use bank_core::store::Store;
use bank_core::store::memory::MemoryStore;
use bank_core::store::sqlite::SqliteStore;
use bank_core::testing::{PlainHasher, pin};
use bank_core::{Bank, BankConfig, BankParts, Policy, Registration};
use divan::Bencher;
use divan::counter::ItemsCount;
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Money, SecretText};
use rusqlite::Connection;

fn main() {
    divan::main();
}

/// Movements of one round, whatever the number of callers.
const ROUND: usize = 4_096;
/// As many commands as one batch holds.
const BATCH: usize = 8_189;
/// Different customers, so that callers do not all touch the same two rows.
const CUSTOMERS: usize = 256;

static FILES: AtomicU64 = AtomicU64::new(0);

/// A file of its own below the target folder, on the disk that the build is on.
fn fresh_file() -> PathBuf {
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("gate-{}-{number}.db", std::process::id()));
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    path
}

fn on_disk() -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&fresh_file()).expect("a fresh file opens"))
}

fn in_memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

struct World {
    bank: Bank,
    env: Env,
    people: Vec<(CustomerId, AccountNumber, AccountNumber)>,
}

impl World {
    fn new(store: Arc<dyn Store>) -> Self {
        let env = Env::system();
        let config =
            BankConfig { policy: Policy { daily_deposit: None, ..Policy::default() }, ..BankConfig::default() };
        let parts = BankParts { store, hasher: Arc::new(PlainHasher::default()), env: env.clone(), config };
        let bank = Bank::open(parts).expect("the bank opens");
        let person = |n: usize| {
            let new = bank
                .register(&Registration {
                    name: format!("Customer {n}"),
                    email: format!("customer-{n}@example.org"),
                    password: SecretText::new("a short sentence is good".to_owned()),
                    pin: pin("804917"),
                    log_in: None,
                })
                .expect("registers");
            let (id, first) = (new.customer.id, new.account.number);
            let second = bank.open_account(id, "Savings", &pin("804917")).expect("opens").number;
            let key = IdempotencyKey::from_uuid(env.uuid());
            bank.deposit(id, &key, first, eur(100_000_000)).expect("deposits");
            (id, first, second)
        };
        let people = (0..CUSTOMERS).map(person).collect();
        Self { bank, env, people }
    }

    /// One cent from a customer's account to another of theirs.
    fn transfer(&self, n: usize) -> Command {
        let (customer, from, to) = self.people[n % CUSTOMERS];
        let (id, key) = (TransferId::from_uuid(self.env.uuid()), IdempotencyKey::from_uuid(self.env.uuid()));
        let (amount, reference, consent) = (eur(1), String::new(), Consent::Session);
        Command::Transfer(Move { id, customer, key, from, to, amount, reference, consent })
    }

    fn deposit(&self, n: usize) -> Command {
        let (customer, account, _) = self.people[n % CUSTOMERS];
        let (id, key) = (TransferId::from_uuid(self.env.uuid()), IdempotencyKey::from_uuid(self.env.uuid()));
        Command::Deposit(Deposit { id, by: DepositBy::Customer(customer), key, account, amount: eur(1) })
    }

    /// `callers` threads, each waiting for its own movement before it asks for the next.
    fn round(&self, callers: usize) {
        thread::scope(|scope| {
            for caller in 0..callers {
                scope.spawn(move || {
                    for n in 0..ROUND / callers {
                        let outcome = self.bank.gate().call(self.transfer(caller * 31 + n));
                        assert!(outcome.expect("room").expect("posted").result.is_ok());
                    }
                });
            }
        });
    }
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn callers(bencher: Bencher<'_, '_>, store: Arc<dyn Store>, callers: usize) {
    let world = World::new(store);
    bencher.counter(ItemsCount::new(ROUND)).bench(|| world.round(callers));
}

fn batches(bencher: Bencher<'_, '_>, store: Arc<dyn Store>) {
    let world = World::new(store);
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(|| (0..BATCH).map(|n| world.deposit(n)).collect::<Vec<_>>())
        .bench_values(|commands| {
            let replies = world.bank.gate().submit(commands).expect("room").wait();
            assert!(replies.into_iter().all(|reply| reply.expect("posted").result.is_ok()));
        });
}

#[divan::bench(args = [1, 64, 256], sample_count = 7, sample_size = 1)]
fn gate_on_disk(bencher: Bencher<'_, '_>, threads: usize) {
    callers(bencher, on_disk(), threads);
}

#[divan::bench(args = [1, 64, 256], sample_count = 7, sample_size = 1)]
fn gate_in_memory(bencher: Bencher<'_, '_>, threads: usize) {
    callers(bencher, in_memory(), threads);
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn gate_on_disk_in_batches_of_8189(bencher: Bencher<'_, '_>) {
    batches(bencher, on_disk());
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn gate_in_memory_in_batches_of_8189(bencher: Bencher<'_, '_>) {
    batches(bencher, in_memory());
}

/// `rows` rows a transaction: the yardstick, with 1 for single callers and 8,189 for batches.
#[divan::bench(args = [1, BATCH], sample_count = 7, sample_size = 1)]
fn bare_sqlite(bencher: Bencher<'_, '_>, rows: usize) {
    let connection = Connection::open(fresh_file()).expect("opens");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE bare (seq INTEGER PRIMARY KEY, debit INTEGER, credit INTEGER, amount INTEGER) STRICT;",
        )
        .expect("a table");
    let transactions = ROUND.div_ceil(rows);
    bencher.counter(ItemsCount::new(transactions * rows)).bench_local(|| {
        let mut insert = connection.prepare_cached("INSERT INTO bare (debit, credit, amount) VALUES (?1, ?2, ?3)");
        let insert = insert.as_mut().expect("prepares");
        for _ in 0..transactions {
            connection.execute_batch("BEGIN IMMEDIATE").expect("begins");
            for row in 0..rows {
                insert.execute([1, 2, i64::try_from(row).expect("small")]).expect("inserts");
            }
            connection.execute_batch("COMMIT").expect("commits");
        }
    });
}
