//! What an answer means: from what was asked and what was heard to what is known. Pure; sends nothing.
//!
//! A success is believed only where its facts equal what was asked. A refusal is believed only where it is the bank's
//! own problem document with a code this table knows for the call; all else is [`Answer::Unknown`]:
//!
//! | status and code | new payment | capture, refund | void | look-up |
//! |---|---|---|---|---|
//! | 401 `unauthenticated` | Unauthorized | Unauthorized | Unauthorized | Unauthorized |
//! | 402 `voided` | Voided | Rejected | Unknown | Unknown |
//! | 402 any other | Declined | Declined | Unknown | Unknown |
//! | 409 `already-captured` | Unknown | Rejected | the payment sent along | Unknown |
//! | 409 `in-flight` | Unknown | Unknown | Unknown | Unknown |
//! | 409 any other | Unknown | Rejected | Unknown | Unknown |
//! | 422 `idempotency-key-reuse` | Mismatch | Mismatch | Mismatch | Mismatch |
//! | 400, 403, 404, 413, 415, 422 any other | Rejected | Rejected | Rejected | Rejected |
//! | 429, 503 `throttled`, `pin-throttled`, `busy` | Throttled | Throttled | Throttled | Throttled |
//!
//! A look-up asks for the list of the payments under one key. That list, with status 200, says:
//!
//! | the list | answer |
//! |---|---|
//! | empty | NotFound |
//! | one payment, under that key | as any report of a payment under the key |
//! | a payment under another key, or several | Mismatch: this bank ignores what it is asked, and is not believed |
//! | not one that can be read | Unknown |
//!
//! A void or a look-up cannot be declined: what the bank says about the *call* must not be taken for something it said
//! about the *payment*, which would release an order that is paid.

use std::time::Duration;

use kit_core::{IdempotencyKey, Money};

use super::transport::{Heard, Reply};
use super::wire::{self, Problem};
use crate::gateway::standing::{self, Payment, State};
use crate::gateway::{Answer, Expected, ListFailure, ListedPayment, PaymentPage, PaymentRef};

/// Where a bank that throttles does not say for how long: long enough to help it, short enough for a waiting customer.
const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(5);

/// A bank's word is taken up to an hour; a caller that adds it to a time of its own must not overflow.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);

/// Which column of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Create,
    Settle,
    Void,
    LookUp,
}

/// The answer to a purchase or an authorization. An authorization's answer to a purchase is told as what it is.
pub(super) fn created(heard: Heard, expected: &Expected) -> Answer {
    judge(heard, Column::Create, Some(expected), |payment| standing::under_key(payment, expected))
}

/// The answer to a void.
pub(super) fn voided(heard: Heard, expected: &Expected) -> Answer {
    judge(heard, Column::Void, Some(expected), |payment| standing::after_void(payment, expected))
}

/// The answer to a look-up.
pub(super) fn found(heard: Heard, expected: &Expected) -> Answer {
    match heard {
        Heard::Reply(reply) if reply.status == 200 => match wire::payments(&reply).as_deref() {
            None => Answer::Unknown,
            Some([]) => Answer::NotFound,
            Some([payment]) => standing::under_key(payment, expected),
            Some(_) => standing::mismatch("idempotency_key"),
        },
        heard => judge(heard, Column::LookUp, Some(expected), |_| Answer::Unknown),
    }
}

/// The answer to a capture of `amount`.
pub(super) fn captured(heard: Heard, asked: &PaymentRef, amount: Money, last: bool) -> Answer {
    judge(heard, Column::Settle, None, |payment| standing::after_capture(payment, asked, amount, last))
}

/// The answer to a refund of `amount`.
pub(super) fn refunded(heard: Heard, asked: &PaymentRef, amount: Money) -> Answer {
    judge(heard, Column::Settle, None, |payment| standing::after_refund(payment, asked, amount))
}

