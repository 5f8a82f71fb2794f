//! What the shop's refusals are in HTTP: the last conversion, and the only room that knows the statuses of errors.
//!
//! | the shop says | status |
//! |---|---|
//! | Invalid | 400 |
//! | an order placed or kept, and not paid | 402 with `code`, `advice` and the order |
//! | NotFound | 404 |
//! | Conflict | 409, line by line where lines are concerned |
//! | Refused | 422 |
//! | too many declined payments, or wrong guesses at orders, of one visitor | 429 |
//! | Busy, NotCommitted | 503: nothing happened |
//! | CommitUnknown | 500 `outcome-unknown`: repeat under the same key, or look up |

pub(crate) mod docs;

use std::time::Duration;

use kit_core::{Calendar, Language};
use kit_web::Problem;
use poem::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value};
use shop_core::error::Fact;
use shop_core::{DiscountProblem, Error, Failure, Field, Kind, OrderState, Refusal};

use crate::pages::told;
use crate::words::words;

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

impl From<PayError> for ApiError {
    fn from(error: PayError) -> Self {
        Self(error.problem())
    }
}

/// Why a payment was not even tried.
#[derive(Debug)]
pub(crate) enum PayError {
    /// The shop says why.
    Shop(Error),
    /// The visitor was declined too often.
    TooManyTries {
        /// When there is a try again.
        retry_after: Duration,
    },
}

impl From<Error> for PayError {
    fn from(error: Error) -> Self {
        Self::Shop(error)
    }
}

impl PayError {
    pub(crate) fn problem(&self) -> Problem {
        match self {
            Self::Shop(error) => of(error),
            Self::TooManyTries { retry_after } => too_many_tries(*retry_after),
        }
    }
}

/// Whether an order was refused because its e-mail address has used its code before. That is told about whoever's address
/// was typed.
pub(crate) fn is_of_used_code(error: &Error) -> bool {
    let Error::Refused(Refusal::PriceChanged(change)) = error else { return false };
    change.discount_problem == Some(DiscountProblem::UsedBefore)
}

/// Why a guess was not even looked at.
#[derive(Debug)]
pub(crate) enum GuessError {
    /// The shop says why.
    Shop(Error),
    /// The visitor was wrong too often.
    TooMany {
        /// When there is a guess again.
        retry_after: Duration,
    },
}

impl From<Error> for GuessError {
    fn from(error: Error) -> Self {
        Self::Shop(error)
    }
}

impl From<GuessError> for ApiError {
    fn from(error: GuessError) -> Self {
        Self(error.problem())
    }
}

impl GuessError {
    pub(crate) fn problem(&self) -> Problem {
        match self {
            Self::Shop(error) => of(error),
            Self::TooMany { retry_after } => too_many_guesses(*retry_after),
        }
    }
}

/// The header that says: this was done before, under the same key.
const REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");

/// What an error of the shop is to a caller. Its cause goes to the log, and nowhere else.
pub(crate) fn of(error: &Error) -> Problem {
    match error {
        Error::Refused(refusal) => of_refusal(refusal),
        Error::Busy { retry_after } => Problem::busy(*retry_after),
        Error::NotCommitted(cause) => Problem::not_committed(cause),
        Error::CommitUnknown(cause) => Problem::commit_unknown(cause, UNKNOWN),
    }
}

const UNKNOWN: &str = "It may or may not have happened. Send the same form or call again: nothing happens twice.";

/// What is answered where a store failed half-way.
pub(crate) fn outcome_unknown() -> Problem {
    Problem::outcome_unknown(UNKNOWN)
}

/// 400: fields of a call that are not valid, each with a `field`, a `code` and a `message`.
pub(crate) fn invalid_fields(fields: Vec<Value>) -> Problem {
    let field = fields.first().map(|first| first["field"].clone()).unwrap_or_default();
    let detail = "Please correct the fields that are not valid.";
    Problem::new(StatusCode::BAD_REQUEST, "invalid-fields", "The request is not valid")
        .detail(detail)
        .fact("field", field)
        .fact("fields", fields)
}

