//! Reconciliation: what the shop has written down against what the bank has, and against itself.
//!
//! One payment, by its key:
//!
//! | the shop's attempt ↓ / at the bank → | nothing | not taken, over | open | captured |
//! |---|---|---|---|---|
//! | none under this key | – | – | unknown-payment | unknown-payment |
//! | started, unknown, awaiting approval | – | – | – | – |
//! | failed | – | – | open-at-bank | captured-unpaid |
//! | succeeded | capture-missing | capture-missing | capture-missing | amounts, id and refunds are compared |
//!
//! A payment of which everything was given back counts as not taken, but for an attempt that succeeded: giving it back is
//! how an operator settles the other two. An attempt that is still undecided is no difference, whatever the bank has: the sweep is about to ask. But another
//! *amount* under its key is one, as no answer will ever decide that. "Not taken, over" is voided, cancelled, expired or
//! declined: a bank may list such payments or not.
//!
//! One order, by itself: money was taken once where its state says so, and never otherwise; its parts add up to what it
//! costs; it has an invoice if it was ever paid, and a credit note if that was given back; see [`within`].
//!
//! All orders together: see [`Tally`].

mod tally;

use std::fmt;

use kit_core::{IdempotencyKey, Money, Timestamp};

use super::attempt::{Attempt, AttemptState};
use super::order::{Order, OrderNumber, OrderState};
use super::refund::{Refund, RefundState};
use crate::codes::codes;
use crate::gateway::{ListedPayment, PaymentRef, PaymentState};

pub use tally::Tally;

/// What the shop has written down about an order and its money, from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    /// The order.
    pub order: Order,
    /// All attempts at paying it.
    pub attempts: Vec<Attempt>,
    /// All refunds.
    pub refunds: Vec<Refund>,
}

impl OrderFacts {
    /// The attempt for which the bank was asked under this key.
    #[must_use]
    pub fn attempt(&self, key: &IdempotencyKey) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.payment_key == *key)
    }
}

/// What does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// The bank took or holds money under a key that the shop never used, or has forgotten.
    UnknownPayment,
    /// The shop counts an attempt as paid; the bank has no captured payment under its key.
    CaptureMissing,
    /// The bank took money for an attempt that ended without it.
    CapturedUnpaid,
    /// The bank may still take money for an attempt that ended without it.
    OpenAtBank,
    /// The bank was asked for another amount, or in another currency.
    AmountDiffers,
    /// The bank took another sum than was asked.
    CapturedDiffers,
    /// The bank's payment is not the one that the shop knows by its id.
    PaymentDiffers,
    /// The bank gave back another sum than the shop's refunds say.
    RefundedDiffers,
    /// The order counts as paid, and no attempt succeeded.
    OrderUnpaid,
    /// An attempt succeeded, and the order does not count as paid.
    OrderPaid,
    /// More than one attempt succeeded.
    PaidTwice,
    /// What was paid is not what the order costs.
    TotalDiffers,
    /// The order is cancelled, and what was paid is not given back.
    RefundMissing,
    /// The lines, the discount and the shipping of an order do not add up to what it costs.
    PartsDiffer,
    /// An order was paid and has no invoice, or was given back and has no credit note; or the other way round.
    DocumentsDiffer,
    /// The uses of a discount code are not the orders that hold it, or more than there may be.
    UsesDiffer,
    /// The numbers of invoices or credit notes have a gap.
    NumbersDiffer,
    /// The attempts without a final state are not the one that the order waits for.
    LiveAttemptDiffers,
}

codes!(DifferenceKind {
    UnknownPayment => "unknown-payment",
    CaptureMissing => "capture-missing",
    CapturedUnpaid => "captured-unpaid",
    OpenAtBank => "open-at-bank",
    AmountDiffers => "amount-differs",
    CapturedDiffers => "captured-differs",
    PaymentDiffers => "payment-differs",
    RefundedDiffers => "refunded-differs",
    OrderUnpaid => "order-unpaid",
    OrderPaid => "order-paid",
    PaidTwice => "paid-twice",
    TotalDiffers => "total-differs",
    RefundMissing => "refund-missing",
    PartsDiffer => "parts-differ",
    DocumentsDiffer => "documents-differ",
    UsesDiffer => "uses-differ",
    NumbersDiffer => "numbers-differ",
    LiveAttemptDiffers => "live-attempt-differs",
});

