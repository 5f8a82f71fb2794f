//! The gate's contract, kept by the real ledger: batches by hand, and stores that run closures twice, fail or panic.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bank_core::command::{Capture, Command, Consent, Deposit, DepositBy, Done, Move, Open, Pay, Payee, Refund};
use bank_core::error::Error;
use bank_core::model::{
    CaptureMode, CustomerId, MerchantId, Owner, PaymentId, PaymentState, StoredHash, StoredPin, Transfer, TransferId,
};
use bank_core::store::memory::MemoryStore;
use bank_core::store::{ReadTx, Store, StoreExt, WriteTx};
use bank_core::testing::{pin, proof};
use bank_core::{BankConfig, Policy, Result};
use kit_core::gate::{Limits, Reply, SubmitError};
use kit_core::{AccountNumber, Clock, Env, StoreFailure, Timestamp};

use crate::support::{
    DAY, PIN, Person, START, Setup, World, eur, key, new_account, new_customer, paid, payment_in, replied, told,
};

// ── Commands, with ids of their own ──────────────────────────────────────────────────────────────────────────────────

/// Makes commands, as an embedder that submits batches does.
struct Maker(Env);

impl Maker {
    fn new() -> Self {
        Self(Env::with(Arc::new(kit_core::ManualClock::at(START)), 99))
    }

    fn transfer_id(&self) -> TransferId {
        TransferId::from_uuid(self.0.uuid())
    }

    fn payment_id(&self) -> PaymentId {
        PaymentId::from_uuid(self.0.uuid())
    }

    fn deposit(&self, name: &str, account: AccountNumber, minor: i64) -> Command {
        let by = DepositBy::Operator;
        Command::Deposit(Deposit { id: self.transfer_id(), by, key: key(name), account, amount: eur(minor) })
    }

    fn to_own(&self, name: &str, customer: CustomerId, from: AccountNumber, to: AccountNumber, minor: i64) -> Command {
        let (id, reference, consent) = (self.transfer_id(), "savings".to_owned(), Consent::Session);
        Command::Transfer(Move { id, customer, key: key(name), from, to, amount: eur(minor), reference, consent })
    }

    fn authorize(&self, w: &World, merchant: MerchantId, name: &str, who: &Person, minor: i64) -> (PaymentId, Command) {
        let id = self.payment_id();
        let account = w.store.view(|tx| Ok(tx.account(who.account)?)).expect("reads").expect("it is there");
        let amount = eur(minor);
        let pay = Pay {
            id,
            transfer: self.transfer_id(),
            merchant,
            key: key(name),
            payer: Some(who.account),
            amount,
            capture: CaptureMode::Manual,
            reference: "order".into(),
            expires_after_seconds: DAY.as_secs(),
            consent: Some(Consent::Pin(proof(&account, Payee::Merchant(merchant), amount))),
        };
        (id, Command::Pay(pay))
    }

    fn capture(&self, merchant: MerchantId, name: &str, payment: PaymentId) -> Command {
        let (transfer, key) = (self.transfer_id(), key(name));
        Command::Capture(Capture { merchant, payment, transfer, key, amount: None, last: true })
    }

    fn refund(&self, merchant: MerchantId, name: &str, payment: PaymentId, minor: i64) -> Command {
        let (transfer, key) = (self.transfer_id(), key(name));
        Command::Refund(Refund { merchant, payment, transfer, key, amount: eur(minor) })
    }

    fn void_key(&self, merchant: MerchantId, name: &str) -> Command {
        Command::VoidKey { merchant, key: key(name), fence: self.payment_id() }
    }
}

/// Ada with a current account and savings.
fn saver(w: &World, minor: i64) -> (Person, AccountNumber) {
    let ada = w.person("Ada", minor);
    let savings =
        w.bank.open_account(ada.id, "Savings", kit_core::Currency::EUR, &pin("1357924")).expect("opens").number;
    (ada, savings)
}

fn all(replies: &[Reply<bank_core::command::Outcome>]) -> Vec<&'static str> {
    replies.iter().map(replied).collect()
}

// ── Later commands see what earlier ones staged ──────────────────────────────────────────────────────────────────────

#[test]
fn a_key_repeated_in_one_batch_is_a_replay() {
    let (w, make) = (World::new(), Maker::new());
    let ada = w.person("Ada", 0);
    let again = |minor| make.deposit("salary", ada.account, minor);
    let replies = w.batch(vec![again(100), again(100), again(101), again(100)]);
    assert_eq!(all(&replies), ["ok", "replayed", "idempotency-key-reuse", "replayed"]);
    assert_eq!(w.balance(&ada).0, 100);
    assert_eq!(all(&w.batch(vec![again(100)])), ["replayed"], "and in a later batch");
    w.audit();
}

