//! The outbox: what waits to be told about orders, and what became of it. The shop sends nothing by itself; whoever runs
//! it does, outside of any request.

use std::time::Duration;

use kit_core::{Delivery, Timestamp};

use super::post::Terms;
use super::{Error, Shop};
use crate::rules::mail::{Mail, MailKind};
use crate::rules::order::{Order, OrderId};
use crate::store::{Alert, Event, EventKind, Result as StoreResult, StoreExt, WriteTx};

/// How long a mail that was sent or given up is remembered.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A mail that is to be sent now, with the order that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The mail.
    pub mail: Mail,
    /// What it is about, and whom it goes to.
    pub order: Order,
}

impl Shop {
    /// The time, by the shop's clock.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.inner.env.now()
    }

    /// What is to be sent now, the longest due first, at most `limit`.
    ///
    /// # Errors
    /// The store's failure.
    pub fn letters(&self, limit: u32) -> Result<Vec<Letter>, Error> {
        self.view(|tx| {
            let mut letters = Vec::new();
            for mail in tx.due_mails(self.now(tx)?, limit)? {
                letters.extend(tx.order(mail.order)?.map(|order| Letter { mail, order }));
            }
            Ok(letters)
        })
    }

    /// Writes down what became of a mail. What was sent or given up stays so. One that is given up raises an alert, the
    /// first of an order's to its customer and the first to the operator; `failure` says there why it was not taken.
    ///
    /// # Errors
    /// The store's failure: the mail is still due then.
    pub fn settle_mail(
        &self,
        order: OrderId,
        kind: MailKind,
        state: Delivery,
        failure: Option<&str>,
    ) -> Result<(), Error> {
        Ok(self.inner.store.record(|tx| {
            let Some(settled) = tx.mail(order, kind)?.and_then(|mail| mail.settled(state)) else { return Ok(()) };
            if let Some((alert, at)) = settled.alert() {
                let detail = match failure {
                    Some(why) => format!("{}: {why}", kind.code()),
                    None => kind.code().to_owned(),
                };
                tx.put_alert(&Alert { subject: order.uuid(), kind: alert, order, at, detail })?;
            }
            tx.update_mail(&settled)
        })?)
    }

    /// Forgets mails that were sent or given up 30 days ago; returns how many.
    ///
    /// # Errors
    /// The store's failure.
    pub fn forget_old_mails(&self) -> Result<usize, Error> {
        let before = self.time().minus(REMEMBERED);
        let old = self.view(|tx| tx.mails_ended(before, 1_000))?;
        if !old.is_empty() {
            self.inner.store.record(|tx| old.iter().try_for_each(|(order, kind)| tx.remove_mail(*order, *kind)))?;
        }
        Ok(old.len())
    }
}

/// Records the mail that tells the operator of an order that is paid in this write, where the operator wants to know.
pub(super) fn note_new_order(tx: &mut dyn WriteTx, terms: &Terms, order: OrderId, at: Timestamp) -> StoreResult<()> {
    if terms.notify_operator { tx.insert_mail(&Mail::new(order, MailKind::NewOrder, at)) } else { Ok(()) }
}

/// Appends to an order's history, and records the mail that tells of it where there is one.
pub(super) fn note(tx: &mut dyn WriteTx, event: &Event) -> StoreResult<()> {
    tx.insert_event(event)?;
    let kind = match event.kind {
        EventKind::Paid => MailKind::Paid,
        EventKind::Shipped => MailKind::Shipped,
        EventKind::Cancelled => MailKind::Cancelled,
        EventKind::NotPaid => MailKind::NotPaid,
        // What the customer sees happening, what goes on, and what an operator has to mend.
        EventKind::Placed
        | EventKind::PaymentStarted
        | EventKind::PaymentUnknown
        | EventKind::ApprovalRequested
        | EventKind::PaymentFailed
        | EventKind::RefundStarted
        | EventKind::RefundRefused
        | EventKind::Refunded => return Ok(()),
    };
    tx.insert_mail(&Mail::new(event.order, kind, event.at))
}
