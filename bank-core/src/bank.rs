//! The bank's use cases, one file a noun: load → decide (a rule) → record.
//!
//! Time, ids, randomness and hashes are taken before a write begins. Whatever moves money goes through the gate as a
//! [`Command`]; customers, sessions and counters of failed tries are written directly.

mod accounts;
mod check;
mod closing;
mod counterparties;
mod currencies;
mod customers;
mod dashboard;
mod hash_queue;
mod mail;
mod merchants;
mod movements;
mod payees;
mod payments;
mod pin;
mod preview;
mod profile;
mod read_model;
mod reset;
mod sessions;
mod statements;
mod turns;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kit_core::gate::{Gate, Limits, Wait};
use kit_core::sync::{Mutex, PoisonError};
use kit_core::{Calendar, Currency, Env, IdempotencyKey, Timestamp, Token, Uuid, Zone};

pub use accounts::{AccountView, Balance, Entry, EntryPage, HoldView, HolderProof, Overview};
pub use check::{CheckNews, check, check_aloud, email_twins};
pub use currencies::old_currencies;
pub use customers::{Registered, Registration};
pub use dashboard::{AccountEntry, AccountHold, Dashboard};
pub use mail::{GivenUp, Letter, mails_given_up};
pub use merchants::NewMerchant;
pub use movements::{Receipt, TransferOrder};
pub use payments::{PaymentAnswer, PaymentFilter, PaymentPage, PaymentRequest};
pub use preview::{PreviewPayee, TransferPreview};
pub use profile::{EventPage, EventView, ProfileChange};
pub use reset::{PIN_WAIT, RESET_LENGTH, ResetLink};
pub use sessions::{NewSession, SignedIn};
pub use statements::{BalanceHistory, Coverage, Spending, SpendingWith, Statement, StatementQuery, check_query};

use crate::command::{Command, Outcome};
use crate::error::{Error, Result};
use crate::hashing::SecretHasher;
use crate::ledger::Ledger;
use crate::model::Refusal;
use crate::model::{Account, Scope};
use crate::rules::decide::{Policy, answer_again};
use crate::statements::{MemoryStatements, StatementIndex};
use crate::store::{ReadTx, Store, StoreExt};
use hash_queue::HashQueue;
use turns::Turns;

/// What the bank's operator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankConfig {
    /// The main currency: customers' first accounts and merchants' settlement accounts are kept in it.
    pub currency: Currency,
    /// What further accounts may be kept in; the main currency always is among them, see [`BankConfig::offered`]. The
    /// bank exchanges nothing: money moves between accounts of one currency only.
    pub currencies: Vec<Currency>,
    /// The time zone in which the bank's days begin and end. Where it is `None`, or the same, it stays what it was: UTC at
    /// first. Another one holds from now on, see [`Calendar`].
    pub time_zone: Option<Zone>,
    /// Who may deposit, how much a day, and how many accounts a customer may have.
    pub policy: Policy,
    /// The fewest characters of a new password; 12 by default.
    pub password_characters: usize,
    /// A browser's session ends after so long without use; 5 minutes by default.
    pub session_idle: Duration,
    /// Every session ends after so long; 8 hours by default.
    pub session_length: Duration,
    /// How long an authorization holds money; 7 days by default.
    pub hold_length: Duration,
    /// How long a payment waits for its approval; 15 minutes by default.
    pub approval_length: Duration,
    /// How many PINs and passwords may wait to be hashed before callers are told to come back; 64 by default.
    pub hash_queue: usize,
    /// How much the gate takes on.
    pub gate: Limits,
}

impl BankConfig {
    /// Every currency that accounts may be kept in, each once, the main one first.
    #[must_use]
    pub fn offered(&self) -> Vec<Currency> {
        let mut offered = vec![self.currency];
        for currency in &self.currencies {
            if !offered.contains(currency) {
                offered.push(*currency);
            }
        }
        offered
    }
}

impl Default for BankConfig {
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            currencies: vec![Currency::EUR, Currency::USD, Currency::GBP, Currency::CHF, Currency::JPY],
            time_zone: None,
            policy: Policy::default(),
            password_characters: 12,
            session_idle: Duration::from_secs(5 * 60),
            session_length: Duration::from_secs(8 * 3_600),
            hold_length: Duration::from_secs(7 * 24 * 3_600),
            approval_length: Duration::from_secs(15 * 60),
            hash_queue: 64,
            gate: Limits::default(),
        }
    }
}

/// What a bank is made of.
pub struct BankParts {
    /// Keeps its facts.
    pub store: Arc<dyn Store>,
    /// Hashes its secrets.
    pub hasher: Arc<dyn SecretHasher>,
    /// Its clock and randomness.
    pub env: Env,
    /// What its operator decided.
    pub config: BankConfig,
}

