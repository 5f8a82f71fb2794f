//! The bank's side: the real bank in front of a copy of one of its reachable states, for one request at a time.
//!
//! A request goes through the real `InProcessGateway`, so what its answer means is decided by the code that decides it
//! in production. Time stands still here, and ids are drawn from what is asked and how often it took effect already: so
//! equal situations are equal, whatever happened elsewhere before.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bank_core::hashing::{Pepper, SecretHasher, Verdict};
use bank_core::model::{
    CaptureMode, CustomerId, Head, KeyRecord, MerchantId, Payment, PaymentState, Scope, StoredHash, TransferKind,
};
use bank_core::store::memory::MemoryStore;
use bank_core::store::{ReadTx, Store, StoreExt, WriteTx};
use bank_core::testing::{PlainHasher, pin};
use bank_core::{Bank, BankConfig, BankParts, Error, PaymentAnswer, Refusal, Registration};
use kit_core::{AccountNumber, Env, IdempotencyKey, Language, ManualClock, Money, Pin, SecretText, Timestamp};
use shop_core::gateway::in_process::InProcessGateway;
use shop_core::gateway::{Advice, Answer, Code, Expected, PaymentGateway, PaymentRef, PaymentRequest};

use super::{FAR, NOW, eur};

const PIN: &str = "804917";

/// What the shop asks of the bank.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    Purchase { key: IdempotencyKey, amount: Money, reference: String },
    Void { key: IdempotencyKey, amount: Money },
    LookUp { key: IdempotencyKey, amount: Money },
    Refund { payment: PaymentRef, key: IdempotencyKey, amount: Money },
}

impl Request {
    pub(crate) fn key(&self) -> &IdempotencyKey {
        match self {
            Self::Purchase { key, .. }
            | Self::Void { key, .. }
            | Self::LookUp { key, .. }
            | Self::Refund { key, .. } => key,
        }
    }
}

/// In which circumstances a request meets the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum How {
    /// As it is.
    Usual,
    /// A purchase is answered with "confirm it on my own page": what a bank with hosted approval may do.
    Hosted,
    /// The merchant's settlement account is empty at this moment.
    Short,
}

/// What happens at the bank without a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Stir {
    /// The customer confirms what waits under a key.
    Confirmed(IdempotencyKey),
    /// The time in which it could be confirmed is over, for every payment that waits.
    OutOfTime,
}

/// Who banks there. The same in every state.
pub(crate) struct Parties {
    customer: CustomerId,
    merchant: MerchantId,
    pub(crate) account: AccountNumber,
    settlement: AccountNumber,
}

/// One reachable state of the bank: its store, and those rows of it that its decisions depend on.
pub(crate) struct Facts {
    store: MemoryStore,
    rows: Rows,
}

#[derive(PartialEq, Eq)]
struct Rows {
    /// Posted and pending, of the customer's and of the merchant's account.
    balances: [(i64, i64); 2],
    payments: Vec<Payment>,
    keys: Vec<KeyRecord>,
    /// A write that the store refused on the way here, though it never fails: the code tried to write a contradiction.
    refused: Option<String>,
}

/// Two states are the same where all decisions will be: transfers, which are only ever added up, do not count.
impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl Eq for Facts {}

impl Hash for Facts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rows.balances.hash(state);
        for payment in &self.rows.payments {
            (payment.id, payment.state, payment.captured, payment.refunded).hash(state);
        }
        self.rows.keys.iter().for_each(|record| record.key.hash(state));
    }
}

/// Checks PINs at no cost, and lets something happen meanwhile.
#[derive(Default)]
struct PinCheck {
    plain: PlainHasher,
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl SecretHasher for PinCheck {
    fn hash(&self, secret: &str, owner: &[u8], salt: [u8; 16]) -> StoredHash {
        self.plain.hash(secret, owner, salt)
    }

    fn verify(&self, secret: &str, owner: &[u8], stored: &StoredHash) -> Verdict {
        let meanwhile = self.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(work) = meanwhile {
            work();
        }
        self.plain.verify(secret, owner, stored)
    }

    fn pepper(&self) -> &Pepper {
        self.plain.pepper()
    }
}

fn open(store: Arc<dyn Store>, now: Timestamp, seed: u64) -> Bank {
    open_with(store, now, seed, Arc::new(PinCheck::default()))
}

fn open_with(store: Arc<dyn Store>, now: Timestamp, seed: u64, hasher: Arc<PinCheck>) -> Bank {
    let env = Env::with(Arc::new(ManualClock::at(now)), seed);
    let parts = BankParts { store, hasher, env, config: BankConfig::default() };
    Bank::open_manual(parts).unwrap_or_else(|error| panic!("the bank opens: {error}"))
}

/// A store that notes what it had to refuse.
struct Watched {
    store: MemoryStore,
    refused: Mutex<Option<String>>,
}

impl Watched {
    fn new(store: MemoryStore) -> Arc<Self> {
        Arc::new(Self { store, refused: Mutex::default() })
    }