fn judge(heard: Heard, column: Column, expected: Option<&Expected>, success: impl Fn(&Payment) -> Answer) -> Answer {
    let reply = match heard {
        Heard::Reply(reply) => reply,
        Heard::NotSent => return Answer::NotSent,
        Heard::Nothing => return Answer::Unknown,
    };
    if is_success(&reply) {
        return wire::payment(&reply).map_or(Answer::Unknown, |payment| success(&payment));
    }
    wire::problem(&reply).map_or(Answer::Unknown, |problem| refused(&reply, problem, column, expected))
}

fn is_success(reply: &Reply) -> bool {
    matches!(reply.status, 200 | 201)
}

/// The table above.
fn refused(reply: &Reply, problem: Problem, column: Column, expected: Option<&Expected>) -> Answer {
    let Problem { code, advice, field, retry_after, payment } = problem;
    match (reply.status, code.as_str(), column) {
        (401, "unauthenticated", _) => Answer::Unauthorized,
        (402, "voided", Column::Create) => Answer::Voided,
        (402, "voided", Column::Settle) => Answer::Rejected { code },
        (402, _, Column::Create | Column::Settle) => Answer::Declined { code, advice },
        (409, "already-captured", Column::Void) => match (payment, expected) {
            (Some(payment), Some(expected)) if payment.state == State::Captured => {
                standing::under_key(&payment, expected)
            }
            _ => Answer::Unknown,
        },
        (409, code_text, Column::Settle) if code_text != "in-flight" => Answer::Rejected { code },
        (422, "idempotency-key-reuse", _) => standing::mismatch(field.as_deref().unwrap_or("idempotency_key")),
        (400 | 403 | 404 | 413 | 415 | 422, _, _) => Answer::Rejected { code },
        (429 | 503, "throttled" | "pin-throttled" | "busy", _) => {
            Answer::Throttled { retry_after: wait(reply, retry_after) }
        }
        _ => Answer::Unknown,
    }
}

fn wait(reply: &Reply, told: Option<Duration>) -> Duration {
    reply.retry_after.or(told).unwrap_or(RETRY_AFTER_DEFAULT).min(RETRY_AFTER_MAX)
}

/// A page of the list.
pub(super) fn listed(heard: Heard) -> Result<PaymentPage, ListFailure> {
    match heard {
        Heard::Reply(reply) if reply.status == 200 => wire::payment_page(&reply).ok_or(ListFailure::Unreadable),
        heard => Err(unlisted(heard)),
    }
}

/// The one payment under a key.
pub(super) fn listed_under(heard: Heard, key: &IdempotencyKey) -> Result<Option<ListedPayment>, ListFailure> {
    match heard {
        Heard::Reply(reply) if reply.status == 200 => {
            let PaymentPage { mut payments, next } = wire::payment_page(&reply).ok_or(ListFailure::Unreadable)?;
            // One payment is asked for; a list that goes on is about something else.
            if next.is_some() {
                return Err(ListFailure::Unreadable);
            }
            match (payments.pop(), payments.is_empty()) {
                (None, _) => Ok(None),
                (Some(payment), true) if payment.key == *key => Ok(Some(payment)),
                // A bank that ignores what it is asked is not believed.
                (Some(_), _) => Err(ListFailure::Unreadable),
            }
        }
        heard => Err(unlisted(heard)),
    }
}

/// Why there is no list. Nothing hangs on it but what the operator is told.
fn unlisted(heard: Heard) -> ListFailure {
    let reply = match heard {
        Heard::Reply(reply) => reply,
        Heard::NotSent => return ListFailure::NotSent,
        Heard::Nothing => return ListFailure::Unreadable,
    };
    match (reply.status, wire::problem(&reply)) {
        (401, Some(_)) => ListFailure::Unauthorized,
        (429 | 503, Some(problem)) => ListFailure::Throttled { retry_after: wait(&reply, problem.retry_after) },
        // No such address: a bank whose API has no list.
        (404 | 405, Some(_)) => ListFailure::NotSupported,
        (_, Some(problem)) => ListFailure::Rejected { code: problem.code },
        (_, None) => ListFailure::Unreadable,
    }
}
