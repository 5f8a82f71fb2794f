//! A bank on a clock of its own, with people in it.

use std::fmt::Debug;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use bank_core::command::{Command, Done, Outcome};
use bank_core::hashing::{Pepper, SecretHasher, Verdict};
use bank_core::model::{
    Account, CaptureMode, Customer, CustomerId, MerchantId, Owner, PaymentId, Session, SessionKind, StoredHash,
};
use bank_core::store::memory::MemoryStore;
use bank_core::store::sqlite::SqliteStore;
use bank_core::store::{ReadTx, Store, StoreExt, WriteTx};
use bank_core::testing::{PlainHasher, pin};
use bank_core::{
    Bank, BankConfig, BankParts, Error, PaymentAnswer, PaymentRequest, Receipt, Refusal, Registration, Result,
    TransferOrder,
};
use kit_core::{AccountNumber, Currency, Env, IdempotencyKey, Language, ManualClock, Money, SecretText, Timestamp};

/// Everybody's PIN, unless a test says otherwise.
pub(crate) const PIN: &str = "804917";
/// Nobody's PIN.
pub(crate) const WRONG: &str = "993846";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "a short sentence is good";
/// A Sunday in November 2026, 16:07 UTC.
pub(crate) const START: Timestamp = Timestamp::from_micros(1_795_363_620_000_000);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) bank: Bank,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<dyn Store>,
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: CustomerId,
    pub(crate) account: AccountNumber,
    pub(crate) session: Session,
}

/// What a world is made of, where the ordinary does not do.
pub(crate) struct Setup {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) hasher: Arc<dyn SecretHasher>,
    pub(crate) config: BankConfig,
    /// Post by hand: no thread.
    pub(crate) manual: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            store: Arc::new(MemoryStore::new()),
            hasher: Arc::new(PlainHasher::default()),
            config: BankConfig::default(),
            manual: true,
        }
    }
}

impl Setup {
    pub(crate) fn sqlite(path: &Path) -> Self {
        Self { store: Arc::new(SqliteStore::open(path).expect("a fresh file opens")), ..Self::default() }
    }

    pub(crate) fn open(self) -> World {
        let clock = Arc::new(ManualClock::at(START));
        let store = Arc::clone(&self.store);
        let env = Env::with(clock.clone(), 7);
        let parts = BankParts { store: self.store, hasher: self.hasher, env, config: self.config };
        let bank = if self.manual { Bank::open_manual(parts) } else { Bank::open(parts) };
        World { bank: bank.expect("the bank opens"), clock, store }
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Setup::default().open()
    }

    /// A customer with one account, `minor` in it.
    pub(crate) fn person(&self, name: &str, minor: i64) -> Person {
        let registered = self.bank.register(&registration(name)).expect("registers");
        let account = registered.account.number;
        if minor > 0 {
            let funding = key(&format!("funding-{name}"));
            self.bank.deposit_by_operator(&funding, account, eur(minor)).expect("the operator deposits");
        }
        let session = registered.session.expect("a session was asked for").session;
        Person { id: registered.customer.id, account, session }
    }

    pub(crate) fn merchant(&self, name: &str) -> MerchantId {
        self.bank.create_merchant(name).expect("creates a merchant").merchant.id
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    pub(crate) fn balance(&self, person: &Person) -> (i64, i64) {
        let balance = self.bank.account(person.id, person.account).expect("the account is there").balance;
        (balance.posted.minor, balance.available.minor)
    }

    pub(crate) fn withdraw(&self, who: &Person, name: &str, minor: i64, digits: &str) -> Result<Receipt> {
        self.bank.withdraw(who.id, &key(name), who.account, eur(minor), &pin(digits))
    }

    pub(crate) fn transfer(&self, who: &Person, name: &str, to: &Person, minor: i64, digits: &str) -> Result<Receipt> {
        let pin = pin(digits);
        let order =
            TransferOrder { from: who.account, to: to.account, amount: eur(minor), reference: "rent", pin: Some(&pin) };
        self.bank.transfer(who.id, &key(name), &order)
    }

    pub(crate) fn pay(&self, to: MerchantId, name: &str, who: AccountNumber, minor: i64, digits: &str) -> Paid {
        self.charge(to, name, who, minor, digits, CaptureMode::Immediate)
    }

    pub(crate) fn charge(
        &self,
        to: MerchantId,
        name: &str,
        account: AccountNumber,
        minor: i64,
        digits: &str,
        capture: CaptureMode,
    ) -> Paid {
        let request =
            PaymentRequest { account, pin: pin(digits), amount: eur(minor), capture, reference: "order".into() };
        self.bank.create_payment(to, &key(name), &request)
    }

    pub(crate) fn change_account(&self, number: AccountNumber, change: impl Fn(&mut Account)) {
        let changed = self.store.update(|tx| {
            let mut account = tx.account(number)?.ok_or(Refusal::AccountNotFound)?;
            change(&mut account);
            Ok(tx.put_accounts(&[&account])?)
        });
        changed.expect("the account can be changed");
    }

    /// Every invariant of the ledger holds; debits equal credits is one of them.
    pub(crate) fn audit(&self) {
        let report = self.bank.check(|_| {}).expect("the store answers");
        assert_eq!(report.violations, Vec::<String>::new());
    }

    /// Submits commands as one batch and posts it.
    pub(crate) fn batch(&self, commands: Vec<Command>) -> Vec<kit_core::gate::Reply<Outcome>> {
        let receipt = self.bank.gate().submit(commands).expect("there is room");
        assert!(self.bank.gate().step() > 0, "one batch was posted");
        receipt.wait()
    }
}

pub(crate) type Paid = Result<PaymentAnswer>;

pub(crate) fn registration(name: &str) -> Registration {
    Registration {
        name: name.into(),
        email: format!("{}@example.org", name.to_lowercase()),
        password: SecretText::new(PASSWORD.into()),
        pin: pin(PIN),
        language: Language::English,
        log_in: Some(SessionKind::Api),
    }
}

pub(crate) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(crate) fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("{name:->8}")).expect("a test's key has at most 64 visible characters")
}