#[test]
fn an_account_opened_in_a_batch_is_used_in_it() {
    let policy = Policy { accounts_per_customer: 2, ..Policy::default() };
    let w = Setup { config: BankConfig { policy, ..BankConfig::default() }, ..Setup::default() }.open();
    let make = Maker::new();
    let customer = new_customer(&make.0, "grace");
    let open = |number: u64, customer: Option<&bank_core::model::Customer>, id| {
        let account = new_account(number, Owner::Customer(id));
        let pin = Some(StoredPin { account: account.number, hash: StoredHash("hash".into()) });
        Command::Open(Box::new(Open { account, pin, customer: customer.cloned(), merchant: None, event: None }))
    };
    let (first, second) = (AccountNumber::from_payload(1), AccountNumber::from_payload(2));
    let twin = bank_core::model::Customer { id: CustomerId::from_uuid(make.0.uuid()), ..customer.clone() };
    let replies = w.batch(vec![
        open(1, Some(&customer), customer.id),
        make.deposit("first", first, 100),
        open(2, None, customer.id),
        make.to_own("save", customer.id, first, second, 30),
        open(3, None, customer.id),
        open(4, Some(&twin), twin.id),
        open(2, None, customer.id),
    ]);
    assert_eq!(all(&replies), ["ok", "ok", "ok", "ok", "too-many-accounts", "email-taken", "same-account"]);
    let balances = w.bank.accounts(customer.id).expect("lists");
    assert_eq!(balances.iter().map(|a| a.balance.posted).collect::<Vec<_>>(), [eur(70), eur(30)]);
    w.audit();
}

#[test]
fn a_hold_is_made_captured_and_refunded_in_one_batch() {
    let (w, make) = (World::new(), Maker::new());
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    let (id, pay) = make.authorize(&w, shop, "order", &ada, 900);
    let (_, more) = make.authorize(&w, shop, "more", &ada, 101);
    let replies = w.batch(vec![
        pay.clone(),
        more,
        make.capture(shop, "capture", id),
        make.refund(shop, "refund", id, 400),
        make.void_key(shop, "order"),
        pay,
        make.void_key(shop, "never"),
        make.authorize(&w, shop, "never", &ada, 1).1,
    ]);
    let expected = ["ok", "insufficient-funds", "ok", "ok", "already-captured", "replayed", "ok", "voided"];
    assert_eq!(all(&replies), expected);
    assert_eq!((payment_in(&replies[0]), payment_in(&replies[5])), (id, id));
    assert_eq!(w.balance(&ada), (500, 500));
    w.audit();
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Shows another time whenever it is asked, forwards or backwards.
struct Restless {
    shown: Mutex<Timestamp>,
    step_micros: i64,
}

impl Clock for Restless {
    fn now(&self) -> Timestamp {
        let mut shown = self.shown.lock().expect("lock");
        *shown = Timestamp::from_micros(shown.micros() + self.step_micros);
        *shown
    }
}

#[test]
fn a_batch_has_one_time_and_the_ledgers_never_runs_backwards() {
    for step_micros in [1_000_000, -1_000_000] {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let clock = Arc::new(Restless { shown: Mutex::new(START), step_micros });
        let bank = bank_core::Bank::open_manual(bank_core::BankParts {
            store: Arc::clone(&store),
            hasher: Arc::new(bank_core::testing::PlainHasher::default()),
            env: Env::with(clock, 7),
            config: BankConfig::default(),
        });
        let bank = bank.expect("opens");
        let ada = bank.register(&crate::support::registration("Ada")).expect("registers").account.number;
        let make = Maker::new();
        for batch in 0..3 {
            let deposit = |n| make.deposit(&format!("d-{batch}-{n}"), ada, 1);
            let receipt = bank.gate().submit((0..4).map(deposit).collect()).expect("there is room");
            assert_eq!(bank.gate().step(), 4);
            assert!(receipt.is_ready());
        }
        let times: Vec<Timestamp> =
            store.view(|tx| Ok(tx.transfers_after(0, 100)?)).expect("reads").iter().map(|t| t.at).collect();
        assert_eq!(times.len(), 12);
        assert!(times.chunks(4).all(|batch| batch.iter().all(|at| *at == batch[0])), "one time a batch: {times:?}");
        assert!(times.is_sorted(), "{times:?}");
        assert_eq!(times[0] < times[11], step_micros > 0, "a clock going backwards makes time stand still");
        assert_eq!(bank.check(|_| {}).expect("reads").violations, Vec::<String>::new());
    }
}

#[test]
fn holds_due_at_the_batchs_time_are_released_before_anything_is_judged() {
    let check = |passed: Duration, expected: [&str; 2]| {
        let (w, make) = (World::new(), Maker::new());
        let (ada, savings) = saver(&w, 1_000);
        let shop = w.merchant("Shop");
        let (id, pay) = make.authorize(&w, shop, "order", &ada, 900);
        assert_eq!(all(&w.batch(vec![pay])), ["ok"]);
        w.pass(passed);
        // Whether the capture or the one who needs the money stands first makes no difference: the time is the same.
        let spend = make.to_own("spend", ada.id, ada.account, savings, 1_000);
        let replies = w.batch(vec![make.capture(shop, "capture", id), spend]);
        assert_eq!(all(&replies), expected, "after {passed:?}");
        w.audit();
    };
    check(DAY - Duration::from_micros(1), ["ok", "insufficient-funds"]);
    check(DAY, ["wrong-state", "ok"]);
    // Going back does not bring a hold back that was released.
    let (w, make) = (World::new(), Maker::new());
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    let (id, pay) = make.authorize(&w, shop, "order", &ada, 900);
    w.batch(vec![pay]);
    w.pass(DAY);
    assert_eq!(w.bank.release_due().expect("posts"), 1);
    w.clock.set(START);
    assert_eq!(paid(&w.bank.void_payment(shop, id)), "ok");
    assert_eq!(w.bank.payment(shop, id).expect("there").state, PaymentState::Expired);
}

// ── Stores that misbehave within their contract ──────────────────────────────────────────────────────────────────────

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Runs every closure twice; what the first run did is rolled back.
    Twice,
    /// Commits, and does not know it.
    UnknownAfter,
    /// Does not commit, and does not know it.
    UnknownBefore,
    /// Fails before anything happened.
    NotCommitted,
}

