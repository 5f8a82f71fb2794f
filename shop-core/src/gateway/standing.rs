//! What a payment that a bank reports means to whoever asked. Pure, and the same however the report came.
//!
//! A report is believed only where its facts equal what was asked: anything else is a [`Answer::Mismatch`].

use kit_core::{Currency, IdempotencyKey, Money, Timestamp};

use super::{Advice, Answer, Code, Expected, PaymentRef};

pub(super) use super::list::PaymentState as State;

/// A payment as the bank reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payment {
    pub(super) id: PaymentRef,
    pub(super) key: IdempotencyKey,
    pub(super) state: State,
    pub(super) amount: Money,
    pub(super) captured: Money,
    pub(super) refunded: Money,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) decline: Option<(Code, Advice)>,
}

impl Payment {
    /// The same payment in the currency as the shop counts it. Where the two differ by their decimals alone, one of
    /// them has an older database, and equal amounts are equal. What cannot be counted so stays, and matches nothing.
    fn counted_in(&self, currency: Currency) -> Self {
        let counted = |money: Money| money.counted_in(currency);
        match (counted(self.amount), counted(self.captured), counted(self.refunded)) {
            (Some(amount), Some(captured), Some(refunded)) => Self { amount, captured, refunded, ..self.clone() },
            _ => self.clone(),
        }
    }
}

/// A payment reported as voided.
pub(super) fn after_void(payment: &Payment, expected: &Expected) -> Answer {
    let payment = &payment.counted_in(expected.amount.currency);
    match payment.state {
        // The bank reports success and still holds the money: that contradicts itself.
        State::Authorized | State::RequiresApproval => mismatch("status"),
        _ => under_key(payment, expected),
    }
}

/// A payment reported after a capture of `amount`. What was captured before counts into the payment's total, so that
/// the total may be more; it may be less by nothing.
pub(super) fn after_capture(payment: &Payment, asked: &PaymentRef, amount: Money, last: bool) -> Answer {
    let payment = &payment.counted_in(amount.currency);
    if let Some(field) = differs(payment, asked, amount) {
        return mismatch(field);
    }
    if payment.captured.minor < amount.minor || payment.captured.minor > payment.amount.minor {
        return mismatch("captured");
    }
    match (payment.state, payment.expires_at) {
        (State::Captured, _) => Answer::Captured { payment: payment.id.clone() },
        (State::Authorized, Some(expires_at)) if !last => {
            Answer::Authorized { payment: payment.id.clone(), expires_at }
        }
        (State::Authorized, None) if !last => Answer::Unknown,
        _ => mismatch("status"),
    }
}

/// A payment reported after a refund of `amount`. Earlier refunds count into the payment's total.
pub(super) fn after_refund(payment: &Payment, asked: &PaymentRef, amount: Money) -> Answer {
    let payment = &payment.counted_in(amount.currency);
    if let Some(field) = differs(payment, asked, amount) {
        return mismatch(field);
    }
    if payment.refunded.minor < amount.minor || payment.refunded.minor > payment.captured.minor {
        return mismatch("refunded");
    }
    Answer::Refunded
}

/// What a payment that the bank reports under a key means to whoever asked for `expected` under that key.
pub(super) fn under_key(payment: &Payment, expected: &Expected) -> Answer {
    let payment = &payment.counted_in(expected.amount.currency);
    if payment.key != expected.key {
        return mismatch("idempotency_key");
    }
    match payment.state {
        State::Captured => taken(payment, expected.amount),
        State::Authorized => match (same_amount(payment, expected.amount), payment.expires_at) {
            (Some(field), _) => mismatch(field),
            (None, Some(expires_at)) => Answer::Authorized { payment: payment.id.clone(), expires_at },
            (None, None) => Answer::Unknown,
        },
        // Not decided yet. Where the payer would confirm it is not part of this answer, so there is nothing to lead to.
        State::RequiresApproval => Answer::Unknown,
        // Nothing was charged whatever the amount was; a fence has none. But then nothing must have been captured.
        State::Voided | State::Cancelled | State::Expired | State::Declined if payment.captured.minor != 0 => {
            mismatch("captured")
        }
        State::Voided | State::Cancelled => Answer::Voided,
        State::Expired => Answer::Expired,
        State::Declined => {
            let (code, advice) = payment.decline.clone().unwrap_or((Code::new("declined"), Advice::DoNotRetry));
            Answer::Declined { code, advice }
        }
    }
}

/// A captured payment is `Captured` only where all that was asked was taken: less or more is another fact.
fn taken(payment: &Payment, amount: Money) -> Answer {
    match same_amount(payment, amount) {
        Some(field) => mismatch(field),
        None if payment.captured != amount => mismatch("captured"),
        None => Answer::Captured { payment: payment.id.clone() },
    }
}

fn same_amount(payment: &Payment, amount: Money) -> Option<&'static str> {
    if payment.amount.currency != amount.currency {
        Some("currency")
    } else if payment.amount != amount {
        Some("amount")
    } else {
        None
    }
}

/// A capture or refund names the payment, so the answer must be about that one.
fn differs(payment: &Payment, asked: &PaymentRef, amount: Money) -> Option<&'static str> {
    if payment.id != *asked {
        Some("id")
    } else if payment.amount.currency != amount.currency {
        Some("currency")
    } else {
        None
    }
}

/// The field's name may come from outside and lands in alerts: it keeps what a name may hold.
pub(super) fn mismatch(field: &str) -> Answer {
    let fits = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || *c == '-';
    Answer::Mismatch { field: field.chars().filter(fits).take(64).collect() }
}
