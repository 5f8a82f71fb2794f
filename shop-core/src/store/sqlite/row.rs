//! Between columns and values. Enumerations are kept as slugs: a person can read the file.

use kit_core::{Currency, IdempotencyKey, Money, StoreFailure, Timestamp, TokenHash, Uuid};
use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::gateway::{Advice, Code, PaymentRef};
use crate::rules::attempt::Failure;
use crate::rules::totals::VatRate;
use crate::store::Result;

/// Any failure of a statement: nothing of it was committed.
pub(super) fn failed(error: rusqlite::Error) -> StoreFailure {
    StoreFailure::not_committed(error)
}

/// A row holds what no rule would have written.
pub(super) fn unreadable(column: &str) -> StoreFailure {
    StoreFailure::not_committed(format!("the column {column} holds a value that this program does not know"))
}

/// A column by name.
pub(super) fn get<T: FromSql>(row: &Row<'_>, column: &str) -> Result<T> {
    row.get(column).map_err(failed)
}

/// A column by name, read as a value of the rules.
pub(super) fn parsed<T: FromSql, V>(row: &Row<'_>, column: &str, parse: impl FnOnce(T) -> Option<V>) -> Result<V> {
    parse(get(row, column)?).ok_or_else(|| unreadable(column))
}

pub(super) fn money(row: &Row<'_>, column: &str) -> Result<Money> {
    let currency = parsed(row, "currency", |code: String| Currency::from_stored(&code).ok())?;
    Ok(Money::new(get(row, column)?, currency))
}

pub(super) fn time(row: &Row<'_>, column: &str) -> Result<Timestamp> {
    Ok(Timestamp::from_micros(get(row, column)?))
}

pub(super) fn time_or_none(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>> {
    Ok(get::<Option<i64>>(row, column)?.map(Timestamp::from_micros))
}

pub(super) fn vat_rate(row: &Row<'_>, column: &str) -> Result<VatRate> {
    parsed(row, column, VatRate::from_basis_points)
}

pub(super) fn vat_rate_or_none(row: &Row<'_>, column: &str) -> Result<Option<VatRate>> {
    let rate = get::<Option<u32>>(row, column)?;
    rate.map(|rate| VatRate::from_basis_points(rate).ok_or_else(|| unreadable(column))).transpose()
}

pub(super) fn uuid(row: &Row<'_>, column: &str) -> Result<Uuid> {
    Ok(Uuid::from_bytes(get(row, column)?))
}

pub(super) fn uuid_or_none(row: &Row<'_>, column: &str) -> Result<Option<Uuid>> {
    Ok(get::<Option<[u8; 16]>>(row, column)?.map(Uuid::from_bytes))
}

pub(super) fn token(row: &Row<'_>, column: &str) -> Result<TokenHash> {
    Ok(TokenHash(get(row, column)?))
}

pub(super) fn key(row: &Row<'_>, column: &str) -> Result<IdempotencyKey> {
    parsed(row, column, |text: String| IdempotencyKey::from_stored(&text).ok())
}

pub(super) fn payment(row: &Row<'_>, column: &str) -> Result<Option<PaymentRef>> {
    Ok(get::<Option<String>>(row, column)?.map(PaymentRef))
}

/// What the bank advised, as a slug. The gateway's type has none of its own: only a store writes it down.
const ADVICE: [(Advice, &str); 4] = [
    (Advice::DoNotRetry, "do-not-retry"),
    (Advice::RetryWithNewPin, "retry-with-new-pin"),
    (Advice::RetryLater, "retry-later"),
    (Advice::UseHostedApproval, "use-hosted-approval"),
];

fn advice_code(advice: Advice) -> &'static str {
    ADVICE.iter().find(|(known, _)| *known == advice).map_or("do-not-retry", |(_, code)| code)
}

fn advice(code: &str) -> Option<Advice> {
    ADVICE.iter().find(|(_, known)| *known == code).map(|(advice, _)| *advice)
}

/// A failure as its three columns: what, the bank's code, the advice.
pub(super) fn failure_columns(failure: Option<&Failure>) -> (Option<&str>, Option<&str>, Option<&str>) {
    match failure {
        None => (None, None, None),
        Some(Failure::Declined { code, advice }) => (Some("declined"), Some(code.as_str()), Some(advice_code(*advice))),
        Some(Failure::TimedOut) => (Some("timed-out"), None, None),
        Some(Failure::NotAsked { code }) => (Some("not-asked"), Some(code.as_str()), None),
    }
}

pub(super) fn failure(row: &Row<'_>) -> Result<Option<Failure>> {
    let code = Code::new(&get::<Option<String>>(row, "failure_code")?.unwrap_or_default());
    match get::<Option<String>>(row, "failure")?.as_deref() {
        None => Ok(None),
        Some("declined") => {
            let advice = parsed(row, "failure_advice", |text: String| advice(&text))?;
            Ok(Some(Failure::Declined { code, advice }))
        }
        Some("timed-out") => Ok(Some(Failure::TimedOut)),
        Some("not-asked") => Ok(Some(Failure::NotAsked { code })),
        Some(_) => Err(unreadable("failure")),
    }
}
