//! The statements' read model: feeding it, searching with it and without, and posting beside its feeding. On SQLite on
//! disk, 200,000 transfers between 128 accounts.
//!
//! `cargo bench -p bank-core --bench statements`; posting beside feeding is to be as fast as posting alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bank_core::command::{Command, Consent, Move};
use bank_core::model::{CustomerId, TransferId};
use bank_core::statements::{SqliteStatements, StatementIndex};
use bank_core::store::sqlite::SqliteStore;
use bank_core::testing::{PlainHasher, pin};
use bank_core::{Bank, BankConfig, BankParts, Registration, StatementQuery};
use divan::Bencher;
use divan::counter::ItemsCount;
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, MAX_MINOR, Money, SecretText, Zone};

const CUSTOMERS: usize = 64;
const TRANSFERS: usize = 200_000;
/// As many as fit in one batch.
const LARGE: usize = 8_189;

fn main() {
    divan::main();
}

struct Bench {
    bank: Bank,
    env: Env,
    savers: Vec<(CustomerId, AccountNumber, AccountNumber)>,
    index: Arc<SqliteStatements>,
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
        let env = Env::system();
        let store = Arc::new(SqliteStore::open(&folder.path().join("bank.db")).expect("opens"));
        let index = Arc::new(SqliteStatements::open(&folder.path().join("statements.db")).expect("opens"));
        let hasher = Arc::new(PlainHasher::default());
        let bank = Bank::open(BankParts { store, hasher, env: env.clone(), config: BankConfig::default() });
        let bank = bank.expect("the bank opens").with_statements(index.clone());
        let saver = |n| {
            let registered = bank.register(&Registration {
                name: format!("Saver {n}"),
                email: format!("saver-{n}@example.org"),
                password: SecretText::new("a short sentence is good".into()),
                pin: pin("804917"),
                log_in: None,
                language: kit_core::Language::English,
            });
            let registered = registered.expect("registers");
            let (id, from) = (registered.customer.id, registered.account.number);
            let to = bank.open_account(id, "Savings", Currency::EUR, &pin("993846")).expect("opens").number;
            let key = IdempotencyKey::from_uuid(env.uuid());
            bank.deposit(id, &key, from, Money::new(MAX_MINOR, Currency::EUR)).expect("deposits");
            (id, from, to)
        };
        let savers = (0..CUSTOMERS).map(saver).collect();
        Self { bank, env, savers, index, folder }
    }

    fn filled() -> Self {
        let bench = Self::new();
        for first in (0..TRANSFERS).step_by(LARGE) {
            bench.post(first, LARGE.min(TRANSFERS - first));
        }
        bench
    }

    fn post(&self, first: usize, count: usize) {
        let command = |n: usize| {
            let (customer, from, to) = self.savers[n % CUSTOMERS];
            Command::Transfer(Move {
                id: TransferId::from_uuid(self.env.uuid()),
                customer,
                key: IdempotencyKey::from_uuid(self.env.uuid()),
                from,
                to,
                amount: Money::new(1, Currency::EUR),
                reference: format!("Order {n}"),
                consent: Consent::Session,
            })
        };
        let receipt = self.bank.gate().submit((first..first + count).map(command).collect()).expect("there is room");
        assert!(receipt.wait().iter().all(|reply| reply.as_ref().is_ok_and(|outcome| outcome.result.is_ok())));
    }

    fn feed(&self) {
        while self.bank.feed_statements().expect("feeds") > 0 {}
    }
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn feed_200_000_transfers(bencher: Bencher<'_, '_>) {
    let bench = Bench::filled();
    let again = || bench.index.clear().expect("clears");
    bencher.counter(ItemsCount::new(TRANSFERS)).with_inputs(again).bench_local_values(|()| bench.feed());
}

/// An account with 3,126 entries, some of which match; with the index, and along the ledger's links alone.
#[divan::bench(args = ["fed", "not fed"], sample_count = 20, sample_size = 1)]
fn search_3126_entries(bencher: Bencher<'_, '_>, how: &str) {
    let bench = Bench::filled();
    if how == "fed" {
        bench.feed();
    }
    let (customer, account, _) = bench.savers[0];
    let query = StatementQuery { text: "order 19".into(), ..StatementQuery::default() };
    bencher.bench_local(|| {
        let found = bench.bank.statement(customer, account, &query, None, 50).expect("searches");
        assert!(found.count > 0 && found.entries.len() <= 50);
    });
}

#[divan::bench(args = ["fed", "not fed"], sample_count = 20, sample_size = 1)]
fn chart_of_90_days(bencher: Bencher<'_, '_>, how: &str) {
    let bench = Bench::filled();
    if how == "fed" {
        bench.feed();
    }
    let (customer, account, _) = bench.savers[0];
    let today = Zone::UTC.day(bench.env.now());
    bencher.bench_local(|| {
        let history = bench.bank.balance_over_time(customer, account, today.plus(-89), today).expect("draws");
        assert_eq!(history.days.len(), 90);
    });
}

#[divan::bench(args = ["alone", "beside feeding"], sample_count = 10, sample_size = 1)]
fn post_8189_transfers(bencher: Bencher<'_, '_>, how: &str) {
    let bench = Bench::filled();
    let ended = AtomicBool::new(how == "alone");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                // As a site's housekeeping does, but without the pauses.
                bench.feed();
            }
        });
        bencher.counter(ItemsCount::new(LARGE)).bench_local(|| bench.post(0, LARGE));
        ended.store(true, Ordering::Relaxed);
    });
    assert!(bench.folder.path().exists());
}