/// Why a bank does not open. One line for the operator each.
#[derive(Debug, thiserror::Error)]
pub enum OpenBankError {
    /// The pepper is not the one that the database's PINs and passwords were made with.
    #[error(
        "the key does not belong to this database; every PIN and password would be wrong, so the bank stays closed"
    )]
    WrongPepper,
    /// The bank's main currency is another one.
    #[error("this bank's accounts are kept in {kept}; open it with that currency")]
    OtherCurrency {
        /// What it is.
        kept: Currency,
    },
    /// The store failed.
    #[error("the bank's database failed: {0}")]
    Store(Error),
    /// The gate's thread could not be started.
    #[error("cannot start the bank's posting thread: {0}")]
    Thread(std::io::Error),
}

/// A bank. Clones are handles to the same bank; it closes when the last one is dropped.
#[derive(Clone)]
pub struct Bank {
    inner: Arc<Inner>,
    /// What statements are searched and charts drawn from. Posting knows nothing of it.
    statements: Arc<dyn StatementIndex>,
}

struct Inner {
    store: Arc<dyn Store>,
    hasher: Arc<dyn SecretHasher>,
    env: Env,
    config: BankConfig,
    /// The currencies that were in use when the bank opened, with their decimals. One that is first used later has
    /// those of ISO 4217.
    recorded: Vec<Currency>,
    calendar: Calendar,
    gate: Gate<Ledger>,
    hashing: HashQueue,
    turns: Turns,
    in_flight: Mutex<BTreeSet<(Scope, IdempotencyKey)>>,
    /// Names this process in the attempt counters: what another one left pending is interrupted.
    boot: Uuid,
    /// Verified against where there is nothing to verify, so that both take the same time.
    decoy: crate::model::StoredHash,
}

impl Bank {
    /// Opens a bank on a store: checks the pepper, makes the cash account, starts the gate.
    ///
    /// # Errors
    /// [`OpenBankError`].
    pub fn open(parts: BankParts) -> std::result::Result<Self, OpenBankError> {
        Self::open_with(parts, None, Gate::start)
    }

    /// Opens a bank whose gate has no thread: each use case posts by itself, one after the other, and a simulator may
    /// submit commands and [`step`](Gate::step) by hand.
    ///
    /// # Errors
    /// [`OpenBankError`].
    pub fn open_manual(parts: BankParts) -> std::result::Result<Self, OpenBankError> {
        Self::open_with(parts, None, |ledger, limits| Ok(Gate::manual(ledger, limits)))
    }

    /// Opens a bank whose callers wait by `wait`, for their batch as for their account's turn, while somebody else
    /// [`step`](Gate::step)s its gate: a simulator then decides who goes on.
    ///
    /// # Errors
    /// [`OpenBankError`].
    pub fn open_driven(parts: BankParts, wait: Wait) -> std::result::Result<Self, OpenBankError> {
        let of_gate = Arc::clone(&wait);
        Self::open_with(parts, Some(wait), |ledger, limits| Ok(Gate::driven(ledger, limits, of_gate)))
    }