/// One thing that does not agree. Prints as one line, but for what the bank says in `detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub kind: DifferenceKind,
    /// Whose order; `None` where the shop knows none.
    pub order: Option<OrderNumber>,
    /// The bank's id of the payment, where one is known.
    pub payment: Option<PaymentRef>,
    /// Both sides, in words.
    pub detail: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<20}  ", self.kind.code())?;
        match self.order {
            Some(order) => write!(f, "order {order}  ")?,
            None => write!(f, "no order         ")?,
        }
        if let Some(payment) = &self.payment {
            write!(f, "payment {}  ", payment.0)?;
        }
        f.write_str(&self.detail)
    }
}

/// What is not decided yet: no difference, and it should not last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Whose order.
    pub order: OrderNumber,
    /// What waits.
    pub kind: OpenKind,
    /// How much it is about.
    pub amount: Money,
    /// Since when.
    pub since: Timestamp,
}

/// What waits, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpenKind {
    /// Nobody knows yet whether the bank took the money: the sweep asks.
    Payment,
    /// The customer has to confirm on the bank's own page.
    Approval,
    /// The bank has not answered a refund: the sweep sends it again.
    Refund,
    /// The bank refused a refund: an operator has to act.
    RefusedRefund,
    /// The order was changed each time while it was compared.
    Moving,
}

codes!(OpenKind {
    Payment => "payment",
    Approval => "approval",
    Refund => "refund",
    RefusedRefund => "refused-refund",
    Moving => "moving",
});

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            OpenKind::Payment => "not known yet whether it is paid; the sweep asks the bank",
            OpenKind::Approval => "waits for its approval at the bank",
            OpenKind::Refund => "waits for the bank to answer its refund",
            OpenKind::RefusedRefund => "the bank refused its refund; see the alerts, then cancel it once more",
            OpenKind::Moving => "was changed while it was compared; compare again",
        };
        let Self { order, amount, since, .. } = self;
        write!(f, "{:<20}  order {order}  {amount} since {}: {what}", "open", since.rfc3339_seconds())
    }
}

/// Compares both sides of one key. `None` is a side that has nothing under it.
#[must_use]
pub fn between(shop: Option<(&OrderFacts, &Attempt)>, bank: Option<&ListedPayment>) -> Vec<Difference> {
    match (shop, bank) {
        (None, None) => Vec::new(),
        (None, Some(payment)) => unknown(payment).into_iter().collect(),
        (Some((facts, attempt)), None) => missing(facts, attempt, "nothing").into_iter().collect(),
        (Some((facts, attempt)), Some(payment)) => both(facts, attempt, payment),
    }
}

fn unknown(payment: &ListedPayment) -> Option<Difference> {
    let ListedPayment { state, amount, captured, refunded, reference, created_at, .. } = payment;
    let detail = match state {
        _ if keeps_money(payment) => format!("the bank took {captured} and gave {refunded} back"),
        state if state.is_open() => format!("the bank has {amount} {}", state.code()),
        _ => return None,
    };
    let detail = format!("{detail}, {}, {reference:?}; the shop knows nothing of it", created_at.rfc3339_seconds());
    Some(Difference { kind: DifferenceKind::UnknownPayment, order: None, payment: Some(payment.id.clone()), detail })
}

/// Whether it took money that was not given back since.
fn keeps_money(payment: &ListedPayment) -> bool {
    payment.captured != payment.refunded
}

fn missing(facts: &OrderFacts, attempt: &Attempt, found: &str) -> Option<Difference> {
    let detail = format!("the shop counts {} as paid; the bank has {found} under the key", attempt.amount);
    let payment = attempt.payment.clone();
    let difference = Difference { payment, ..of(facts, DifferenceKind::CaptureMissing, detail) };
    (attempt.state == AttemptState::Succeeded).then_some(difference)
}

