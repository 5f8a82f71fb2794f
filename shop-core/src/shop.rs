//! The shop: a plain, clonable handle. Every use case loads facts, lets a rule decide, and records what was decided.
//!
//! Whatever changes stock, orders or money goes through one gate ([`post`]): the commands of all callers that wait at
//! a moment share one durable write. The bank is called between two writes, never inside one.

mod cart;
mod catalogue;
mod checkout;
mod discounts;
mod documents;
mod finding;
mod mail;
mod operator;
mod orders;
mod payment;
mod post;
mod reconcile;
mod shelves;
mod sweep;

use std::sync::Arc;
use std::time::Duration;

use kit_core::gate::{Gate, Limits, Wait};
use kit_core::{Calendar, Currency, Env, IdempotencyKey, Timestamp, Token, Zone};

use crate::error::{Error, Refusal};
use crate::gateway::PaymentGateway;
use crate::rules::country::Destinations;
use crate::rules::invoice::Seller;
use crate::rules::search::synonyms::Synonyms;
use crate::rules::shipping::ShippingMethods;
use crate::rules::totals::VatRate;
use crate::store::{ReadTx, Result as StoreResult, Store, StoreExt};

pub use catalogue::{MAX_PER_PAGE, ProductPage};
pub use checkout::PlacedOrder;
pub use finding::MAX_SUGGESTIONS;
pub use mail::Letter;
pub use orders::{FoundOrder, OrderView};
pub use reconcile::{ReconcileError, ReconcileNews, ReconcileReport, reconcile};
pub use sweep::SweepReport;

use post::{Command, Outcome, Poster};
use shelves::Shelves;

/// What a shop is made of.
pub struct ShopParts {
    /// Where it keeps its facts.
    pub store: Arc<dyn Store>,
    /// Through what it asks a bank for money.
    pub gateway: Arc<dyn PaymentGateway>,
    /// Its clock and its randomness.
    pub env: Env,
    /// Its settings.
    pub config: ShopConfig,
}

/// A shop's settings.
#[derive(Debug, Clone)]
pub struct ShopConfig {
    /// The one currency of all prices.
    pub currency: Currency,
    /// The time zone in which the shop's days begin and end. Where it is `None`, or the same, it stays what it was: UTC at
    /// first. Another one holds from now on, see [`Calendar`].
    pub time_zone: Option<Zone>,
    /// The usual rate of VAT: of every product that has none of its own, and of shipping.
    pub vat_rate: VatRate,
    /// How orders can be sent.
    pub shipping: ShippingMethods,
    /// The countries that it sends to.
    pub destinations: Destinations,
    /// Who sells, as it stands on invoices.
    pub seller: Seller,
    /// What else things are called by customers who search.
    pub synonyms: Synonyms,
    /// How long stock is kept for an order that nobody pays.
    pub reservation: Duration,
    /// How long stock is kept for an order that waits for approval on the bank's own page.
    pub approval: Duration,
    /// How much longer than the gateway's deadline an attempt is left to its caller: time to record the answer.
    pub lease_margin: Duration,
    /// How long a cart that nobody changes is kept.
    pub cart_lifetime: Duration,
    /// How long a link lasts that was found by number and e-mail address.
    pub found_order: Duration,
    /// How many attempts, refunds, reservations and carts one sweep takes up, each.
    pub sweep_limit: u32,
    /// Whether its operator gets a mail for each paid order.
    pub notify_operator: bool,
    /// How much the gate takes on.
    pub limits: Limits,
}

impl Default for ShopConfig {
    /// Euros, 19 % of VAT, from Germany to every country; 30 minutes for a reservation, 15 for an approval; 10 seconds
    /// of margin; carts are kept for 90 days.
    fn default() -> Self {
        Self {
            currency: Currency::EUR,
            time_zone: None,
            vat_rate: VatRate::STANDARD,
            shipping: ShippingMethods::default(),
            destinations: Destinations::default(),
            seller: Seller::default(),
            synonyms: Synonyms::default(),
            reservation: Duration::from_secs(30 * 60),
            approval: Duration::from_secs(15 * 60),
            lease_margin: Duration::from_secs(10),
            cart_lifetime: Duration::from_secs(90 * 24 * 60 * 60),
            found_order: Duration::from_secs(30 * 24 * 60 * 60),
            sweep_limit: 100,
            notify_operator: false,
            limits: Limits { batch_commands: 1_024, queued_commands: 4_096 },
        }
    }
}

/// A shop. Clones are handles to the same one.
#[derive(Clone)]
pub struct Shop {
    inner: Arc<Inner>,
}

struct Inner {
    gate: Gate<Poster>,
    store: Arc<dyn Store>,
    shelves: Shelves,
    gateway: Arc<dyn PaymentGateway>,
    env: Env,
    config: ShopConfig,
    calendar: Calendar,
}

