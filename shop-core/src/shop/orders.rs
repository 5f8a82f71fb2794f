//! Orders: looking at them, cancelling them, shipping them, letting them run out.

use kit_core::{Calendar, IdempotencyKey, Timestamp, Token, TokenHash};

use super::mail::note;
use super::post::{Command, Decided, Outcome, Terms, unexpected};
use super::{Error, Shop, afterwards, discounts, documents};
use crate::error::Refusal;
use crate::rules::attempt::{Attempt, AttemptState};
use crate::rules::discount::email_key;
use crate::rules::ending::{self, Ending};
use crate::rules::invoice::DocumentKind;
use crate::rules::order::{self, Cancellation, Order, OrderId, OrderNumber, OrderState, OrderStatus};
use crate::rules::refund::{Refund, RefundId, RefundState};
use crate::rules::shipping::DeliveryEstimate;
use crate::store::{Access, Event, EventKind, ReadTx, Result as StoreResult, WriteTx};

/// An order with all that belongs to it, from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// What the customer is told.
    pub status: OrderStatus,
    /// All attempts at paying it, oldest first.
    pub attempts: Vec<Attempt>,
    /// All refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// Its history, oldest first.
    pub events: Vec<Event>,
    /// When it was promised to arrive.
    pub delivery: DeliveryEstimate,
    /// When it was looked at: all of this was true then.
    pub as_of: Timestamp,
}

impl OrderView {
    pub(super) fn load(tx: &dyn ReadTx, order: Order, calendar: Calendar, as_of: Timestamp) -> StoreResult<Self> {
        let attempts = tx.attempts(order.id)?;
        let live = attempts.iter().find(|attempt| Some(attempt.id) == order.live_attempt);
        let refunds = tx.refunds(order.id)?;
        let refund = refunds.iter().find(|refund| Some(refund.id) == order.refund);
        let status = order::status(&order, live, refund);
        let (events, delivery) = (tx.events(order.id)?, order.delivery(calendar));
        Ok(Self { status, refunds, events, attempts, order, delivery, as_of })
    }

    /// The latest attempt at paying it: where it failed, its `failure` says why.
    #[must_use]
    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// Whether the customer may pay it again now; a page shows the form only then.
    #[must_use]
    pub fn may_pay_again(&self) -> bool {
        order::may_pay(&self.order, self.as_of).is_ok()
    }

    /// Why it ended without a payment; `None` where it did not.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        ending::ending(&self.order, self.last_attempt())
    }

    /// Whether the customer may cancel it now.
    #[must_use]
    pub fn may_cancel(&self) -> bool {
        matches!(order::cancel(&self.order), Ok(Cancellation::Release | Cancellation::Refund))
    }
}

/// An order that was found by its number and e-mail address.
pub struct FoundOrder {
    /// Opens the order's page, like the token that its customer was given first. The shop keeps only its hash.
    pub token: Token,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A cancellation, with everything that is drawn before the write.
pub(super) struct Cancel {
    pub(super) order: OrderId,
    pub(super) refund: RefundId,
    pub(super) key: IdempotencyKey,
    /// Whether a refund that the bank refused is sent again: an operator's decision.
    pub(super) retry_refused: bool,
}

impl Shop {
    /// The order whose page `token` opens.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], or the store's failure.
    pub fn order(&self, token: &Token) -> Result<OrderView, Error> {
        let hash = token.hash();
        self.find(Refusal::OrderNotFound, |tx| {
            let now = self.now(tx)?;
            opened_by(tx, &hash, now)?.map(|order| OrderView::load(tx, order, self.calendar(), now)).transpose()
        })
    }