/// Panics at a transfer with the reference `panic`, before it is committed; beyond that, as told.
struct Faulty {
    inner: MemoryStore,
    fault: Mutex<Fault>,
}

impl Faulty {
    fn new(fault: Fault) -> Arc<Self> {
        Arc::new(Self { inner: MemoryStore::new(), fault: Mutex::new(fault) })
    }

    fn set(&self, fault: Fault) {
        *self.fault.lock().expect("lock") = fault;
    }
}

impl Store for Faulty {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        let fault = *self.fault.lock().expect("lock");
        let discarded = || Err(Error::from(StoreFailure::not_committed("the disk is slow today")));
        let unknown = || Err(Error::from(StoreFailure::commit_unknown("the sync failed")));
        if matches!(fault, Fault::Twice | Fault::UnknownBefore | Fault::NotCommitted) {
            let first = self.inner.write(&mut |tx| work(tx).and_then(|()| discarded()));
            match fault {
                Fault::UnknownBefore => return unknown(),
                Fault::NotCommitted => return first,
                _ => {}
            }
        }
        self.inner.write(&mut |tx| {
            work(tx)?;
            let marked = tx.transfers_after(0, usize::MAX)?.iter().any(|t| t.reference == "panic");
            assert!(!marked, "a marked transfer");
            Ok(())
        })?;
        if fault == Fault::UnknownAfter { unknown() } else { Ok(()) }
    }
}

#[test]
fn a_closure_that_runs_again_gives_the_same_from_scratch() {
    let run = |fault| -> (Vec<&'static str>, Vec<Transfer>) {
        let w = Setup { store: Faulty::new(fault), ..Setup::default() }.open();
        let make = Maker::new();
        let (ada, savings) = saver(&w, 1_000);
        let shop = w.merchant("Shop");
        let (id, pay) = make.authorize(&w, shop, "order", &ada, 500);
        let replies = w.batch(vec![
            make.to_own("save", ada.id, ada.account, savings, 400),
            pay,
            make.to_own("save", ada.id, ada.account, savings, 400),
            make.to_own("too-much", ada.id, ada.account, savings, 101),
            make.capture(shop, "capture", id),
            make.void_key(shop, "fence"),
        ]);
        let mut told = all(&replies);
        told.push(paid(&w.pay(shop, "wrong", ada.account, 1, crate::support::WRONG)));
        told.push(paid(&w.pay(shop, "right", ada.account, 1, PIN)));
        w.audit();
        (told, w.store.view(|tx| Ok(tx.transfers_after(0, 100)?)).expect("reads"))
    };
    let once = run(Fault::None);
    assert_eq!(once.0, ["ok", "ok", "replayed", "insufficient-funds", "ok", "ok", "incorrect-pin", "ok"]);
    assert_eq!(once, run(Fault::Twice));
}

