//! Comparing the shop with the bank's list of its payments: reads only, and may run beside live checkouts.
//!
//! 1. The bank's list, page by page; after each page, what the shop has under its keys.
//! 2. The shop's orders, newest first: each against itself, and those paid that the list did not have.
//! 3. All orders once more, in one snapshot: the uses of discount codes, and the numbers of invoices.
//!
//! The two sides are read at different moments, so whatever seems to differ is looked at once more by itself: the shop,
//! the bank, the shop again. Only where the shop's facts stood still around the bank's is a difference told: an attempt
//! or a refund is recorded before the bank hears of it, and a final state never changes.
//!
//! In memory stands one page of either side, the id of each attempt that the list had, and the numbers of invoices.

use std::collections::HashSet;

use kit_core::IdempotencyKey;

use super::{Error, Shop};
use crate::gateway::{ListFailure, PaymentGateway};
use crate::rules::attempt::{AttemptId, AttemptState};
use crate::rules::order::Order;
use crate::rules::reconcile::{Difference, Open, OpenKind, OrderFacts, Tally, between, open, within};
use crate::store::{OrderSlice, ReadTx, Result as StoreResult, Store, StoreExt};

/// Orders read at a time.
const CHUNK: u32 = 100;

/// How often an order that moves is looked at again.
const LOOKS: u32 = 3;