    fn open_with(
        parts: BankParts,
        wait: Option<Wait>,
        gate: impl FnOnce(Ledger, Limits) -> std::io::Result<Gate<Ledger>>,
    ) -> std::result::Result<Self, OpenBankError> {
        let BankParts { store, hasher, env, mut config } = parts;
        let now = env.now();
        let boot = env.uuid();
        let decoy = hasher.hash("decoy", b"decoy", env.random());
        let check = hasher.pepper().mac("pepper check", b"");
        let opened = store
            .update(|tx| {
                match tx.pepper_check()? {
                    Some(known) if known != check => return Ok(Err(OpenBankError::WrongPepper)),
                    Some(_) => {}
                    None => tx.set_pepper_check(check)?,
                }
                let mut recorded = tx.currencies()?;
                let new = tx.main_currency()?.is_none();
                let calendar = Calendar::recorded(&tx.eras()?);
                let change = calendar.opened(config.time_zone, new, now.max(tx.head()?.last_time));
                if let Some(era) = change {
                    tx.put_era(era)?;
                }
                let calendar = change.map_or(calendar, |era| calendar.with(era));
                // The main currency has a record of its own.
                recorded.extend(tx.main_currency()?);
                config.keep(&recorded);
                // Each further currency's cash account is opened with the first account that is kept in it.
                match tx.main_currency()? {
                    Some(kept) if !kept.has_code_of(config.currency) => {
                        return Ok(Err(OpenBankError::OtherCurrency { kept }));
                    }
                    Some(_) => {}
                    None => {
                        tx.set_main_currency(config.currency)?;
                        tx.put_accounts(&[&Account::cash(config.currency, now)])?;
                    }
                }
                Ok(Ok((recorded, calendar)))
            })
            .map_err(OpenBankError::Store)?;
        let (recorded, calendar) = opened?;
        let (clock, policy) = (Arc::clone(&env.clock), config.policy.clone());
        let ledger = Ledger { store: Arc::clone(&store), clock, calendar, policy };
        let gate = gate(ledger, config.gate).map_err(OpenBankError::Thread)?;
        let hashing = HashQueue::new(config.hash_queue);
        let in_flight = Mutex::default();
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                hasher,
                env,
                config,
                recorded,
                calendar,
                gate,
                hashing,
                turns: Turns::new(wait),
                in_flight,
                boot,
                decoy,
            }),
            statements: Arc::new(MemoryStatements::default()),
        })
    }

    /// The same bank with another read model of its statements than the usual one in memory. Clones made before keep
    /// theirs.
    #[must_use]
    pub fn with_statements(mut self, index: Arc<dyn StatementIndex>) -> Self {
        self.statements = index;
        self
    }

    /// What its operator decided.
    #[must_use]
    pub fn config(&self) -> &BankConfig {
        &self.inner.config
    }

    /// Which days the bank has: those of its time zone, and of the zones that it was in before.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.inner.calendar
    }

    /// The gate: for programs that submit large batches of commands themselves, and for simulators.
    #[must_use]
    pub fn gate(&self) -> &Gate<Ledger> {
        &self.inner.gate
    }

    /// Whether the store answers: for a health check.
    ///
    /// # Errors
    /// The store's failure.
    pub fn ready(&self) -> Result<()> {
        self.view(|tx| Ok(tx.head().map(drop)?))
    }

    /// Releases holds and approvals whose time has ended; housekeeping, as reading and posting mind the time anyway.
    ///
    /// # Errors
    /// [`Error::Busy`] or the store's failure.
    pub fn release_due(&self) -> Result<usize> {
        match self.post(Command::ReleaseDue { limit: 1_000 })?.result {
            Ok(crate::command::Done::Released(count)) => Ok(count),
            Ok(_) => Ok(0),
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn post(&self, command: Command) -> Result<Outcome> {
        Ok(self.inner.gate.call(command)??)
    }

    fn view<T>(&self, work: impl FnMut(&dyn ReadTx) -> Result<T>) -> Result<T> {
        self.inner.store.view(work)
    }

    /// The time, by the bank's clock.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.now()
    }

    fn now(&self) -> Timestamp {
        self.inner.env.now()
    }

    fn uuid(&self) -> Uuid {
        self.inner.env.uuid()
    }

    fn token(&self) -> Token {
        Token::from_bytes(self.inner.env.random())
    }

    /// What was decided under this key before, or else the key marked as this call's own: asked before a PIN is, so that
    /// a replay costs no try.
    ///
    /// # Errors
    /// [`Refusal::InFlight`], or the store's failure.
    fn begin_keyed(&self, scope: Scope, key: &IdempotencyKey, facts: &str) -> Result<Keyed> {
        if let Some(before) = self.decided_before(scope, key, facts)? {
            return Ok(Keyed::Decided(Box::new(before)));
        }
        let mark = self.mark_in_flight(scope, key)?;
        // Looked up again: the same call may have been decided, and its mark dropped, since the first look-up.
        let decided = self.decided_before(scope, key, facts)?;
        Ok(decided.map_or(Keyed::Begun(mark), |before| Keyed::Decided(Box::new(before))))
    }

    /// What was decided under this key before, if the facts are the same.
    fn decided_before(&self, scope: Scope, key: &IdempotencyKey, facts: &str) -> Result<Option<Outcome>> {
        self.view(|tx| {
            let Some(record) = tx.keys(&[(scope, key.clone())])?.pop() else { return Ok(None) };
            let payments = tx.payments(record.outcome.payment().as_slice())?;
            let transfers = match record.outcome {
                crate::model::Recorded::Transfer { seq } => tx.transfers(&[seq])?,
                _ => Vec::new(),
            };
            Ok(Some(answer_again(&record, facts, |_| payments.first().cloned(), |_| transfers.first().cloned())))
        })
    }

    /// Marks a key as being worked on, in memory only, until the mark is dropped.
    ///
    /// # Errors
    /// [`Refusal::InFlight`] where it is marked already.
    fn mark_in_flight(&self, scope: Scope, key: &IdempotencyKey) -> Result<InFlight> {
        let mut marks = self.inner.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.insert((scope, key.clone())) {
            Ok(InFlight { bank: self.clone(), mark: (scope, key.clone()) })
        } else {
            Err(Refusal::InFlight.into())
        }
    }
}

/// How a call under an idempotency key begins.
enum Keyed {
    /// It was decided before.
    Decided(Box<Outcome>),
    /// It is this call's to decide, until the mark is dropped.
    Begun(InFlight),
}

struct InFlight {
    bank: Bank,
    mark: (Scope, IdempotencyKey),
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut marks = self.bank.inner.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        marks.remove(&self.mark);
    }
}
