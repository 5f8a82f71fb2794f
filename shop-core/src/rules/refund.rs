//! Giving the money of a cancelled order back: the table that decides what an answer of the bank means.
//!
//! | refund ↓ / answer → | refunded | declined, rejected | mismatch | anything else |
//! |---|---|---|---|---|
//! | pending | finish | stop, alert | stop, alert | stay |
//! | refused, refunded | – | – | – | – |
//!
//! A pending refund is sent again under its own key until it is answered, so it happens at most once. A refused refund
//! stops, and when the operator cancels the order once more it is pending again, *under the same key*: that a call was
//! refused says nothing about an earlier one whose answer was lost, or whose request arrives only later. Where one of
//! those gave the money back, the key says so; a new key would be refused for ever, as nothing is left to give back. So
//! a bank must not hold a refusal that may pass, such as a settlement account that is short, against the key.

use std::time::Duration;

use kit_core::{IdempotencyKey, Money, Timestamp};

use super::attempt::AlertKind;
use super::order::OrderId;
use crate::codes::codes;
use crate::gateway::{Answer, Code, PaymentRef};

kit_core::uuid_ids! {
    /// One refund's id.
    pub struct RefundId;
}

/// A refund, recorded before the bank is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// Whose money it gives back.
    pub order: OrderId,
    /// The key under which the bank is asked.
    pub key: IdempotencyKey,
    /// The payment that it gives back.
    pub payment: PaymentRef,
    /// How much: the whole payment.
    pub amount: Money,
    /// How far it has come.
    pub state: RefundState,
    /// How often it was sent by the sweep. An answer to an earlier claim does not move `due_at`.
    pub claims: u32,
    /// When the sweep may send it again. `None` once it is answered.
    pub due_at: Option<Timestamp>,
    /// Why the bank refused it.
    pub refusal: Option<Code>,
    /// When it was recorded.
    pub started_at: Timestamp,
    /// When it was answered.
    pub ended_at: Option<Timestamp>,
}

/// How far a refund has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefundState {
    /// Sent, or about to be, and not answered.
    Pending,
    /// The bank refused it: an operator has to act.
    Refused,
    /// The money was given back.
    Refunded,
}

codes!(RefundState {
    Pending => "pending",
    Refused => "refused",
    Refunded => "refunded",
});

/// What an answer does to a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The money was given back.
    Finish,
    /// The bank refused: nothing more is sent under this key.
    Stop {
        /// Why.
        code: Code,
    },
    /// Send it again under the same key, after this long at least.
    Stay {
        /// What the bank asked for.
        retry_after: Option<Duration>,
    },
    /// It is answered already.
    Nothing,
}

/// Walks the table: what `answer` does to a refund in `state`, and what an operator has to look at.
#[must_use]
pub fn next(state: RefundState, answer: &Answer) -> (Step, Option<AlertKind>) {
    if state != RefundState::Pending {
        return (Step::Nothing, None);
    }
    match answer {
        Answer::Refunded => (Step::Finish, None),
        Answer::Declined { code, .. } | Answer::Rejected { code } => {
            (Step::Stop { code: code.clone() }, Some(AlertKind::RefundRefused))
        }
        Answer::Mismatch { .. } => (Step::Stop { code: Code::new("mismatch") }, Some(AlertKind::Mismatch)),
        // The shop's key is refused: the operator mends that, and then the same refund goes through.
        Answer::Unauthorized => (Step::Stay { retry_after: None }, Some(AlertKind::CallRejected)),
        Answer::Throttled { retry_after } => (Step::Stay { retry_after: Some(*retry_after) }, None),
        Answer::NotSent
        | Answer::Unknown
        | Answer::NotFound
        | Answer::Captured { .. }
        | Answer::Authorized { .. }
        | Answer::RequiresAction { .. }
        | Answer::Voided
        | Answer::Expired => (Step::Stay { retry_after: None }, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::Advice;

    #[test]
    fn every_cell() {
        let code = || Code::new("insufficient-funds");
        let stay = |retry_after| Step::Stay { retry_after };
        let stop = |code| Step::Stop { code };
        let payment = || PaymentRef("p".to_owned());
        let soon = Duration::from_secs(3);
        let url = || "https://bank.example".to_owned();
        let cases = [
            (Answer::Refunded, Step::Finish, None),
            (
                Answer::Declined { code: code(), advice: Advice::RetryLater },
                stop(code()),
                Some(AlertKind::RefundRefused),
            ),
            (Answer::Rejected { code: code() }, stop(code()), Some(AlertKind::RefundRefused)),
            (Answer::Mismatch { field: "amount".to_owned() }, stop(Code::new("mismatch")), Some(AlertKind::Mismatch)),
            (Answer::Unauthorized, stay(None), Some(AlertKind::CallRejected)),
            (Answer::Throttled { retry_after: soon }, stay(Some(soon)), None),
            (Answer::NotSent, stay(None), None),
            (Answer::Unknown, stay(None), None),
            (Answer::NotFound, stay(None), None),
            (Answer::Captured { payment: payment() }, stay(None), None),
            (Answer::Authorized { payment: payment(), expires_at: Timestamp::EPOCH }, stay(None), None),
            (Answer::RequiresAction { url: url(), expires_at: Timestamp::EPOCH }, stay(None), None),
            (Answer::Voided, stay(None), None),
            (Answer::Expired, stay(None), None),
        ];
        for (answer, step, alert) in cases {
            assert_eq!(next(RefundState::Pending, &answer), (step, alert), "pending, {answer:?}");
            for state in [RefundState::Refused, RefundState::Refunded] {
                assert_eq!(next(state, &answer), (Step::Nothing, None), "{state:?}, {answer:?}");
            }
        }
    }
}
