//! The sweep: gives every order a final state, whatever was lost on the way.
//!
//! Run it at start and on a timer. It is safe to run twice at a time and beside live checkouts: before anything is
//! asked of the bank, the attempt or refund is claimed in a write, and a claim lasts as long as a call may take. One
//! claim is made, used and given back before the next, so that a slow bank does not let claims run out.

use kit_core::Timestamp;

use super::post::{Command, Decided, Outcome, Terms};
use super::{Error, Shop};
use crate::rules::attempt::{self, Attempt, AttemptId, AttemptState};
use crate::rules::order::Order;
use crate::rules::refund::{Refund, RefundId, RefundState};
use crate::store::{Event, EventKind, WriteTx};

/// What one sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SweepReport {
    /// Attempts that turned out to be paid.
    pub paid: u32,
    /// Attempts that ended without a payment.
    pub not_paid: u32,
    /// Attempts that are still open.
    pub still_open: u32,
    /// Refunds that were given back.
    pub refunded: u32,
    /// Refunds that are still open, or that the bank refused.
    pub not_refunded: u32,
    /// Orders that nobody paid in time.
    pub expired: u64,
    /// Carts that nobody used for long.
    pub carts_removed: u64,
}

impl Shop {
    /// Takes up what is due, at most [`sweep_limit`](super::ShopConfig::sweep_limit) of each kind.
    ///
    /// # Errors
    /// The store's failure, or busy; what was done until then is done.
    pub fn sweep(&self) -> Result<SweepReport, Error> {
        let limit = self.inner.config.sweep_limit;
        let (attempts, refunds, reservations) = self.view(|tx| {
            let now = self.now(tx)?;
            Ok((tx.due_attempts(now, limit)?, tx.due_refunds(now, limit)?, tx.due_reservations(now, limit)?))
        })?;
        let mut report = SweepReport::default();
        for attempt in attempts {
            self.settle_attempt(attempt, &mut report)?;
        }
        for refund in refunds {
            self.settle_refund(refund, &mut report)?;
        }
        for order in reservations {
            kit_core::fail_point!("sweep.reservation-due");
            if let Outcome::Removed(expired) = self.submit(Command::ExpireReservation { order })? {
                report.expired += expired;
            }
        }
        if let Outcome::Removed(carts) = self.submit(Command::PurgeCarts)? {
            report.carts_removed = carts;
        }
        Ok(report)
    }

    /// When the sweep next has something to do; `None` while nothing is open. Forgotten carts are not counted.
    ///
    /// # Errors
    /// The store's failure.
    pub fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        self.view(|tx| tx.next_due())
    }

    fn settle_attempt(&self, attempt: AttemptId, report: &mut SweepReport) -> Result<(), Error> {
        if !self.settle(attempt)? {
            return Ok(());
        }
        match self.view(|tx| tx.attempt(attempt))?.map(|attempt| attempt.state) {
            Some(AttemptState::Succeeded) => report.paid += 1,
            Some(AttemptState::Failed) => report.not_paid += 1,
            _ => report.still_open += 1,
        }
        Ok(())
    }

    fn settle_refund(&self, refund: RefundId, report: &mut SweepReport) -> Result<(), Error> {
        let Outcome::Refund(Some(held)) = self.submit(Command::ClaimRefund { refund })? else { return Ok(()) };
        kit_core::fail_point!("sweep.refund-claimed");
        self.send_refund(&held)?;
        match self.view(|tx| tx.refund(refund))?.map(|refund| refund.state) {
            Some(RefundState::Refunded) => report.refunded += 1,
            _ => report.not_refunded += 1,
        }
        Ok(())
    }
}

/// Takes an attempt over for one call, where it is still due. One whose caller never came back is in doubt from here.
pub(super) fn claim_attempt(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, id: AttemptId) -> Decided {
    let Some(attempt) = tx.attempt(id)? else { return Ok(Ok(Outcome::Claimed(None))) };
    let Some(question) = attempt::question(&attempt, now) else { return Ok(Ok(Outcome::Claimed(None))) };
    let abandoned = attempt.state == AttemptState::Started;
    let held = Attempt {
        state: if abandoned { AttemptState::Unknown } else { attempt.state },
        claims: attempt.claims.saturating_add(1),
        due_at: Some(now.plus(terms.lease)),
        ..attempt
    };
    tx.update_attempt(&held)?;
    if let (true, Some(order)) = (abandoned, tx.order(held.order)?) {
        tx.insert_event(&Event { order: order.id, at: now, kind: EventKind::PaymentUnknown })?;
        tx.update_order(&Order { changed_at: now, ..order })?;
    }
    Ok(Ok(Outcome::Claimed(Some(Box::new((held, question))))))
}

/// Takes a refund over for one call, where it is still due.
pub(super) fn claim_refund(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, id: RefundId) -> Decided {
    let due = |refund: &Refund| refund.due_at.is_some_and(|due_at| due_at <= now);
    let Some(refund) = tx.refund(id)?.filter(due) else { return Ok(Ok(Outcome::Refund(None))) };
    let held = Refund { claims: refund.claims.saturating_add(1), due_at: Some(now.plus(terms.lease)), ..refund };
    tx.update_refund(&held)?;
    Ok(Ok(Outcome::Refund(Some(Box::new(held)))))
}
