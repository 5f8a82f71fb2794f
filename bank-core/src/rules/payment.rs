//! The life of a payment, as a total table: every state meets every event here, and a test walks every cell.
//!
//! | state ↓ / event → | approve | capture | void, void by key | refund | time passes |
//! |---|---|---|---|---|---|
//! | requires-approval | approved | not-authorized | cancelled | not-captured | expired |
//! | authorized, nothing captured | wrong-state | captured in part or whole | voided | not-captured | expired |
//! | authorized, captured in part | wrong-state | captured in part or whole | captured, rest released and that noted | of what was captured | captured, rest released |
//! | captured, the rest released by a void | wrong-state | already-captured | the same again | of what was captured | – |
//! | captured otherwise | wrong-state | already-captured | already-captured | of what was captured | – |
//! | voided, cancelled, expired, declined | wrong-state | wrong-state | the same again | not-captured | – |

use kit_core::{Money, Timestamp};

use crate::model::Refusal;
use crate::model::{Payment, PaymentState, PaymentThen, Standing};

/// What a void comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoidStep {
    /// Nothing was captured: end it in this state.
    End(PaymentState),
    /// Part of it was captured: release the rest, and note that a void did so.
    ReleaseRest,
    /// It has ended without a charge, or an earlier void released the rest: say so again.
    AsItIs,
}

/// Whether the payment's time has ended by `now`.
#[must_use]
pub fn is_due(payment: &Payment, now: Timestamp) -> bool {
    let open = matches!(payment.state, PaymentState::Authorized | PaymentState::RequiresApproval);
    open && payment.expires_at.is_some_and(|end| end <= now)
}

/// The payment as it reads at `now`: a hold ends exactly at its time, whether or not it has been released by then.
#[must_use]
pub fn as_of(payment: &Payment, now: Timestamp) -> Payment {
    let mut seen = payment.clone();
    if is_due(payment, now) {
        seen.state = if seen.captured > 0 { PaymentState::Captured } else { PaymentState::Expired };
        seen.expires_at = None;
    }
    seen
}

/// Which stored payments read as `state` at `now`: as [`as_of`], for a store to look for.
#[must_use]
pub fn reads_as(state: PaymentState, now: Timestamp) -> Standing {
    let lapsed = match state {
        PaymentState::Captured => Some(true),
        PaymentState::Expired => Some(false),
        _ => None,
    };
    Standing { state, lapsed, at: now }
}

/// The payment as an earlier answer told it. What `then` does not hold never changes or follows from the state: an
/// approval names the payer, only a declined payment has a reason, and the rest is voided last of all.
#[must_use]
pub fn as_told(payment: &Payment, then: PaymentThen) -> Payment {
    let PaymentThen { state, captured, refunded, expires_at } = then;
    let mut told = Payment { state, captured, refunded, ..payment.clone() };
    // Before schema 5 its end was not kept. It is known as long as the payment has not moved on.
    told.expires_at = expires_at.or(payment.expires_at.filter(|_| state == payment.state));
    if state == PaymentState::RequiresApproval {
        told.payer = None;
    }
    if state != PaymentState::Declined {
        told.decline = None;
    }
    told.rest_voided &= state == PaymentState::Captured;
    told
}

/// Whether the payment may be approved.
///
/// # Errors
/// [`Refusal::WrongState`] unless it waits for approval.
pub fn approve(payment: &Payment) -> Result<(), Refusal> {
    match payment.state {
        PaymentState::RequiresApproval => Ok(()),
        state => Err(Refusal::WrongState { state }),
    }
}

/// How much a capture takes: `amount`, which is in the payment's currency, or all that is left.
///
/// # Errors
/// [`Refusal::NotAuthorized`], [`Refusal::AlreadyCaptured`], [`Refusal::WrongState`]; then
/// [`Refusal::ExceedsRemaining`].
pub fn capture(payment: &Payment, amount: Option<Money>) -> Result<Money, Refusal> {
    match payment.state {
        PaymentState::RequiresApproval => Err(Refusal::NotAuthorized),
        PaymentState::Captured => Err(Refusal::AlreadyCaptured),
        PaymentState::Authorized => {
            let remaining = Money::new(payment.held(), payment.amount.currency);
            let amount = amount.unwrap_or(remaining);
            if amount.minor > remaining.minor { Err(Refusal::ExceedsRemaining { remaining }) } else { Ok(amount) }
        }
        state => Err(Refusal::WrongState { state }),
    }
}

/// What a void does.
///
/// # Errors
/// [`Refusal::AlreadyCaptured`]: a captured payment is refunded, not voided. A last capture and a hold that ended by
/// itself release the rest as well, but are no voids.
pub fn void(payment: &Payment) -> Result<VoidStep, Refusal> {
    match payment.state {
        PaymentState::RequiresApproval => Ok(VoidStep::End(PaymentState::Cancelled)),
        PaymentState::Authorized if payment.captured > 0 => Ok(VoidStep::ReleaseRest),
        PaymentState::Authorized => Ok(VoidStep::End(PaymentState::Voided)),
        PaymentState::Captured if payment.rest_voided => Ok(VoidStep::AsItIs),
        PaymentState::Captured => Err(Refusal::AlreadyCaptured),
        PaymentState::Voided | PaymentState::Cancelled | PaymentState::Expired | PaymentState::Declined => {
            Ok(VoidStep::AsItIs)
        }
    }
}

/// Whether `amount`, which is in the payment's currency, may be given back.
///
/// # Errors
/// [`Refusal::NotCaptured`] where nothing was captured; then [`Refusal::ExceedsCaptured`].
pub fn refund(payment: &Payment, amount: Money) -> Result<(), Refusal> {
    // What decides is whether something was captured: an authorization captured in part can be refunded that part.
    let refundable = Money::new(payment.captured - payment.refunded, payment.amount.currency);
    if payment.captured == 0 {
        Err(Refusal::NotCaptured)
    } else if amount.minor > refundable.minor {
        Err(Refusal::ExceedsCaptured { refundable })
    } else {
        Ok(())
    }
}