    /// Finds an order by its number and the e-mail address that it was placed with, for customers who lost the link. They
    /// are given a token of their own: the first one is nowhere to be read.
    ///
    /// A number is 40 random bits, so guessing one of an address that is known is hopeless where tries are limited; that
    /// is the caller's to do. An unknown number and another address are told alike.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], or the store's failure.
    pub fn find_order(&self, number: OrderNumber, email: &str) -> Result<FoundOrder, Error> {
        let email = email_key(email);
        let order = self.find(Refusal::OrderNotFound, |tx| {
            let order = tx.order_by_number(number)?;
            Ok(order.filter(|order| email_key(&order.contact.email) == email))
        })?;
        let token = Token::from_bytes(self.inner.env.random());
        let opened = self.submit(Command::OpenAccess { order: order.id, token: token.hash() })?;
        let Outcome::Opened { expires_at } = opened else { return Err(unexpected()) };
        Ok(FoundOrder { token, expires_at })
    }

    /// Cancels an order for its customer. A paid order is given back first: its status says how far that is.
    /// Cancelling twice is no error.
    ///
    /// # Errors
    /// [`Refusal::OrderNotFound`], [`Refusal::PaymentInProgress`], [`Refusal::AlreadyShipped`], or the store's failure.
    pub fn cancel(&self, token: &Token) -> Result<OrderView, Error> {
        let order = self.order(token)?.order.id;
        self.cancel_order(order, false)?;
        afterwards(self.order(token))
    }