    fn take_refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Store for Watched {
    fn read(&self, work: &mut dyn FnMut(&dyn ReadTx) -> bank_core::Result<()>) -> bank_core::Result<()> {
        self.store.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn WriteTx) -> bank_core::Result<()>) -> bank_core::Result<()> {
        let written = self.store.write(work);
        if let Err(error @ (Error::NotCommitted(_) | Error::CommitUnknown(_))) = &written {
            self.refused.lock().unwrap_or_else(PoisonError::into_inner).replace(format!("{error:?}"));
        }
        written
    }
}

/// A bank with one customer, who has `balance`, and one merchant.
pub(crate) fn new(balance: i64) -> (Parties, Facts) {
    let store = Arc::new(MemoryStore::new());
    let bank = open(store.clone(), NOW, 1);
    let registration = Registration {
        name: "Ada Lovelace".to_owned(),
        email: "ada@example.org".to_owned(),
        password: SecretText::new("a short sentence is good".to_owned()),
        pin: pin(PIN),
        language: Language::English,
        log_in: None,
    };
    let new = bank.register(&registration).expect("the customer registers");
    let key = IdempotencyKey::parse("the-only-deposit").expect("a key");
    bank.deposit(new.customer.id, &key, new.account.number, eur(balance)).expect("the deposit is made");
    let merchant = bank.create_merchant("The shop").unwrap_or_else(|e| panic!("the merchant: {e}")).merchant;
    let parties = Parties {
        customer: new.customer.id,
        merchant: merchant.id,
        account: new.account.number,
        settlement: merchant.settlement,
    };
    let facts = Facts::load(store.snapshot(), &parties, &BTreeSet::new());
    (parties, facts)
}

impl Facts {
    /// Reads back what a step left. `keys` are all keys that any request ever carried.
    fn load(store: MemoryStore, parties: &Parties, keys: &BTreeSet<IdempotencyKey>) -> Self {
        let scope = Scope::from(parties.merchant);
        let names: Vec<_> = keys.iter().map(|key| (scope, key.clone())).collect();
        let rows = store.view(|tx| {
            let balance = |number| {
                let account = tx.account(number)?.expect("accounts are never removed");
                Ok::<_, Error>((account.posted(), account.debits_pending))
            };
            let balances = [balance(parties.account)?, balance(parties.settlement)?];
            let payments = tx.payments_after(None, 100)?;
            Ok(Rows { balances, payments, keys: tx.keys(&names)?, refused: None })
        });
        Self { store, rows: rows.expect("a store in memory is read") }
    }

    fn refused(mut self, store: &Watched) -> Self {
        self.rows.refused = store.take_refused();
        self
    }

    /// The contradiction that the code tried to write on the way here, if it did.
    pub(crate) fn contradiction(&self) -> Option<&str> {
        self.rows.refused.as_deref()
    }

    /// Every payment, fences included.
    pub(crate) fn payments(&self) -> &[Payment] {
        &self.rows.payments
    }

    /// What the customer and the merchant have.
    pub(crate) fn balances(&self) -> [i64; 2] {
        self.rows.balances.map(|(posted, _)| posted)
    }

    /// What the bank's own proof of its ledger finds wrong.
    pub(crate) fn audit(&self) -> Vec<String> {
        bank_core::check(&self.store, |_| {}).expect("a store in memory is read").violations
    }

    /// How often something happened under a key or to a payment: with the request itself it makes ids that are new, and
    /// the same for the same situation.
    fn effects(&self, request: &Request) -> usize {
        let concerned = |payment: &&Payment| match request {
            Request::Refund { payment: id, .. } => payment.id.to_string() == id.0,
            other => payment.key == *other.key(),
        };
        let ids: Vec<_> = self.payments().iter().filter(concerned).map(|payment| payment.id).collect();
        let transfers = self.store.view(|tx| Ok(tx.transfers_after(0, 1_000)?)).expect("a store in memory is read");
        let of = |kind, id| transfers.iter().filter(|t| t.kind == kind && t.payment == Some(id)).count();
        let count = |id| 1 + of(TransferKind::Payment, id) + of(TransferKind::Refund, id);
        ids.into_iter().map(count).sum()
    }

    /// The state after a request, and its answer.
    pub(crate) fn ask(
        &self,
        parties: &Parties,
        keys: &BTreeSet<IdempotencyKey>,
        request: &Request,
        how: How,
    ) -> (Self, Answer) {
        let store = Watched::new(self.store.snapshot());
        if how == How::Short {
            drain(&store.store, parties.settlement);
        }
        let mut seed = DefaultHasher::new();
        (request, self.effects(request)).hash(&mut seed);
        let bank = open(store.clone(), NOW, seed.finish());
        let answer = if let (How::Hosted, Request::Purchase { key, amount, reference }) = (how, request) {
            hosted(&bank, parties.merchant, key, *amount, reference)
        } else {
            let gateway = InProcessGateway::new(bank, parties.merchant);
            through(&gateway, parties.account, request)
        };
        // A refusal for want of money is forgotten by design, and the money is there again the next moment.
        let after = if how == How::Short { &self.store } else { &store.store };
        (Self::load(after.snapshot(), parties, keys).refused(&store), answer)
    }