fn both(facts: &OrderFacts, attempt: &Attempt, payment: &ListedPayment) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differs = |kind, detail| {
        found.push(Difference { payment: Some(payment.id.clone()), ..of(facts, kind, detail) });
    };
    // A key that was voided before its payment arrived stands there without an amount.
    let is_fence = payment.state == PaymentState::Voided && payment.amount.minor == 0;
    if payment.amount != attempt.amount && !is_fence {
        let detail = format!("the shop asked for {}, the bank for {}", attempt.amount, payment.amount);
        differs(DifferenceKind::AmountDiffers, detail);
    }
    match attempt.state {
        AttemptState::Started | AttemptState::Refused | AttemptState::Unknown | AttemptState::AwaitingApproval => {}
        AttemptState::Failed if keeps_money(payment) => {
            let (took, gave) = (payment.captured, payment.refunded);
            let detail = format!("the attempt ended without a payment; the bank took {took} and gave {gave} back");
            differs(DifferenceKind::CapturedUnpaid, detail);
        }
        AttemptState::Failed if payment.state.is_open() => {
            let detail = format!("the attempt ended without a payment; at the bank it is {}", payment.state.code());
            differs(DifferenceKind::OpenAtBank, detail);
        }
        AttemptState::Failed => {}
        AttemptState::Succeeded if payment.state != PaymentState::Captured => {
            found.extend(missing(facts, attempt, &format!("one that is {}", payment.state.code())));
        }
        AttemptState::Succeeded => {
            if payment.captured != payment.amount {
                let detail = format!("the bank took {} of {}", payment.captured, payment.amount);
                differs(DifferenceKind::CapturedDiffers, detail);
            }
            if let Some(known) = attempt.payment.as_ref().filter(|known| **known != payment.id) {
                differs(DifferenceKind::PaymentDiffers, format!("the shop knows it as payment {}", known.0));
            }
            if let Some(detail) = refunds_differ(facts, attempt, payment) {
                differs(DifferenceKind::RefundedDiffers, detail);
            }
        }
    }
    found
}

/// What the bank gave back is what the shop's answered refunds say, and at most what its unanswered ones add to that.
fn refunds_differ(facts: &OrderFacts, attempt: &Attempt, payment: &ListedPayment) -> Option<String> {
    let sum = |state| -> i128 {
        let of_it = |refund: &&Refund| Some(&refund.payment) == attempt.payment.as_ref() && refund.state == state;
        facts.refunds.iter().filter(of_it).map(|refund| i128::from(refund.amount.minor)).sum()
    };
    let (answered, asked) = (sum(RefundState::Refunded), sum(RefundState::Pending));
    let refunded = i128::from(payment.refunded.minor);
    let agrees = (answered..=answered + asked).contains(&refunded);
    let told = i64::try_from(answered)
        .map_or_else(|_| "more".to_owned(), |minor| Money::new(minor, attempt.amount.currency).to_string());
    (!agrees).then(|| format!("the shop counts {told} as given back, the bank gave {} back", payment.refunded))
}