/// When an order whose payment is under way is worth another look.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What a refusal is to a caller.
pub(crate) fn of_refusal(refusal: &Refusal) -> Problem {
    let (status, title) = match refusal.kind() {
        Kind::Invalid => (StatusCode::BAD_REQUEST, "The request is not valid"),
        Kind::Unauthenticated => (StatusCode::UNAUTHORIZED, "Authentication is required"),
        Kind::Forbidden => (StatusCode::FORBIDDEN, "This is not allowed"),
        Kind::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Kind::Conflict => (StatusCode::CONFLICT, "The present state does not allow it"),
        Kind::Refused => (StatusCode::UNPROCESSABLE_ENTITY, "The shop refuses this"),
        Kind::Throttled => (StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
    };
    let mut problem = Problem::new(status, refusal.code(), title).detail(refusal.to_string());
    for (name, value) in members(&refusal.facts()) {
        problem = problem.fact(name, value);
    }
    // As the API names it everywhere.
    if let Refusal::NotPayable { state } | Refusal::NotShippable { state } = refusal {
        let refunding = if *state == OrderState::Cancelling { "refunding" } else { state.code() };
        problem = problem.fact("order_status", refunding);
    }
    if matches!(refusal, Refusal::PaymentInProgress) {
        problem = problem.retry_after(LOOK_AGAIN);
    }
    match field_of(refusal) {
        Some(field) => problem.fact("field", field),
        None => problem,
    }
}

/// 402: nothing was charged by an attempt that failed for this reason. `order` is the order as the API shows it.
pub(crate) fn of_unpaid(failure: Option<&Failure>, order: Value, replayed: bool) -> Problem {
    let problem = of_failure(failure).fact("order", order);
    if replayed { problem.header(REPLAY, HeaderValue::from_static("true")) } else { problem }
}

/// 402 without the order: why it is not paid, and what the payer can do.
pub(crate) fn of_failure(failure: Option<&Failure>) -> Problem {
    Problem::new(StatusCode::PAYMENT_REQUIRED, told::failure_code(failure), "The order is not paid")
        .detail(told::failure(words(Language::English, Calendar::UTC), failure))
        .fact("advice", told::advice_code(failure))
}

/// 429: this visitor was declined too often.
pub(crate) fn too_many_tries(retry_after: Duration) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tries", "Too many declined payments")
        .detail(
            "Too many payments from your address were declined. This one was not sent to your bank, and nothing was \
             charged; please wait before you try again.",
        )
        .retry_after(retry_after)
}

/// 429: this visitor was wrong about orders too often.
pub(crate) fn too_many_guesses(retry_after: Duration) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-guesses", "Too many wrong guesses")
        .detail(
            "Too many order numbers or e-mail addresses from your address were wrong. This one was not looked at; please \
             wait before you try again.",
        )
        .retry_after(retry_after)
}

/// 404: what stands where a cart's id should be is none.
pub(crate) fn cart_not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "cart-not-found", "Not found").detail("This is not the id of a cart.")
}

/// 400: a form lacks what its page has put into it, which only happens to tampered ones.
pub(crate) fn incomplete_form() -> Problem {
    Problem::bad_request(
        "This form was incomplete, so nothing was done. Please go back, reload the page and send it again.",
    )
}

/// The field that a refusal is about, where it is about a single one, or the first of several.
fn field_of(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::FieldsInvalid { fields } => fields.first().map(|error| error.field.name()),
        Refusal::QuantityInvalid { .. } => Some("quantity"),
        Refusal::PriceChanged(_) => Some(Field::ExpectedTotal.name()),
        _ => None,
    }
}

/// Facts as JSON members. An amount is a decimal string, and the currency of all amounts stands once beside them.
fn members(facts: &[(&'static str, Fact)]) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, fact) in facts {
        let value = match fact {
            Fact::Text(text) => text.as_str().into(),
            Fact::Number(number) => (*number).into(),
            Fact::Amount(money) => {
                object.insert("currency".to_owned(), money.currency.code().into());
                money.decimal().into()
            }
            Fact::List(items) => items.iter().map(|item| Value::Object(members(item))).collect(),
        };
        object.insert((*name).to_owned(), value);
    }
    object
}