    /// The state after a purchase and another request under its key, which is heard while the purchase's PIN is being
    /// checked: after the key was looked up, before anything is decided. Both answers, the purchase's first.
    pub(crate) fn meet(
        &self,
        parties: &Parties,
        keys: &BTreeSet<IdempotencyKey>,
        purchase: &Request,
        other: &Request,
    ) -> (Self, [Answer; 2]) {
        let store = Watched::new(self.store.snapshot());
        let mut seed = DefaultHasher::new();
        (purchase, other, self.effects(purchase)).hash(&mut seed);
        let hasher = Arc::new(PinCheck::default());
        let bank = open_with(store.clone(), NOW, seed.finish(), hasher.clone());
        let gateway = Arc::new(InProcessGateway::new(bank, parties.merchant));
        let heard = Arc::new(Mutex::new(None));
        let overtake = {
            let (gateway, account, other, heard) = (gateway.clone(), parties.account, other.clone(), heard.clone());
            move || {
                let answer = through(&*gateway, account, &other);
                heard.lock().unwrap_or_else(PoisonError::into_inner).replace(answer);
            }
        };
        hasher.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).replace(Box::new(overtake));
        let first = through(&*gateway, parties.account, purchase);
        // A purchase that was decided before asks for no PIN: then the other one simply comes second.
        let waiting = hasher.meanwhile.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(work) = waiting {
            work();
        }
        let second = heard.lock().unwrap_or_else(PoisonError::into_inner).take().expect("the other request was heard");
        (Self::load(store.store.snapshot(), parties, keys).refused(&store), [first, second])
    }

    /// The keys of the payments that wait for their holder.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &IdempotencyKey> {
        self.payments().iter().filter(|p| p.state == PaymentState::RequiresApproval).map(|payment| &payment.key)
    }

    /// The state after something happened at the bank by itself.
    pub(crate) fn stirred(&self, parties: &Parties, keys: &BTreeSet<IdempotencyKey>, stir: &Stir) -> Self {
        let store = Arc::new(self.store.snapshot());
        let mut seed = DefaultHasher::new();
        stir.hash(&mut seed);
        match stir {
            Stir::Confirmed(key) => {
                let bank = open(store.clone(), NOW, seed.finish());
                for payment in self.payments().iter().filter(|payment| payment.key == *key) {
                    // A decline is an outcome like any other; what it came to is read from the store.
                    let _ = bank.approve_payment(parties.customer, payment.id, parties.account, &pin(PIN));
                }
            }
            Stir::OutOfTime => {
                let later = NOW.plus(Duration::from_secs(60 * 60));
                open(store.clone(), later, seed.finish()).release_due().expect("what is due is released");
                // The clock of the model stands still: what comes next comes at the same moment as all else.
                let back = store.update(|tx| {
                    let head = tx.head()?;
                    Ok(tx.set_head(Head { last_time: NOW, ..head })?)
                });
                back.expect("a store in memory is written");
            }
        }
        Self::load(store.snapshot(), parties, keys)
    }
}

fn through(gateway: &dyn PaymentGateway, account: AccountNumber, request: &Request) -> Answer {
    let expected = |key: &IdempotencyKey, amount: &Money| Expected { key: key.clone(), amount: *amount };
    match request {
        Request::Purchase { key, amount, reference } => gateway.purchase(&PaymentRequest {
            key: key.clone(),
            account,
            pin: Pin::parse(PIN).expect("a PIN"),
            amount: *amount,
            reference: reference.clone(),
        }),
        Request::Void { key, amount } => gateway.void(&expected(key, amount)),
        Request::LookUp { key, amount } => gateway.lookup(&expected(key, amount)),
        Request::Refund { payment, key, amount } => gateway.refund(payment, key, *amount),
    }
}

/// A bank that has purchases confirmed on its own page. No gateway of the shop's leads there yet, so this stands in.
fn hosted(bank: &Bank, merchant: MerchantId, key: &IdempotencyKey, amount: Money, reference: &str) -> Answer {
    match bank.request_approval(merchant, key, amount, CaptureMode::Immediate, reference) {
        Ok(PaymentAnswer { refusal: None, .. }) => {
            Answer::RequiresAction { url: "https://bank.example/confirm".to_owned(), expires_at: FAR }
        }
        Ok(PaymentAnswer { refusal: Some(Refusal::Voided), .. }) => Answer::Voided,
        Ok(PaymentAnswer { refusal: Some(refusal), .. }) => {
            Answer::Declined { code: Code::new(refusal.code()), advice: Advice::DoNotRetry }
        }
        Err(Error::Refused { refusal: Refusal::KeyReused { field }, .. }) => Answer::Mismatch { field },
        Err(_) => Answer::Unknown,
    }
}

/// The merchant has paid out all it had.
fn drain(store: &MemoryStore, settlement: AccountNumber) {
    let drained = store.update(|tx| {
        let mut account = tx.account(settlement)?.expect("accounts are never removed");
        account.debits_posted = account.credits_posted;
        Ok(tx.put_accounts(&[&account])?)
    });
    drained.expect("a store in memory is written");
}