/// What contradicts itself within the shop's own books.
#[must_use]
pub fn within(facts: &OrderFacts) -> Vec<Difference> {
    let OrderFacts { order, attempts, refunds } = facts;
    let mut found = Vec::new();
    let mut differs = |kind, detail: String| found.push(of(facts, kind, detail));
    let succeeded: Vec<_> = attempts.iter().filter(|attempt| attempt.state == AttemptState::Succeeded).collect();
    let refund = refunds.iter().find(|refund| Some(refund.id) == order.refund);
    let state = order.state.code();
    let (should_be_paid, should_be_given_back) = match order.state {
        OrderState::AwaitingPayment | OrderState::NotPaid => (false, false),
        // An order of nothing is paid by no attempt, and nothing goes back.
        _ if order.is_free() => (false, false),
        OrderState::Paid | OrderState::Shipped => (true, false),
        OrderState::Cancelling => (true, true),
        // An order that was cancelled before it was paid has no refund.
        OrderState::Cancelled => (order.refund.is_some() || !succeeded.is_empty(), true),
    };
    if should_be_paid && succeeded.is_empty() {
        differs(DifferenceKind::OrderUnpaid, format!("the order is {state}, and no attempt at paying it succeeded"));
    }
    if !should_be_paid && !succeeded.is_empty() {
        differs(DifferenceKind::OrderPaid, format!("the order is {state}, and an attempt at paying it succeeded"));
    }
    if succeeded.len() > 1 {
        differs(DifferenceKind::PaidTwice, format!("{} attempts at paying the order succeeded", succeeded.len()));
    }
    for attempt in succeeded.iter().filter(|attempt| attempt.amount != order.total) {
        differs(DifferenceKind::TotalDiffers, format!("{} was paid, the order costs {}", attempt.amount, order.total));
    }
    let given_back = match (order.state, refund.map(|refund| refund.state)) {
        (OrderState::Cancelled, state) => state == Some(RefundState::Refunded),
        (_, state) => state.is_some(),
    };
    if should_be_paid && should_be_given_back && !given_back {
        differs(DifferenceKind::RefundMissing, format!("the order is {state}, and its money is not on its way back"));
    }
    let shares: i64 = order.lines.iter().map(|line| line.discount.minor).sum();
    let discount = order.discount.as_ref().map_or(0, |discount| discount.amount.minor);
    let parts = order.goods().minor - discount + order.shipping.price.minor;
    if parts != order.total.minor || shares != discount {
        let (parts, total) = (Money::new(parts, order.total.currency), order.total);
        differs(DifferenceKind::PartsDiffer, format!("the order costs {total}, its parts {parts}"));
    }
    let was_given_back =
        order.state == OrderState::Cancelled && refund.is_some_and(|refund| refund.state == RefundState::Refunded);
    let ought = if order.is_free() {
        (true, order.state == OrderState::Cancelled)
    } else {
        (!succeeded.is_empty(), was_given_back)
    };
    if (order.invoice.is_some(), order.credit_note.is_some()) != ought {
        let has = |document: bool| if document { "one" } else { "none" };
        let (invoice, credit_note) = (has(order.invoice.is_some()), has(order.credit_note.is_some()));
        let detail = format!("the order is {state}; of invoices it has {invoice}, of credit notes {credit_note}");
        differs(DifferenceKind::DocumentsDiffer, detail);
    }
    let live: Vec<_> = attempts.iter().filter(|attempt| !attempt.state.is_final()).map(|a| a.id).collect();
    if live != order.live_attempt.into_iter().collect::<Vec<_>>() {
        let detail = format!("{} attempts are undecided; the order is {state}", live.len());
        differs(DifferenceKind::LiveAttemptDiffers, detail);
    }
    found
}

/// What is not decided yet.
#[must_use]
pub fn open(facts: &OrderFacts) -> Vec<Open> {
    let order = facts.order.number;
    let attempts = facts.attempts.iter().filter_map(|attempt| {
        let kind = match attempt.state {
            AttemptState::Started | AttemptState::Refused | AttemptState::Unknown => OpenKind::Payment,
            AttemptState::AwaitingApproval => OpenKind::Approval,
            AttemptState::Succeeded | AttemptState::Failed => return None,
        };
        Some(Open { order, kind, amount: attempt.amount, since: attempt.started_at })
    });
    let decides = |refund: &&Refund| Some(refund.id) == facts.order.refund;
    let refunds = facts.refunds.iter().filter(decides).filter_map(|refund| {
        let kind = match refund.state {
            RefundState::Pending => OpenKind::Refund,
            RefundState::Refused => OpenKind::RefusedRefund,
            RefundState::Refunded => return None,
        };
        Some(Open { order, kind, amount: refund.amount, since: refund.started_at })
    });
    attempts.chain(refunds).collect()
}

fn of(facts: &OrderFacts, kind: DifferenceKind, detail: String) -> Difference {
    Difference { kind, order: Some(facts.order.number), payment: None, detail }
}

#[cfg(test)]
#[path = "reconcile/tests.rs"]
mod tests;
