//! The shop's commands and how a batch of them is posted.
//!
//! Each command is decided against the open transaction, so it sees what the commands before it in the same batch have
//! staged: two orders for the last unit in one batch find one unit and then none. A refusal is decided before anything
//! is written. Ids, tokens and keys come with the command; the time is taken once for the whole batch.

use std::sync::Arc;
use std::time::Duration;

use kit_core::gate::Post;
use kit_core::{Calendar, Cause, Currency, Env, StoreFailure, Timestamp, TokenHash};

use super::{ShopParts, cart, catalogue, checkout, discounts, orders, payment, sweep};
use crate::error::{Error, Refusal};
use crate::gateway::Answer;
use crate::rules::attempt::{Attempt, AttemptId, Question};
use crate::rules::cart::{Change, Quantity};
use crate::rules::catalogue_file::{CatalogueFile, ImportReport};
use crate::rules::discount::{DiscountCode, DiscountTerms};
use crate::rules::order::OrderId;
use crate::rules::product::Sku;
use crate::rules::refund::{Refund, RefundId};
use crate::rules::shipping::ShippingMethods;
use crate::rules::totals::VatRate;
use crate::store::{Result, Store, WriteTx};

/// What can be asked of the gate.
pub(super) enum Command {
    Import { file: CatalogueFile },
    PutLine { cart: TokenHash, sku: Sku, quantity: Quantity, change: Change },
    RemoveLine { cart: TokenHash, sku: Sku },
    SetCode { cart: TokenHash, code: DiscountCode },
    RemoveCode { cart: TokenHash },
    AddDiscounts { terms: Vec<DiscountTerms> },
    EndDiscount { code: DiscountCode },
    PlaceOrder(Box<checkout::PlaceOrder>),
    StartAttempt(Box<checkout::StartAttempt>),
    ClaimAttempt { attempt: AttemptId },
    RecordAnswer { attempt: AttemptId, claim: u32, answer: Answer },
    Cancel(Box<orders::Cancel>),
    ClaimRefund { refund: RefundId },
    RecordRefund { refund: RefundId, claim: u32, answer: Answer },
    Ship { order: OrderId },
    ExpireReservation { order: OrderId },
    OpenAccess { order: OrderId, token: TokenHash },
    PurgeCarts,
}

/// What a command came to.
pub(super) enum Outcome {
    /// Recorded; there is nothing to tell.
    Done,
    Imported(ImportReport),
    /// The attempt that now has to be made; `None` where the form was sent before.
    Attempt(Option<Box<Attempt>>),
    /// An order of nothing was placed, and is paid.
    Free,
    /// The attempt that the sweep now holds, and what to ask about it; `None` where it is not due any more.
    Claimed(Option<Box<(Attempt, Question)>>),
    /// The refund that now has to be sent; `None` where there is none to send.
    Refund(Option<Box<Refund>>),
    /// A further token opens an order.
    Opened {
        expires_at: Timestamp,
    },
    /// How many rows it removed.
    Removed(u64),
}

/// A decision: what was recorded, or a refusal that recorded nothing.
pub(super) type Decided = Result<std::result::Result<Outcome, Refusal>>;

/// What the decisions need beside the transaction.
pub(super) struct Terms {
    /// Which days the shop has.
    pub(super) calendar: Calendar,
    pub(super) currency: Currency,
    pub(super) vat_rate: VatRate,
    pub(super) shipping: ShippingMethods,
    pub(super) found_order: Duration,
    pub(super) reservation: Duration,
    pub(super) approval: Duration,
    /// How long an attempt or a refund is left to whoever took it up.
    pub(super) lease: Duration,
    pub(super) cart_lifetime: Duration,
    pub(super) sweep_limit: u32,
    pub(super) notify_operator: bool,
}

/// Posts batches.
pub(super) struct Poster {
    store: Arc<dyn Store>,
    env: Env,
    terms: Terms,
}

impl Poster {
    pub(super) fn new(parts: &ShopParts, calendar: Calendar) -> Self {
        let config = &parts.config;
        let terms = Terms {
            calendar,
            currency: config.currency,
            vat_rate: config.vat_rate,
            shipping: config.shipping.clone(),
            found_order: config.found_order,
            reservation: config.reservation,
            approval: config.approval,
            lease: parts.gateway.capabilities().deadline.saturating_add(config.lease_margin),
            cart_lifetime: config.cart_lifetime,
            sweep_limit: config.sweep_limit,
            notify_operator: config.notify_operator,
        };
        Self { store: Arc::clone(&parts.store), env: parts.env.clone(), terms }
    }

    fn decide(&self, tx: &mut dyn WriteTx, now: Timestamp, command: &Command) -> Decided {
        let terms = &self.terms;
        match command {
            Command::Import { file } => catalogue::import(tx, file),
            Command::PutLine { cart, sku, quantity, change } => cart::put(tx, now, *cart, sku, *quantity, *change),
            Command::RemoveLine { cart, sku } => cart::remove(tx, now, *cart, sku),
            Command::SetCode { cart, code } => cart::set_code(tx, now, *cart, code),
            Command::RemoveCode { cart } => cart::remove_code(tx, now, *cart),
            Command::AddDiscounts { terms } => discounts::add(tx, now, terms),
            Command::EndDiscount { code } => discounts::end(tx, now, code),
            Command::OpenAccess { order, token } => orders::open_access(tx, now, terms, *order, *token),
            Command::PlaceOrder(order) => checkout::place(tx, now, terms, order),
            Command::StartAttempt(start) => checkout::start_attempt(tx, now, terms, start),
            Command::ClaimAttempt { attempt } => sweep::claim_attempt(tx, now, terms, *attempt),
            Command::RecordAnswer { attempt, claim, answer } => {
                payment::record_answer(tx, now, terms, *attempt, *claim, answer)
            }
            Command::Cancel(cancel) => orders::cancel(tx, now, terms, cancel),
            Command::ClaimRefund { refund } => sweep::claim_refund(tx, now, terms, *refund),
            Command::RecordRefund { refund, claim, answer } => payment::record_refund(tx, now, *refund, *claim, answer),
            Command::Ship { order } => orders::ship(tx, now, *order),
            Command::ExpireReservation { order } => orders::expire_reservation(tx, now, *order),
            Command::PurgeCarts => {
                tx.remove_accesses(now, terms.sweep_limit)?;
                let removed = tx.remove_carts(now.minus(terms.cart_lifetime), terms.sweep_limit)?;
                Ok(Ok(Outcome::Removed(removed)))
            }
        }
    }
}

impl Post for Poster {
    type Command = Command;
    type Outcome = std::result::Result<Outcome, Refusal>;

    fn post(&self, commands: &[&Command]) -> std::result::Result<Vec<Self::Outcome>, StoreFailure> {
        let clock = self.env.now();
        let mut outcomes = Vec::new();
        self.store.write(&mut |tx| {
            outcomes.clear();
            let recorded = tx.recorded_at()?;
            let now = clock.max(recorded);
            for command in commands {
                outcomes.push(self.decide(tx, now, command)?);
            }
            if now > recorded && outcomes.iter().any(std::result::Result::is_ok) {
                tx.set_recorded_at(now)?;
            }
            Ok(())
        })?;
        Ok(outcomes)
    }
}

/// The gate gave an outcome of another kind than the command has. It was committed all the same.
pub(super) fn unexpected() -> Error {
    Error::CommitUnknown(Cause::new("the gate gave an outcome of another kind than the command has"))
}
