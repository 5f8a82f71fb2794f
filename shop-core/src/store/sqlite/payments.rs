//! Attempts and refunds.

use kit_core::{Timestamp, Uuid};
use rusqlite::{Row, ToSql, params};

use super::row::{self, failure_columns, get, key, money, parsed, payment, time, time_or_none, unreadable, uuid};
use super::tx::Tx;
use crate::gateway::Code;
use crate::rules::attempt::{Approval, Attempt, AttemptId, AttemptState};
use crate::rules::order::OrderId;
use crate::rules::refund::{Refund, RefundId, RefundState};
use crate::store::Result;

const ATTEMPT: &str = "SELECT id, order_id, form_key, payment_key, amount_minor, currency, account_tail, state, claims,
    due_at, approval_url, approval_until, payment, failure, failure_code, failure_advice, started_at, ended_at
    FROM attempts";

fn read_attempt(row: &Row<'_>) -> Result<Attempt> {
    let url: Option<String> = get(row, "approval_url")?;
    Ok(Attempt {
        id: AttemptId::from_uuid(uuid(row, "id")?),
        order: OrderId::from_uuid(uuid(row, "order_id")?),
        form_key: key(row, "form_key")?,
        payment_key: key(row, "payment_key")?,
        amount: money(row, "amount_minor")?,
        account_tail: get(row, "account_tail")?,
        state: parsed(row, "state", |text: String| AttemptState::parse(&text))?,
        claims: get(row, "claims")?,
        due_at: time_or_none(row, "due_at")?,
        approval: url.map(|url| Ok(Approval { url, until: time(row, "approval_until")? })).transpose()?,
        payment: payment(row, "payment")?,
        failure: row::failure(row)?,
        started_at: time(row, "started_at")?,
        ended_at: time_or_none(row, "ended_at")?,
    })
}

pub(super) fn attempts(tx: &Tx<'_>, filter: &'static str, value: &dyn ToSql) -> Result<Vec<Attempt>> {
    tx.rows(&format!("{ATTEMPT} {filter}"), [value], read_attempt)
}

pub(super) fn insert_attempt(tx: &Tx<'_>, attempt: &Attempt) -> Result<()> {
    let sql = "INSERT INTO attempts (id, order_id, form_key, payment_key, amount_minor, currency, account_tail, state,
                   claims, due_at, approval_url, approval_until, payment, failure, failure_code, failure_advice,
                   started_at, ended_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    let (failure, code, advice) = failure_columns(attempt.failure.as_ref());
    let values = params![
        attempt.id.uuid().into_bytes(),
        attempt.order.uuid().into_bytes(),
        attempt.form_key.as_str(),
        attempt.payment_key.as_str(),
        attempt.amount.minor,
        attempt.amount.currency.to_stored(),
        attempt.account_tail,
        attempt.state.code(),
        attempt.claims,
        attempt.due_at.map(Timestamp::micros),
        attempt.approval.as_ref().map(|approval| &approval.url),
        attempt.approval.as_ref().map(|approval| approval.until.micros()),
        attempt.payment.as_ref().map(|payment| &payment.0),
        failure,
        code,
        advice,
        attempt.started_at.micros(),
        attempt.ended_at.map(Timestamp::micros),
    ];
    tx.change_one(sql, values)
}

pub(super) fn update_attempt(tx: &Tx<'_>, attempt: &Attempt) -> Result<()> {
    let sql = "UPDATE attempts SET state = ?2, claims = ?3, due_at = ?4, approval_url = ?5, approval_until = ?6,
                   payment = ?7, failure = ?8, failure_code = ?9, failure_advice = ?10, ended_at = ?11 WHERE id = ?1";
    let (failure, code, advice) = failure_columns(attempt.failure.as_ref());
    let values = params![
        attempt.id.uuid().into_bytes(),
        attempt.state.code(),
        attempt.claims,
        attempt.due_at.map(Timestamp::micros),
        attempt.approval.as_ref().map(|approval| &approval.url),
        attempt.approval.as_ref().map(|approval| approval.until.micros()),
        attempt.payment.as_ref().map(|payment| &payment.0),
        failure,
        code,
        advice,
        attempt.ended_at.map(Timestamp::micros),
    ];
    tx.change_one(sql, values)
}

const REFUND: &str = "SELECT id, order_id, key, payment, amount_minor, currency, state, claims, due_at, refusal,
    started_at, ended_at FROM refunds";

fn read_refund(row: &Row<'_>) -> Result<Refund> {
    Ok(Refund {
        id: RefundId::from_uuid(uuid(row, "id")?),
        order: OrderId::from_uuid(uuid(row, "order_id")?),
        key: key(row, "key")?,
        payment: payment(row, "payment")?.ok_or_else(|| unreadable("payment"))?,
        amount: money(row, "amount_minor")?,
        state: parsed(row, "state", |text: String| RefundState::parse(&text))?,
        claims: get(row, "claims")?,
        due_at: time_or_none(row, "due_at")?,
        refusal: get::<Option<String>>(row, "refusal")?.map(|code| Code::new(&code)),
        started_at: time(row, "started_at")?,
        ended_at: time_or_none(row, "ended_at")?,
    })
}

pub(super) fn refunds(tx: &Tx<'_>, filter: &'static str, value: &dyn ToSql) -> Result<Vec<Refund>> {
    tx.rows(&format!("{REFUND} {filter}"), [value], read_refund)
}

pub(super) fn insert_refund(tx: &Tx<'_>, refund: &Refund) -> Result<()> {
    let sql = "INSERT INTO refunds (id, order_id, key, payment, amount_minor, currency, state, claims, due_at, refusal,
                   started_at, ended_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let values = params![
        refund.id.uuid().into_bytes(),
        refund.order.uuid().into_bytes(),
        refund.key.as_str(),
        refund.payment.0,
        refund.amount.minor,
        refund.amount.currency.to_stored(),
        refund.state.code(),
        refund.claims,
        refund.due_at.map(Timestamp::micros),
        refund.refusal.as_ref().map(Code::as_str),
        refund.started_at.micros(),
        refund.ended_at.map(Timestamp::micros),
    ];
    tx.change_one(sql, values)
}

pub(super) fn update_refund(tx: &Tx<'_>, refund: &Refund) -> Result<()> {
    let sql = "UPDATE refunds SET state = ?2, claims = ?3, due_at = ?4, refusal = ?5, ended_at = ?6 WHERE id = ?1";
    let values = params![
        refund.id.uuid().into_bytes(),
        refund.state.code(),
        refund.claims,
        refund.due_at.map(Timestamp::micros),
        refund.refusal.as_ref().map(Code::as_str),
        refund.ended_at.map(Timestamp::micros),
    ];
    tx.change_one(sql, values)
}

/// The ids of what is due in one of the two tables, the longest due first.
pub(super) fn due(tx: &Tx<'_>, table: &'static str, now: Timestamp, limit: u32) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT id FROM {table} WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2");
    tx.rows(&sql, params![now.micros(), limit], |row| uuid(row, "id"))
}

pub(super) fn next_due(tx: &Tx<'_>) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(due_at) AS due_at FROM (
                   SELECT min(due_at) AS due_at FROM attempts WHERE due_at IS NOT NULL
                   UNION ALL SELECT min(due_at) FROM refunds WHERE due_at IS NOT NULL
                   UNION ALL SELECT min(reserved_until) FROM orders
                       WHERE state = 'awaiting-payment' AND live_attempt IS NULL)";
    Ok(tx.row(sql, [], |row| time_or_none(row, "due_at"))?.flatten())
}
