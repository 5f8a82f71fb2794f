//! A small bank whose store and hasher let others go first.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use bank_core::hashing::{Pepper, SecretHasher, Verdict};
use bank_core::model::{CaptureMode, CustomerId, MerchantId, StoredHash};
use bank_core::store::memory::MemoryStore;
use bank_core::store::{ReadTx, Store, WriteTx};
use bank_core::{Bank, BankConfig, BankParts, PaymentRequest, Receipt, Registration, Result, TransferOrder};
use kit_core::sync::{Mutex, PoisonError, thread};
use kit_core::{
    AccountNumber, Currency, Env, IdempotencyKey, Language, ManualClock, Money, Pin, SecretText, Timestamp,
};

/// Everyone's PIN.
pub(crate) const PIN: &str = "804917";
/// Verifying this one panics.
pub(crate) const PANICKING_PIN: &str = "591738";

/// Where the scheduler may let others go first. Not `yield_now`: that puts a thread behind all others, and whoever paused
/// between two steps would soon go on, as everyone else pauses too.
fn others_may_come() {
    drop(Mutex::new(()).lock());
}

/// A store in memory between whose transactions others may come. With a planted bug, one that answers too early.
#[derive(Default)]
pub(crate) struct Unhurried {
    inner: MemoryStore,
}

impl Store for Unhurried {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> Result<()>) -> Result<()> {
        others_may_come();
        self.inner.read(work)?;
        // Between a look-up and what is made of it is where others do the most harm.
        others_may_come();
        Ok(())
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> Result<()>) -> Result<()> {
        others_may_come();
        self.inner.write(work)?;
        others_may_come();
        Ok(())
    }
}

/// What the hasher saw.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// How many PINs were verified.
    pub(crate) verified: usize,
    /// Whose PINs are being verified.
    now: Vec<Vec<u8>>,
    /// The most that were verified at once.
    pub(crate) most: usize,
}

/// Keeps secrets as they are, and takes its time.
pub(crate) struct SlowHasher {
    pepper: Pepper,
    pub(crate) seen: Mutex<Seen>,
}

impl SlowHasher {
    pub(crate) fn verified(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).verified
    }

    pub(crate) fn most(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).most
    }
}

impl SecretHasher for SlowHasher {
    fn hash(&self, secret: &str, _: &[u8], _: [u8; 16]) -> StoredHash {
        StoredHash(secret.to_owned())
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            assert!(!seen.now.contains(&owner.to_vec()), "two PINs of one account are verified at once");
            seen.now.push(owner.to_vec());
            seen.verified += 1;
            seen.most = seen.most.max(seen.now.len());
        }
        others_may_come();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).now.retain(|other| other != owner);
        if secret == PANICKING_PIN {
            // Not `panic!`: that would be told as the scenario's failure.
            resume_unwind(Box::new("the hasher's own fault"));
        }
        if secret == stored.0 { Verdict::Right } else { Verdict::Wrong }
    }

    fn pepper(&self) -> &Pepper {
        &self.pepper
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub(crate) id: CustomerId,
    pub(crate) account: AccountNumber,
}

/// The bank and what it is made of. Clones are the same one.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) bank: Bank,
    pub(crate) hasher: Arc<SlowHasher>,
    pub(crate) merchant: MerchantId,
    pub(crate) ada: Person,
    pub(crate) bob: Person,
}

/// What each person's account opens with, in minor units.
pub(crate) const OPENING: i64 = 1_000;

impl World {
    pub(crate) fn new() -> Self {
        Self::with_hash_queue(BankConfig::default().hash_queue)
    }

    pub(crate) fn with_hash_queue(hash_queue: usize) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(1_795_363_620_000_000)));
        let pepper = Pepper::from_bytes([7; 32]);
        let hasher = Arc::new(SlowHasher { pepper, seen: Mutex::default() });
        let bank = Bank::open(BankParts {
            store: Arc::new(Unhurried::default()),
            hasher: hasher.clone(),
            env: Env::with(clock, 1),
            config: BankConfig { hash_queue, ..BankConfig::default() },
        });
        let bank = bank.unwrap_or_else(|error| panic!("{error}"));
        let merchant = bank.create_merchant("The shop").expect("creates").merchant.id;
        let (ada, bob) = (person(&bank, "ada@example.org"), person(&bank, "bob@example.org"));
        Self { bank, hasher, merchant, ada, bob }
    }

    /// From Ada to Bob, who is another customer: so it asks for the PIN.
    pub(crate) fn transfer(&self, name: &str, minor: i64, pin: &str) -> Result<Receipt> {
        let pin = Pin::parse(pin).expect("a PIN");
        let (from, to) = (self.ada.account, self.bob.account);
        let order = TransferOrder { from, to, amount: eur(minor), reference: "", pin: Some(&pin) };
        self.bank.transfer(self.ada.id, &key(name), &order)
    }

    /// Ada pays the shop at once.
    pub(crate) fn request(&self, minor: i64) -> PaymentRequest {
        PaymentRequest {
            account: self.ada.account,
            pin: Pin::parse(PIN).expect("a PIN"),
            amount: eur(minor),
            capture: CaptureMode::Immediate,
            reference: "order".to_owned(),
        }
    }

    pub(crate) fn balance(&self, of: Person) -> i64 {
        self.bank.account(of.id, of.account).expect("reads").balance.posted.minor
    }

    /// The ledger proves itself, and Ada paid so much.
    pub(crate) fn assert_paid(&self, minor: i64) {
        assert_eq!(self.balance(self.ada), OPENING - minor, "Ada paid something else");
        let report = self.bank.check(|_| {}).expect("reads");
        assert_eq!(report.violations, Vec::<String>::new());
    }
}

fn person(bank: &Bank, email: &str) -> Person {
    let new = bank.register(&Registration {
        name: "Ada Lovelace".to_owned(),
        email: email.to_owned(),
        password: SecretText::new("a short sentence is good".to_owned()),
        pin: Pin::parse(PIN).expect("a PIN"),
        language: Language::English,
        log_in: None,
    });
    let new = new.expect("registers");
    let person = Person { id: new.customer.id, account: new.account.number };
    bank.deposit_by_operator(&key(email), person.account, eur(OPENING)).expect("deposits");
    person
}

pub(crate) fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub(crate) fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("key of {name}").replace(' ', "-")).expect("a key")
}

/// Runs each piece of work in a thread of its own, and gives their results in order.
pub(crate) fn at_once<T: Send + 'static>(world: &World, work: Vec<fn(&World) -> T>) -> Vec<T> {
    let running: Vec<_> = work
        .into_iter()
        .map(|work| {
            let world = world.clone();
            thread::spawn(move || work(&world))
        })
        .collect();
    running.into_iter().map(|thread| thread.join().expect("ends")).collect()
}

/// Runs work that may panic; whether it did.
pub(crate) fn panicked<T>(work: impl FnOnce() -> T) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}