/// The days of the shop that is about to open: as recorded, with the zone that its settings ask for.
fn calendar_of(parts: &ShopParts) -> Result<Calendar, OpenError> {
    let now = parts.env.now();
    let change = |tx: &dyn ReadTx| {
        let (calendar, recorded_at) = (Calendar::recorded(&tx.eras()?), tx.recorded_at()?);
        let new = recorded_at == Timestamp::EPOCH;
        Ok((calendar, calendar.opened(parts.config.time_zone, new, now.max(recorded_at))))
    };
    // Most often there is nothing to write.
    let (mut calendar, era) = parts.store.view(change)?;
    if era.is_some() {
        parts.store.write(&mut |tx| {
            let (recorded, era) = change(tx)?;
            calendar = recorded;
            if let Some(era) = era {
                tx.put_era(era)?;
                calendar = recorded.with(era);
            }
            Ok(())
        })?;
    }
    Ok(calendar)
}

/// What is read after a write that went through. A store that cannot be read now must not make the caller believe that
/// nothing happened.
fn afterwards<T>(read: Result<T, Error>) -> Result<T, Error> {
    read.map_err(|error| match error {
        Error::NotCommitted(cause) => Error::CommitUnknown(cause),
        other => other,
    })
}

/// Why a shop could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No thread for the gate.
    #[error("cannot start the shop's gate: {0}")]
    Thread(#[from] std::io::Error),
    /// The store cannot be read.
    #[error("cannot open the shop: {0}")]
    Store(#[from] kit_core::StoreFailure),
}

impl Shop {
    /// Opens a shop whose gate has a thread of its own.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(parts: ShopParts) -> Result<Self, OpenError> {
        let calendar = calendar_of(&parts)?;
        let gate = Gate::start(Poster::new(&parts, calendar), parts.config.limits)?;
        Self::with_gate(parts, calendar, gate)
    }

    /// Opens a shop whose batches are posted on its callers' threads: for simulators, tests and short programs.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_without_thread(parts: ShopParts) -> Result<Self, OpenError> {
        let calendar = calendar_of(&parts)?;
        let gate = Gate::manual(Poster::new(&parts, calendar), parts.config.limits);
        Self::with_gate(parts, calendar, gate)
    }

    /// Opens a shop whose callers wait by `wait` while somebody else calls [`Shop::step`]: a simulator then decides when
    /// a batch is posted and who is in it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_driven(parts: ShopParts, wait: Wait) -> Result<Self, OpenError> {
        let calendar = calendar_of(&parts)?;
        let gate = Gate::driven(Poster::new(&parts, calendar), parts.config.limits, wait);
        Self::with_gate(parts, calendar, gate)
    }

    /// Posts one batch on this thread and returns how many commands it held; 0 when nothing waited. For simulators.
    #[must_use = "0 says that nothing waited"]
    pub fn step(&self) -> usize {
        self.inner.gate.step()
    }

    /// How many commands wait for the next batch: what an operator watches.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.inner.gate.waiting()
    }

    fn with_gate(parts: ShopParts, calendar: Calendar, gate: Gate<Poster>) -> Result<Self, OpenError> {
        let ShopParts { store, gateway, env, config } = parts;
        let shelves = Shelves::default();
        let shop = Self { inner: Arc::new(Inner { gate, store, shelves, gateway, env, config, calendar }) };
        // A store that cannot be read is told of now, and not to the first customer.
        shop.inner.store.view(|tx| tx.catalogue_version())?;
        Ok(shop)
    }

    /// The settings it was opened with.
    #[must_use]
    pub fn config(&self) -> &ShopConfig {
        &self.inner.config
    }

    /// Which days the shop has: those of its time zone, and of the zones that it was in before.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.inner.calendar
    }

    /// Whether the store can be read: what a health check asks.
    ///
    /// # Errors
    /// The store's failure.
    pub fn ready(&self) -> Result<(), Error> {
        self.view(|tx| tx.recorded_at()).map(drop)
    }

    /// A token for a new cart. Nothing is stored until something is put into it.
    #[must_use]
    pub fn new_cart_token(&self) -> Token {
        Token::from_bytes(self.inner.env.random())
    }

    /// A key for a form that moves money, to be rendered into it.
    #[must_use]
    pub fn new_form_key(&self) -> IdempotencyKey {
        IdempotencyKey::from_uuid(self.inner.env.uuid())
    }

    /// Puts one command through the gate.
    fn submit(&self, command: Command) -> Result<Outcome, Error> {
        Ok(self.inner.gate.call(command)???)
    }

    fn view<T>(&self, work: impl FnMut(&dyn ReadTx) -> StoreResult<T>) -> Result<T, Error> {
        Ok(self.inner.store.view(work)?)
    }

    /// A look-up that refuses what is not there.
    fn find<T>(&self, absent: Refusal, work: impl FnMut(&dyn ReadTx) -> StoreResult<Option<T>>) -> Result<T, Error> {
        self.view(work)?.ok_or(Error::Refused(absent))
    }

    /// The time by which things are due: never before what the store has recorded.
    fn now(&self, tx: &dyn ReadTx) -> StoreResult<Timestamp> {
        Ok(self.inner.env.now().max(tx.recorded_at()?))
    }
}
