//! One attempt at paying an order: the table that decides what an answer of the bank means.
//!
//! | attempt ↓ / answer → | captured | declined | requires action | not charged | not sent | refused | unknown | mismatch |
//! |---|---|---|---|---|---|---|---|---|
//! | live | succeed | fail | await approval | fail | fail | fence | doubt | doubt, alert |
//! | refused | succeed | fail as refused | stay | fail as refused | stay | stay | stay | stay, alert |
//! | doubtful | succeed | fail, release | stay | fail, release | stay | stay | stay | stay, alert |
//! | awaiting approval | succeed | fail, release | stay | fail, release | stay | stay | stay | stay, alert |
//! | final | – | – | – | – | – | – | – | – |
//!
//! *Live* is the purchase itself, made while the customer waits. A *refused* one (the bank was busy, or did not take the
//! call) did nothing, but on its way it may have been doubled, and the other copy may still arrive: so its key is voided
//! at once, and only then is the customer told that nothing was charged. *Doubtful* is an attempt whose purchase had no
//! clear answer: the sweep voids its key, and the answer to the void decides. In these two rows only an answer about the
//! key itself ends an attempt; that a later call was refused says nothing about the first one. So a late "requires
//! action" ends nothing either: it says that a payment may still be waiting, and the void goes on until it is answered.

use std::fmt;
use std::time::Duration;

use kit_core::{IdempotencyKey, Money, Timestamp};

use super::order::OrderId;
use crate::codes::codes;
use crate::gateway::{Advice, Answer, Code, PaymentRef};

kit_core::uuid_ids! {
    /// One attempt's id.
    pub struct AttemptId;
}

/// An attempt at paying an order, recorded before the bank is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// Which order it pays.
    pub order: OrderId,
    /// The key of the form it came from, within its order (see [`form_key`](super::order::form_key)): the same form sent
    /// twice is one attempt.
    pub form_key: IdempotencyKey,
    /// The key under which the bank is asked. Never the form's: that one is the customer's to choose.
    pub payment_key: IdempotencyKey,
    /// What the bank is asked for.
    pub amount: Money,
    /// The last four digits of the payer's account, its check digits among them; the number itself is not kept.
    pub account_tail: String,
    /// How far it has come.
    pub state: AttemptState,
    /// How often the sweep has taken it up. An answer to an earlier claim does not move `due_at`.
    pub claims: u32,
    /// When the sweep may take it up: the end of a lease or of a wait. `None` once it is final.
    pub due_at: Option<Timestamp>,
    /// Where and until when the customer can approve it.
    pub approval: Option<Approval>,
    /// The bank's id of the payment, once it was captured.
    pub payment: Option<PaymentRef>,
    /// Why it failed, or was refused.
    pub failure: Option<Failure>,
    /// When it was recorded.
    pub started_at: Timestamp,
    /// When it became final.
    pub ended_at: Option<Timestamp>,
}

/// How far an attempt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttemptState {
    /// Recorded; its call is under way, or its caller died.
    Started,
    /// The bank refused the call; its key is being voided, so that no copy of it takes money later.
    Refused,
    /// Nobody knows whether the bank took the money.
    Unknown,
    /// The customer has to confirm on the bank's own page.
    AwaitingApproval,
    /// The money was taken.
    Succeeded,
    /// The money was not taken and never will be.
    Failed,
}

codes!(AttemptState {
    Started => "started",
    Refused => "refused",
    Unknown => "unknown",
    AwaitingApproval => "awaiting-approval",
    Succeeded => "succeeded",
    Failed => "failed",
});

impl AttemptState {
    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

/// Where and until when a customer can approve a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The bank's page.
    pub url: String,
    /// Until when: afterwards the sweep voids the payment.
    pub until: Timestamp,
}

