//! What the bank's refusals are in HTTP: the last conversion, and the only room that knows the statuses of errors.
//!
//! | the bank says | status |
//! |---|---|
//! | Invalid | 400 |
//! | Unauthenticated | 401 |
//! | Forbidden | 403 |
//! | NotFound | 404 |
//! | Conflict | 409 |
//! | the same key with other facts | 422 |
//! | Refused | 422; on a payment 402, a decline |
//! | Throttled | 429 |
//! | Busy, NotCommitted | 503: nothing happened |
//! | CommitUnknown | 500 `outcome-unknown`: repeat under the same key, or look up |

pub(crate) mod docs;

use std::time::Duration;

use bank_core::model::FieldProblem;
use bank_core::{Error, Refusal};
use kit_core::{ErrorKind, Fact};
use kit_web::Problem;
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

kit_web::api_problem! {
    /// What the API answers when it does not do what it was asked.
    pub(crate) struct ApiError;
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(of(&error))
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self(of_refusal(&refusal))
    }
}

/// The header that says: this was decided before, under the same key.
pub(crate) const REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");

/// When a call that is being worked on can be asked about again: a call takes far less.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The status of a form that comes back because of what was typed.
pub(crate) const INVALID_FORM: StatusCode = StatusCode::BAD_REQUEST;

/// What an error of the bank is to a caller. Its cause goes to the log, and nowhere else.
pub(crate) fn of(error: &Error) -> Problem {
    match error {
        Error::Refused { refusal, replayed } => replay(of_refusal(refusal), *replayed),
        Error::Busy { retry_after } => Problem::busy(*retry_after),
        Error::NotCommitted(cause) => Problem::not_committed(cause),
        Error::CommitUnknown(cause) => Problem::commit_unknown(cause, UNKNOWN),
    }
}

const UNKNOWN: &str = "It may or may not have happened. Repeat under the same key or look it up.";

/// What is answered where a store failed half-way.
pub(crate) fn outcome_unknown() -> Problem {
    Problem::outcome_unknown(UNKNOWN)
}

/// What a refusal is to a caller.
pub(crate) fn of_refusal(refusal: &Refusal) -> Problem {
    let (status, title) = match (refusal, refusal.kind()) {
        (Refusal::KeyReused { .. }, _) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The key was used for a different request")
        }
        (_, ErrorKind::Invalid) => (StatusCode::BAD_REQUEST, "The request is not valid"),
        (_, ErrorKind::Unauthenticated) => (StatusCode::UNAUTHORIZED, "Authentication is required"),
        (_, ErrorKind::Forbidden) => (StatusCode::FORBIDDEN, "This is not allowed"),
        (_, ErrorKind::NotFound) => (StatusCode::NOT_FOUND, "Not found"),
        (_, ErrorKind::Conflict) => (StatusCode::CONFLICT, "The present state does not allow it"),
        (_, ErrorKind::Refused) => (StatusCode::UNPROCESSABLE_ENTITY, "The bank refuses this"),
        (_, ErrorKind::Throttled) => (StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
    };
    let mut problem = Problem::new(status, refusal.code(), title).detail(refusal.to_string());
    for (name, fact) in refusal.facts() {
        problem = with_fact(problem, name, &fact);
    }
    match refusal {
        Refusal::InvalidFields { fields } => return with_fields(problem, fields),
        Refusal::PinThrottled { retry_after }
        | Refusal::LoginThrottled { retry_after }
        | Refusal::ResetThrottled { retry_after } => {
            problem = problem.retry_after(*retry_after);
        }
        Refusal::InFlight => problem = problem.retry_after(ASK_AGAIN),
        _ => {}
    }
    if let Some(field) = field_of(refusal) {
        let about = json!({ "field": field, "code": refusal.code(), "message": refusal.to_string() });
        problem = problem.fact("field", field).fact("fields", vec![about]);
    }
    if refusal.kind() == ErrorKind::Unauthenticated {
        problem = problem.header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    problem
}

/// What a refusal is to a merchant. A decline holds what the payer can do, and nothing about the payer's account: a
/// merchant must not learn a balance.
pub(crate) fn of_payment(refusal: &Refusal, payment: Option<Value>, replayed: bool) -> Problem {
    let mut problem = if refusal.kind() == ErrorKind::Refused {
        let title = "The payment was declined";
        let mut declined = Problem::new(StatusCode::PAYMENT_REQUIRED, refusal.code(), title).detail(decline(refusal));
        if !tells_of_the_account(refusal) {
            for (name, fact) in refusal.facts() {
                declined = with_fact(declined, name, &fact);
            }
        }
        match refusal.advice() {
            Some(advice) => declined.fact("advice", advice.name()),
            None => declined,
        }
    } else {
        of_refusal(refusal)
    };
    if let Some(payment) = payment {
        problem = problem.fact("payment", payment);
    }
    replay(problem, replayed)
}

/// Marks what was decided before, under the same key.
fn replay(problem: Problem, replayed: bool) -> Problem {
    if replayed { problem.header(REPLAY, HeaderValue::from_static("true")) } else { problem }
}

/// Whether the facts of a decline are about the payer's account: its balance, currency or number.
fn tells_of_the_account(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::InsufficientFunds { .. }
            | Refusal::CurrencyMismatch { .. }
            | Refusal::AccountFrozen { .. }
            | Refusal::AccountClosed { .. }
    )
}

fn decline(refusal: &Refusal) -> String {
    match refusal {
        Refusal::InsufficientFunds { .. } => "There is not enough money in the account.".to_owned(),
        Refusal::CurrencyMismatch { .. } => "The account is kept in another currency.".to_owned(),
        Refusal::AccountFrozen { .. } => "The account is frozen.".to_owned(),
        Refusal::AccountClosed { .. } => "The account is closed.".to_owned(),
        other => other.to_string(),
    }
}

fn with_fact(problem: Problem, name: &'static str, fact: &Fact) -> Problem {
    match fact {
        Fact::Number(number) => problem.fact(name, *number),
        Fact::Account(number) => problem.fact(name, number.digits()),
        Fact::Text(text) => problem.fact(name, text.as_str()),
        Fact::Money(money) => problem.fact(name, money.decimal()).fact("currency", money.currency.code()),
    }
}

fn with_fields(problem: Problem, fields: &[FieldProblem]) -> Problem {
    let list: Vec<Value> = fields.iter().map(of_field).collect();
    let problem = match fields.first() {
        Some(first) => problem.fact("field", first.field),
        None => problem,
    };
    problem.fact("fields", list)
}

/// One field: its name, a code to branch on, the code's facts, and a sentence.
fn of_field(problem: &FieldProblem) -> Value {
    let mut about = json!({ "field": problem.field, "code": problem.flaw.code(), "message": problem.message() });
    for (name, fact) in problem.flaw.facts() {
        about[name] = match fact {
            Fact::Number(number) => number.into(),
            Fact::Account(number) => number.digits().into(),
            Fact::Text(text) => text.into(),
            Fact::Money(money) => money.decimal().into(),
        };
    }
    about
}

/// The field of a form or call that a malformed one is about, where it is about a single one.
fn field_of(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::AmountNotPositive | Refusal::AmountTooLarge => Some("amount"),
        Refusal::SameAccount => Some("to"),
        Refusal::PinRequired => Some("pin"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_in_flight_says_when_to_ask_again() {
        for problem in [of(&Refusal::InFlight.into()), of_payment(&Refusal::InFlight, None, false)] {
            assert_eq!((problem.status, problem.retry_after_seconds()), (StatusCode::CONFLICT, Some(1)));
        }
    }
}