/// What a reconciliation says while it runs.
#[derive(Debug, Clone, Copy)]
pub enum ReconcileNews<'a> {
    /// Something does not agree.
    Difference(&'a Difference),
    /// Something is not decided yet.
    Open(&'a Open),
    /// So much is compared.
    Progress(&'a ReconcileReport),
}

/// What was compared, and what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReconcileReport {
    /// Payments on the bank's list.
    pub payments: u64,
    /// Orders of the shop.
    pub orders: u64,
    /// What does not agree.
    pub differences: u64,
    /// What is not decided yet.
    pub open: u64,
}

/// Why the two sides could not be compared to the end.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// The shop's store failed.
    #[error("the shop's database: {0}")]
    Shop(Error),
    /// The bank gave no list.
    #[error("{0}")]
    Bank(#[from] ListFailure),
    /// The bank's list leads back to where it was.
    #[error("the bank's list does not come to an end")]
    EndlessList,
}

impl Shop {
    /// [`reconcile`] for a shop that is open.
    ///
    /// # Errors
    /// [`ReconcileError`].
    pub fn reconcile(&self, tell: impl FnMut(ReconcileNews<'_>)) -> Result<ReconcileReport, ReconcileError> {
        reconcile(&*self.inner.store, &*self.inner.gateway, tell)
    }
}

/// Compares a shop's store with the bank behind a gateway, and tells each difference as soon as it is sure.
///
/// # Errors
/// [`ReconcileError`]. What was told until then stands; the rest is not known.
pub fn reconcile(
    store: &dyn Store,
    bank: &dyn PaymentGateway,
    tell: impl FnMut(ReconcileNews<'_>),
) -> Result<ReconcileReport, ReconcileError> {
    let report = ReconcileReport::default();
    let mut comparison = Comparison { store, bank, tell, report, listed: HashSet::new() };
    comparison.walk_list()?;
    comparison.walk_orders()?;
    comparison.tally()?;
    Ok(comparison.report)
}

struct Comparison<'a, T> {
    store: &'a dyn Store,
    bank: &'a dyn PaymentGateway,
    tell: T,
    report: ReconcileReport,
    /// Attempts whose key was on the bank's list.
    listed: HashSet<AttemptId>,
}

impl<T: FnMut(ReconcileNews<'_>)> Comparison<'_, T> {
    fn walk_list(&mut self) -> Result<(), ReconcileError> {
        let mut cursor = None;
        // A bank whose cursors lead in a circle would be asked forever.
        let mut seen = HashSet::new();
        loop {
            let page = self.bank.list_payments(cursor.as_ref())?;
            let known = self.view(|tx| page.payments.iter().map(|payment| facts_of(tx, &payment.key)).collect())?;
            let known: Vec<Option<OrderFacts>> = known;
            for (payment, facts) in page.payments.iter().zip(&known) {
                let shop = facts.as_ref().and_then(|facts| Some((facts, facts.attempt(&payment.key)?)));
                self.listed.extend(shop.map(|(_, attempt)| attempt.id));
                if !between(shop, Some(payment)).is_empty() {
                    self.look_again(&payment.key)?;
                }
            }
            self.report.payments += page.payments.len() as u64;
            (self.tell)(ReconcileNews::Progress(&self.report));
            let Some(next) = page.next else { return Ok(()) };
            if page.payments.is_empty() || !seen.insert(next.clone()) {
                return Err(ReconcileError::EndlessList);
            }
            cursor = Some(next);
        }
    }

    fn walk_orders(&mut self) -> Result<(), ReconcileError> {
        let mut before = None;
        loop {
            let page: Vec<OrderFacts> = self.view(|tx| {
                let orders = tx.orders(&OrderSlice { state: None, before, limit: CHUNK })?;
                orders.into_iter().map(|order| facts(tx, order)).collect()
            })?;
            let Some(last) = page.last() else { return Ok(()) };
            before = Some(last.order.id);
            for facts in &page {
                within(facts).iter().for_each(|difference| self.differs(difference));
                open(facts).iter().for_each(|open| self.is_open(open));
                for attempt in &facts.attempts {
                    if attempt.state == AttemptState::Succeeded && !self.listed.contains(&attempt.id) {
                        self.look_again(&attempt.payment_key)?;
                    }
                }
            }
            self.report.orders += page.len() as u64;
            (self.tell)(ReconcileNews::Progress(&self.report));
        }
    }

    /// Counts over all orders: only what was read together can be added up while the shop goes on.
    fn tally(&mut self) -> Result<(), ReconcileError> {
        let differences = self.view(|tx| {
            let (mut tally, mut before) = (Tally::default(), None);
            loop {
                let page = tx.orders(&OrderSlice { state: None, before, limit: CHUNK })?;
                page.iter().for_each(|order| tally.add(order));
                match page.last() {
                    Some(last) => before = Some(last.id),
                    None => return Ok(tally.differences(&tx.discounts()?, tx.last_numbers()?)),
                }
            }
        })?;
        differences.iter().for_each(|difference| self.differs(difference));
        Ok(())
    }

    /// Compares both sides of one key by itself, while the shop stands still.
    fn look_again(&mut self, key: &IdempotencyKey) -> Result<(), ReconcileError> {
        let mut before = self.view(|tx| facts_of(tx, key))?;
        for _ in 0..LOOKS {
            let payment = self.bank.find_payment(key)?;
            let after = self.view(|tx| facts_of(tx, key))?;
            if before == after {
                let shop = after.as_ref().and_then(|facts| Some((facts, facts.attempt(key)?)));
                between(shop, payment.as_ref()).iter().for_each(|difference| self.differs(difference));
                return Ok(());
            }
            before = after;
        }
        if let Some(OrderFacts { order, .. }) = before {
            let Order { number, total, changed_at, .. } = order;
            self.is_open(&Open { order: number, kind: OpenKind::Moving, amount: total, since: changed_at });
        }
        Ok(())
    }

    fn differs(&mut self, difference: &Difference) {
        self.report.differences += 1;
        (self.tell)(ReconcileNews::Difference(difference));
    }

    fn is_open(&mut self, open: &Open) {
        self.report.open += 1;
        (self.tell)(ReconcileNews::Open(open));
    }

    fn view<V>(&self, work: impl FnMut(&dyn ReadTx) -> StoreResult<V>) -> Result<V, ReconcileError> {
        self.store.view(work).map_err(|failure| ReconcileError::Shop(failure.into()))
    }
}

fn facts_of(tx: &dyn ReadTx, key: &IdempotencyKey) -> StoreResult<Option<OrderFacts>> {
    let Some(attempt) = tx.attempt_by_payment_key(key)? else { return Ok(None) };
    tx.order(attempt.order)?.map(|order| facts(tx, order)).transpose()
}

fn facts(tx: &dyn ReadTx, order: Order) -> StoreResult<OrderFacts> {
    Ok(OrderFacts { attempts: tx.attempts(order.id)?, refunds: tx.refunds(order.id)?, order })
}