/// The rule that said no.
pub(crate) fn refusal<T: Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(Error::Refused { refusal, .. }) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// What a call came to, in one word: `ok`, or the code of the rule that said no.
pub(crate) fn told<T>(result: &Result<T>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Error::Refused { refusal, .. }) => refusal.code(),
        Err(Error::NotCommitted(_)) => "not-committed",
        Err(Error::CommitUnknown(_)) => "commit-unknown",
        Err(Error::Busy { .. }) => "busy",
    }
}

/// The same of a payment, whose refusals come with the payment.
pub(crate) fn paid(answer: &Paid) -> &'static str {
    match answer {
        Ok(PaymentAnswer { refusal: Some(refusal), .. }) => refusal.code(),
        other => told(other),
    }
}

/// The same of one reply of the gate.
pub(crate) fn replied(reply: &kit_core::gate::Reply<Outcome>) -> &'static str {
    match reply {
        Ok(Outcome { result: Ok(_), replayed: false, .. }) => "ok",
        Ok(Outcome { result: Ok(_), replayed: true, .. }) => "replayed",
        Ok(Outcome { result: Err(refusal), .. }) => refusal.code(),
        Err(kit_core::StoreFailure::NotCommitted(_)) => "not-committed",
        Err(kit_core::StoreFailure::CommitUnknown(_)) => "commit-unknown",
    }
}

/// The payment's id in a reply of the gate.
pub(crate) fn payment_in(reply: &kit_core::gate::Reply<Outcome>) -> PaymentId {
    match reply {
        Ok(Outcome { result: Ok(Done::Payment(payment)), .. }) => payment.id,
        other => panic!("expected a payment, got {other:?}"),
    }
}

pub(crate) fn new_customer(env: &Env, name: &str) -> Customer {
    Customer {
        id: CustomerId::from_uuid(env.uuid()),
        name: name.into(),
        email: format!("{name}@example.org"),
        password: bank_core::model::StoredHash("hash".into()),
        language: Language::English,
        created_at: env.now(),
    }
}

pub(crate) fn new_account(number: u64, owner: Owner) -> Account {
    Account::new(AccountNumber::from_payload(number), owner, Currency::EUR, "Current account".into(), START)
}

/// Runs `work` on `n` threads that start together.
pub(crate) fn together<T: Send>(n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (start, work) = (&Barrier::new(n), &work);
    let run = |i| {
        move || {
            start.wait();
            work(i)
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n).map(|i| scope.spawn(run(i))).collect();
        threads.into_iter().map(|t| t.join().expect("no thread panics")).collect()
    })
}

/// What happens in between, once each, in order: so that two calls meet at a chosen point, on one thread.
#[derive(Default)]
struct Hooks(Mutex<Vec<Box<dyn FnOnce() + Send>>>);

impl Hooks {
    fn add(&self, hook: impl FnOnce() + Send + 'static) {
        self.0.lock().expect("lock").insert(0, Box::new(hook));
    }

    fn run(&self) {
        let next = self.0.lock().expect("lock").pop();
        if let Some(hook) = next {
            hook();
        }
    }
}

/// Hashes at no cost, counts what it verifies, and lets something happen meanwhile.
#[derive(Default)]
pub(crate) struct ProbeHasher {
    plain: PlainHasher,
    verified: AtomicUsize,
    /// Whether right secrets are to be hashed anew.
    pub(crate) outdated: AtomicBool,
    during: Hooks,
}

impl ProbeHasher {
    /// Runs `hook` while the next secret is being verified.
    pub(crate) fn during_next(&self, hook: impl FnOnce() + Send + 'static) {
        self.during.add(hook);
    }

    /// How many secrets were verified since this was asked last.
    pub(crate) fn take_verified(&self) -> usize {
        self.verified.swap(0, Ordering::SeqCst)
    }
}

impl SecretHasher for ProbeHasher {
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash {
        self.plain.hash(secret, owner, salt)
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        self.verified.fetch_add(1, Ordering::SeqCst);
        self.during.run();
        match self.plain.verify(secret, owner, stored) {
            Verdict::Right if self.outdated.load(Ordering::SeqCst) => Verdict::RightButOutdated,
            verdict => verdict,
        }
    }

    fn pepper(&self) -> &Pepper {
        self.plain.pepper()
    }
}

/// A store that lets something happen after the next read.
#[derive(Default)]
pub(crate) struct ProbeStore {
    inner: MemoryStore,
    after_read: Hooks,
}

impl ProbeStore {
    pub(crate) fn after_next_read(&self, hook: impl FnOnce() + Send + 'static) {
        self.after_read.add(hook);
    }
}

impl Store for ProbeStore {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        let result = self.inner.read(work);
        self.after_read.run();
        result
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        self.inner.write(work)
    }
}