    pub(super) fn cancel_order(&self, order: OrderId, retry_refused: bool) -> Result<(), Error> {
        let refund = RefundId::from_uuid(self.inner.env.uuid());
        let key = IdempotencyKey::from_uuid(self.inner.env.uuid());
        let command = Command::Cancel(Box::new(Cancel { order, refund, key, retry_refused }));
        let Outcome::Refund(refund) = self.submit(command)? else { return Err(unexpected()) };
        if let Some(refund) = refund {
            kit_core::fail_point!("refund.recorded");
            // The cancellation is recorded. Where the answer cannot be, the sweep sends the refund again.
            let _ = self.send_refund(&refund);
        }
        Ok(())
    }
}

/// The order whose page a token opens: the one it was placed with, or a further one that has not expired.
pub(super) fn opened_by(tx: &dyn ReadTx, token: &TokenHash, now: Timestamp) -> StoreResult<Option<Order>> {
    if let Some(order) = tx.order_by_token(token)? {
        return Ok(Some(order));
    }
    match tx.access(token)? {
        Some(access) if now < access.expires_at => tx.order(access.order),
        _ => Ok(None),
    }
}

/// Records a further token of an order.
pub(super) fn open_access(
    tx: &mut dyn WriteTx,
    now: Timestamp,
    terms: &Terms,
    order: OrderId,
    token: TokenHash,
) -> Decided {
    let expires_at = now.plus(terms.found_order);
    tx.insert_access(&Access { token, order, expires_at })?;
    Ok(Ok(Outcome::Opened { expires_at }))
}

/// Decides and records a cancellation.
pub(super) fn cancel(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, cancel: &Cancel) -> Decided {
    let Some(order) = tx.order(cancel.order)? else { return Ok(Err(Refusal::OrderNotFound)) };
    match order::cancel(&order) {
        Err(refusal) => Ok(Err(refusal)),
        Ok(Cancellation::Release) => {
            let mut order = order;
            // An order of nothing has an invoice all the same: it is taken back, and no bank is asked.
            if order.invoice.is_some() {
                order.credit_note = Some(documents::issue(tx, now, DocumentKind::CreditNote)?);
            }
            finish(tx, now, order, OrderState::Cancelled, EventKind::Cancelled)?;
            Ok(Ok(Outcome::Refund(None)))
        }
        Ok(Cancellation::Refund) => begin_refund(tx, now, terms, order, cancel),
        Ok(Cancellation::Already) => {
            let refund = order.refund.map(|id| tx.refund(id)).transpose()?.flatten();
            match refund {
                Some(refund) if cancel.retry_refused && refund.state == RefundState::Refused => {
                    reopen_refund(tx, now, terms, order, refund)
                }
                _ => Ok(Ok(Outcome::Refund(None))),
            }
        }
    }
}

/// Records a refund before the bank is called, leased to its caller.
fn begin_refund(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, order: Order, cancel: &Cancel) -> Decided {
    let attempts = tx.attempts(order.id)?;
    let paid = attempts.iter().find(|attempt| attempt.state == AttemptState::Succeeded);
    let Some((amount, payment)) = paid.and_then(|attempt| Some((attempt.amount, attempt.payment.clone()?))) else {
        return Err(kit_core::StoreFailure::not_committed("a paid order without its payment"));
    };
    let refund = Refund {
        id: cancel.refund,
        order: order.id,
        key: cancel.key.clone(),
        payment,
        // What was paid goes back, shipping and all.
        amount,
        state: RefundState::Pending,
        claims: 0,
        due_at: Some(now.plus(terms.lease)),
        refusal: None,
        started_at: now,
        ended_at: None,
    };
    tx.insert_refund(&refund)?;
    tx.insert_event(&Event { order: order.id, at: now, kind: EventKind::RefundStarted })?;
    let state = OrderState::Cancelling;
    tx.update_order(&Order { state, refund: Some(refund.id), changed_at: now, ..order })?;
    Ok(Ok(Outcome::Refund(Some(Box::new(refund)))))
}

/// Takes a refused refund up again under its own key. A new key would be the wrong one to ask under: where an earlier
/// call under this one did give the money back, and only its answer was lost, a new one is refused for ever.
fn reopen_refund(tx: &mut dyn WriteTx, now: Timestamp, terms: &Terms, order: Order, refund: Refund) -> Decided {
    let reopened = Refund {
        state: RefundState::Pending,
        claims: refund.claims.saturating_add(1),
        due_at: Some(now.plus(terms.lease)),
        refusal: None,
        ended_at: None,
        ..refund
    };
    tx.update_refund(&reopened)?;
    tx.insert_event(&Event { order: order.id, at: now, kind: EventKind::RefundStarted })?;
    tx.update_order(&Order { changed_at: now, ..order })?;
    Ok(Ok(Outcome::Refund(Some(Box::new(reopened)))))
}

/// Decides and records that an order was sent off.
pub(super) fn ship(tx: &mut dyn WriteTx, now: Timestamp, id: OrderId) -> Decided {
    let Some(order) = tx.order(id)? else { return Ok(Err(Refusal::OrderNotFound)) };
    if let Err(refusal) = order::may_ship(&order) {
        return Ok(Err(refusal));
    }
    tx.update_order(&Order { state: OrderState::Shipped, changed_at: now, ..order })?;
    note(tx, &Event { order: id, at: now, kind: EventKind::Shipped })?;
    Ok(Ok(Outcome::Done))
}

/// Lets an order go whose reservation has run out; asked again here, as it may have been paid since it was listed.
pub(super) fn expire_reservation(tx: &mut dyn WriteTx, now: Timestamp, id: OrderId) -> Decided {
    match tx.order(id)? {
        Some(order) if order::is_abandoned(&order, now) => {
            finish(tx, now, order, OrderState::NotPaid, EventKind::NotPaid)?;
            Ok(Ok(Outcome::Removed(1)))
        }
        _ => Ok(Ok(Outcome::Removed(0))),
    }
}

/// Ends an order that was never paid: its stock goes back, and the use of its discount code.
fn finish(tx: &mut dyn WriteTx, now: Timestamp, order: Order, state: OrderState, kind: EventKind) -> StoreResult<()> {
    return_stock(tx, &order)?;
    discounts::return_use(tx, &order)?;
    note(tx, &Event { order: order.id, at: now, kind })?;
    tx.update_order(&Order { state, changed_at: now, ..order })
}

/// Puts back what an order took. Called exactly once an order: on entering one of its two last states.
pub(super) fn return_stock(tx: &mut dyn WriteTx, order: &Order) -> StoreResult<()> {
    for line in &order.lines {
        if let Some(product) = tx.product(&line.sku)? {
            tx.set_stock(&line.sku, product.stock.saturating_add(line.quantity.get()))?;
        }
    }
    Ok(())
}
