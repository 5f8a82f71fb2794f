//! Why an order ended without a payment: four stories that all end with nothing charged, and that a customer should
//! not have to guess.
//!
//! Nothing is stored for it, the attempts tell. An attempt that fails while its customer waits leaves the order as it
//! was, to be paid again, and so does one that the bank refused; any other that fails once it was claimed ends the order
//! (see the table in [`attempt`](super::attempt)). So where the last attempt did not end it, the reservation ran out.

use super::attempt::{Attempt, Failure};
use super::order::{Order, OrderState};
use crate::gateway::{Advice, Code};

/// Why an order ended without a payment. In every case nothing was charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nobody paid within the time for which the goods were kept. Tries that failed may have come before.
    ReservationRanOut,
    /// The bank gave no clear answer; the payment was called off, and the bank said that it had charged nothing.
    TimedOut,
    /// The payment waited on the bank's own page and was not confirmed: too late, or the customer refused it there.
    NotConfirmed,
    /// The bank's answer came late, and was a decline.
    Declined {
        /// Why, in the bank's words.
        code: Code,
        /// What the payer can do about it.
        advice: Advice,
    },
}

/// Why `order` ended without a payment, from the last attempt at paying it; `None` where it did not.
#[must_use]
pub fn ending(order: &Order, last_attempt: Option<&Attempt>) -> Option<Ending> {
    if order.state != OrderState::NotPaid {
        return None;
    }
    let ended_it =
        |attempt: &&Attempt| attempt.claims > 0 && !matches!(attempt.failure, Some(Failure::NotAsked { .. }));
    let Some(attempt) = last_attempt.filter(ended_it) else {
        return Some(Ending::ReservationRanOut);
    };
    Some(match &attempt.failure {
        Some(Failure::Declined { code, advice }) => Ending::Declined { code: code.clone(), advice: *advice },
        _ if attempt.approval.is_some() => Ending::NotConfirmed,
        _ => Ending::TimedOut,
    })
}