#[test]
fn a_command_that_panics_or_fails_does_so_alone() {
    let w = Setup { store: Faulty::new(Fault::None), ..Setup::default() }.open();
    let make = Maker::new();
    let (ada, savings) = saver(&w, 1_000);
    let twin = make.to_own("one", ada.id, ada.account, savings, 1);
    let mut panics = make.to_own("panics", ada.id, ada.account, savings, 2);
    let mut same_id = make.to_own("same-id", ada.id, ada.account, savings, 4);
    if let (Command::Transfer(panics), Command::Transfer(same), Command::Transfer(twin)) =
        (&mut panics, &mut same_id, &twin)
    {
        panics.reference = "panic".into();
        same.id = twin.id;
    }
    let last = make.to_own("last", ada.id, ada.account, savings, 8);
    let replies = w.batch(vec![twin, panics, same_id, last]);
    assert_eq!(all(&replies), ["ok", "not-committed", "not-committed", "ok"]);
    assert_eq!(w.balance(&ada).0, 1_000 - 9);
    assert_eq!(told(&w.transfer(&ada, "after", &ada, 1, PIN)), "same-account", "the bank goes on");
    w.audit();
}

#[test]
fn after_a_failed_commit_the_caller_knows_what_is_known_and_the_key_tells_the_rest() {
    let check = |fault, expected: &str, posted: bool| {
        let store = Faulty::new(Fault::None);
        let w = Setup { store: store.clone(), ..Setup::default() }.open();
        let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
        let deposit = || w.bank.deposit(ada.id, &key("salary"), ada.account, eur(100));
        let fence = || w.bank.void_key(shop, &key("order"));
        store.set(fault);
        assert_eq!(told(&deposit()), expected);
        assert_eq!(paid(&fence()), expected);
        store.set(Fault::None);
        assert_eq!(w.balance(&ada).0, if posted { 1_100 } else { 1_000 });
        assert_eq!(told(&w.bank.find_payment(shop, &key("order"))), if posted { "ok" } else { "payment-not-found" });
        // Asking again under the same key resolves it: done once, in every case.
        assert_eq!(deposit().expect("deposits").replayed, posted);
        assert_eq!(paid(&fence()), "ok");
        assert_eq!(w.balance(&ada).0, 1_100);
        w.audit();
    };
    check(Fault::UnknownAfter, "commit-unknown", true);
    check(Fault::UnknownBefore, "commit-unknown", false);
    check(Fault::NotCommitted, "not-committed", false);
}

// ── The queue ────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_full_queue_is_busy_before_anything_happened() {
    let config = BankConfig { gate: Limits { batch_commands: 3, queued_commands: 4 }, ..BankConfig::default() };
    let w = Setup { config, ..Setup::default() }.open();
    let make = Maker::new();
    let ada = w.person("Ada", 0);
    let batch = |name: &str, n: i64| (0..n).map(|i| make.deposit(&format!("{name}-{i}"), ada.account, 1)).collect();
    let first = w.bank.gate().submit(batch("first", 3)).expect("there is room");
    assert_eq!(w.bank.gate().submit(batch("second", 2)).map(drop), Err(SubmitError::Busy));
    assert_eq!(w.bank.gate().submit(batch("large", 4)).map(drop), Err(SubmitError::TooLarge { max: 3 }));
    let last = w.bank.gate().submit(batch("last", 1)).expect("there is room for one");
    assert_eq!(told(&w.bank.deposit(ada.id, &key("busy"), ada.account, eur(1))), "busy");
    assert_eq!(w.balance(&ada).0, 0);
    assert_eq!((w.bank.gate().step(), w.bank.gate().step(), w.bank.gate().step()), (3, 1, 0));
    assert_eq!((all(&first.wait()), all(&last.wait())), (vec!["ok"; 3], vec!["ok"]));
    assert!(!w.bank.deposit(ada.id, &key("busy"), ada.account, eur(1)).expect("deposits").replayed);
    assert_eq!(w.balance(&ada).0, 5);
}

#[test]
fn a_batch_that_releases_says_how_many() {
    let (w, make) = (World::new(), Maker::new());
    let (ada, shop) = (w.person("Ada", 1_000), w.merchant("Shop"));
    let holds = (0..5).map(|n| make.authorize(&w, shop, &format!("order-{n}"), &ada, 10).1).collect();
    assert_eq!(all(&w.batch(holds)), ["ok"; 5]);
    w.pass(DAY);
    let replies = w.batch(vec![Command::ReleaseDue { limit: 10 }]);
    assert!(matches!(&replies[0], Ok(outcome) if outcome.result == Ok(Done::Released(5))), "{replies:?}");
    w.audit();
}