/// Why an attempt failed. In every case nothing was charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The bank declined.
    Declined {
        /// Why, in the bank's words.
        code: Code,
        /// What the payer can do about it.
        advice: Advice,
    },
    /// It was voided or ran out of time before the bank charged anything.
    TimedOut,
    /// The bank could not be asked just then: out of reach, busy, or refusing the shop itself.
    NotAsked {
        /// The bank's slug, or `not-sent`, `throttled`, `unauthorized`.
        code: Code,
    },
}

impl Failure {
    /// A stable slug: the bank's own where it gave one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Declined { code, .. } | Self::NotAsked { code } => code.as_str(),
            Self::TimedOut => "timed-out",
        }
    }
}

/// What an answer does to an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The money was taken: the order is paid.
    Succeed {
        /// The bank's id of the payment.
        payment: PaymentRef,
    },
    /// Nothing was charged.
    Fail {
        /// Why.
        failure: Failure,
        /// Whether the order ends with it. Otherwise it keeps its reservation and may be paid again.
        release: bool,
    },
    /// The bank refused the call: void its key at once.
    Fence {
        /// Why the attempt fails where the void finds nothing.
        failure: Failure,
    },
    /// Nothing was charged by any copy of the refused call: it failed as it was refused, and may be paid again.
    FailAsRefused,
    /// The customer has to confirm on the bank's own page.
    AwaitApproval {
        /// Where.
        url: String,
        /// Until when the bank waits.
        expires_at: Timestamp,
    },
    /// Nobody knows: the sweep will ask.
    Doubt,
    /// Nothing new is known: ask again, after this long at least.
    Stay {
        /// What the bank asked for.
        retry_after: Option<Duration>,
    },
    /// The attempt is final: an answer that comes now changes nothing.
    Nothing,
}

/// What an operator has to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// The bank holds something else under a key than was asked. Money may have moved.
    Mismatch,
    /// The bank took money for an attempt that had already ended without it.
    CapturedAfterFailure,
    /// The bank does not take the shop's calls: a wrong key or a broken request.
    CallRejected,
    /// The bank refused to give money back, for instance because the shop's own account is short.
    RefundRefused,
    /// A mail to the customer was given up: nobody was told what it says.
    MailGivenUp,
    /// A mail to the shop's operator was given up.
    OperatorMailGivenUp,
}

codes!(AlertKind {
    Mismatch => "mismatch",
    CapturedAfterFailure => "captured-after-failure",
    CallRejected => "call-rejected",
    RefundRefused => "refund-refused",
    MailGivenUp => "mail-given-up",
    OperatorMailGivenUp => "operator-mail-given-up",
});

/// A sentence for the operator.
impl fmt::Display for AlertKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mismatch => "The bank holds something else than was asked. Compare the payment with the bank's list.",
            Self::CapturedAfterFailure => "The bank took money for a payment that had been called off. Give it back.",
            Self::CallRejected => "The bank does not take our calls. Check the shop's API key and settings.",
            Self::RefundRefused => {
                "The bank refused a refund. Check the shop's own account, then cancel the order once more."
            }
            Self::MailGivenUp => "The customer did not get a mail about this order. Reach them in another way.",
            Self::OperatorMailGivenUp => {
                "You did not get a mail about this order. Check the address that is told of new orders."
            }
        })
    }
}

/// A cell of the table: what happens, and whether an operator is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What happens to the attempt.
    pub step: Step,
    /// What an operator has to look at.
    pub alert: Option<AlertKind>,
}

/// Walks the table: what `answer` does to an attempt in `state`.
///
/// [`AttemptState::Started`] is the live row: whoever takes an attempt over from its caller first makes it
/// [`AttemptState::Unknown`], so a live answer that arrives after that finds the doubtful row.
#[must_use]
pub fn next(state: AttemptState, answer: &Answer) -> Cell {
    let cell = |step| Cell { step, alert: alert(state, answer) };
    match state {
        AttemptState::Started => cell(live(answer)),
        AttemptState::Refused => cell(refused(answer)),
        AttemptState::Unknown | AttemptState::AwaitingApproval => cell(doubtful(answer)),
        AttemptState::Succeeded | AttemptState::Failed => cell(Step::Nothing),
    }
}

fn live(answer: &Answer) -> Step {
    match answer {
        Answer::Captured { payment } => Step::Succeed { payment: payment.clone() },
        Answer::Declined { code, advice } => {
            Step::Fail { failure: Failure::Declined { code: code.clone(), advice: *advice }, release: false }
        }
        Answer::RequiresAction { url, expires_at } => Step::AwaitApproval { url: url.clone(), expires_at: *expires_at },
        Answer::Voided | Answer::Expired => Step::Fail { failure: Failure::TimedOut, release: false },
        // Not a byte left, so there is no copy either.
        Answer::NotSent => Step::Fail { failure: Failure::NotAsked { code: not_asked(answer) }, release: false },
        Answer::Throttled { .. } | Answer::Rejected { .. } | Answer::Unauthorized => {
            Step::Fence { failure: Failure::NotAsked { code: not_asked(answer) } }
        }
        // The shop purchases: a mere authorization, or money given back, is not what it asked for.
        Answer::Unknown | Answer::NotFound | Answer::Mismatch { .. } | Answer::Authorized { .. } | Answer::Refunded => {
            Step::Doubt
        }
    }
}

fn refused(answer: &Answer) -> Step {
    match answer {
        // Also where a copy was declined: what the customer was told of the first one stays true.
        Answer::Voided | Answer::Expired | Answer::Declined { .. } => Step::FailAsRefused,
        other => doubtful(other),
    }
}

fn doubtful(answer: &Answer) -> Step {
    match answer {
        Answer::Captured { payment } => Step::Succeed { payment: payment.clone() },
        Answer::Declined { code, advice } => {
            Step::Fail { failure: Failure::Declined { code: code.clone(), advice: *advice }, release: true }
        }
        Answer::Voided | Answer::Expired => Step::Fail { failure: Failure::TimedOut, release: true },
        Answer::Throttled { retry_after } => Step::Stay { retry_after: Some(*retry_after) },
        Answer::RequiresAction { .. }
        | Answer::NotSent
        | Answer::Rejected { .. }
        | Answer::Unauthorized
        | Answer::Unknown
        | Answer::NotFound
        | Answer::Mismatch { .. }
        | Answer::Authorized { .. }
        | Answer::Refunded => Step::Stay { retry_after: None },
    }
}

fn alert(state: AttemptState, answer: &Answer) -> Option<AlertKind> {
    match answer {
        Answer::Captured { .. } if state == AttemptState::Failed => Some(AlertKind::CapturedAfterFailure),
        _ if state.is_final() => None,
        Answer::Mismatch { .. } | Answer::Authorized { .. } | Answer::Refunded => Some(AlertKind::Mismatch),
        Answer::Rejected { .. } | Answer::Unauthorized => Some(AlertKind::CallRejected),
        _ => None,
    }
}

fn not_asked(answer: &Answer) -> Code {
    match answer {
        Answer::Rejected { code } => code.clone(),
        Answer::Throttled { .. } => Code::new("throttled"),
        Answer::Unauthorized => Code::new("unauthorized"),
        _ => Code::new("not-sent"),
    }
}

/// What the sweep asks the bank about an attempt that it took up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Void its key: the answer decides.
    Void,
    /// Look only: the customer may still approve it.
    LookUp,
}

/// Whether the sweep may take an attempt up at `now`, and what it then asks.
#[must_use]
pub fn question(attempt: &Attempt, now: Timestamp) -> Option<Question> {
    if attempt.due_at.is_none_or(|due_at| due_at > now) {
        return None;
    }
    match attempt.state {
        AttemptState::Started | AttemptState::Refused | AttemptState::Unknown => Some(Question::Void),
        AttemptState::AwaitingApproval => {
            let in_time = attempt.approval.as_ref().is_some_and(|approval| now < approval.until);
            Some(if in_time { Question::LookUp } else { Question::Void })
        }
        AttemptState::Succeeded | AttemptState::Failed => None,
    }
}

#[cfg(test)]
#[path = "attempt/tests.rs"]
mod tests;
