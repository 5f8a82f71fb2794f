//! Discount codes, further tokens of orders, and the numbers of documents.

use kit_core::{Currency, Money, Timestamp, TokenHash};
use rusqlite::{Row, params};

use super::row::{self, get, parsed, time, time_or_none, unreadable, uuid};
use super::tx::{Tx, signed};
use crate::rules::discount::{Discount, DiscountCode, DiscountTerms};
use crate::rules::invoice::LastNumbers;
use crate::rules::order::OrderId;
use crate::rules::product::Slug;
use crate::rules::totals::Benefit;
use crate::store::{Access, Result};

const DISCOUNT: &str = "SELECT code, percent, amount_minor, minimum_minor, currency, valid_from, valid_until, max_uses,
    once_per_email, category, uses, created_at, ended_at FROM discounts";

fn read(row: &Row<'_>) -> Result<Discount> {
    let currency = parsed(row, "currency", |code: String| Currency::from_stored(&code).ok())?;
    let benefit = match (get::<Option<u32>>(row, "percent")?, get::<Option<i64>>(row, "amount_minor")?) {
        (Some(percent), None) => Benefit::Percent(percent),
        (None, Some(minor)) => Benefit::Fixed(Money::new(minor, currency)),
        _ => return Err(unreadable("percent")),
    };
    let category = get::<Option<String>>(row, "category")?;
    Ok(Discount {
        terms: DiscountTerms {
            code: parsed(row, "code", |text: String| DiscountCode::from_stored(&text))?,
            benefit,
            minimum: get::<Option<i64>>(row, "minimum_minor")?.map(|minor| Money::new(minor, currency)),
            valid_from: time_or_none(row, "valid_from")?,
            valid_until: time_or_none(row, "valid_until")?,
            max_uses: get(row, "max_uses")?,
            once_per_email: get(row, "once_per_email")?,
            category: category.map(|text| Slug::parse(&text).ok_or_else(|| unreadable("category"))).transpose()?,
        },
        uses: get(row, "uses")?,
        created_at: time(row, "created_at")?,
        ended_at: time_or_none(row, "ended_at")?,
    })
}

pub(super) fn one(tx: &Tx<'_>, code: &DiscountCode) -> Result<Option<Discount>> {
    tx.row(&format!("{DISCOUNT} WHERE code = ?1"), [code.as_str()], read)
}

pub(super) fn by_key(tx: &Tx<'_>, key: &str) -> Result<Option<Discount>> {
    tx.row(&format!("{DISCOUNT} WHERE replace(code, '-', '') = ?1 ORDER BY code LIMIT 1"), [key], read)
}

pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<Discount>> {
    tx.rows(&format!("{DISCOUNT} ORDER BY code"), [], read)
}

pub(super) fn put(tx: &Tx<'_>, discount: &Discount) -> Result<()> {
    let sql = "INSERT INTO discounts (code, percent, amount_minor, minimum_minor, currency, valid_from, valid_until,
                   max_uses, once_per_email, category, uses, created_at, ended_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
               ON CONFLICT (code) DO UPDATE SET percent = excluded.percent, amount_minor = excluded.amount_minor,
                   minimum_minor = excluded.minimum_minor, currency = excluded.currency,
                   valid_from = excluded.valid_from, valid_until = excluded.valid_until, max_uses = excluded.max_uses,
                   once_per_email = excluded.once_per_email, category = excluded.category, uses = excluded.uses,
                   created_at = excluded.created_at, ended_at = excluded.ended_at";
    let terms = &discount.terms;
    let (percent, amount) = match terms.benefit {
        Benefit::Percent(percent) => (Some(percent), None),
        Benefit::Fixed(amount) => (None, Some(amount)),
    };
    // The rules use one currency; where neither amount is there, any will do.
    let currency = amount.or(terms.minimum).map_or(Currency::EUR, |money| money.currency);
    let values = params![
        terms.code.as_str(),
        percent,
        amount.map(|money| money.minor),
        terms.minimum.map(|money| money.minor),
        currency.to_stored(),
        terms.valid_from.map(Timestamp::micros),
        terms.valid_until.map(Timestamp::micros),
        terms.max_uses,
        terms.once_per_email,
        terms.category.as_ref().map(Slug::as_str),
        discount.uses,
        discount.created_at.micros(),
        discount.ended_at.map(Timestamp::micros),
    ];
    tx.change_one(sql, values)
}

pub(super) fn access(tx: &Tx<'_>, token: &TokenHash) -> Result<Option<Access>> {
    tx.row("SELECT token, order_id, expires_at FROM order_accesses WHERE token = ?1", [token.0], |row| {
        Ok(Access {
            token: row::token(row, "token")?,
            order: OrderId::from_uuid(uuid(row, "order_id")?),
            expires_at: time(row, "expires_at")?,
        })
    })
}

pub(super) fn insert_access(tx: &Tx<'_>, access: &Access) -> Result<()> {
    let sql = "INSERT INTO order_accesses (token, order_id, expires_at) VALUES (?1, ?2, ?3)";
    tx.change_one(sql, params![access.token.0, access.order.uuid().into_bytes(), access.expires_at.micros()])
}

pub(super) fn remove_accesses(tx: &Tx<'_>, now: Timestamp, limit: u32) -> Result<u64> {
    let sql = "DELETE FROM order_accesses WHERE token IN
                   (SELECT token FROM order_accesses WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
    Ok(tx.change(sql, params![now.micros(), limit])? as u64)
}

pub(super) fn last_numbers(tx: &Tx<'_>) -> Result<LastNumbers> {
    let found = tx.row("SELECT last_invoice, last_credit_note FROM facts", [], |row| {
        let number = |column: &str| parsed(row, column, |n: i64| u64::try_from(n).ok());
        Ok(LastNumbers { invoice: number("last_invoice")?, credit_note: number("last_credit_note")? })
    })?;
    Ok(found.unwrap_or_default())
}

pub(super) fn set_last_numbers(tx: &Tx<'_>, numbers: LastNumbers) -> Result<()> {
    let sql = "UPDATE facts SET last_invoice = ?1, last_credit_note = ?2";
    tx.change_one(sql, [signed(numbers.invoice), signed(numbers.credit_note)])
}
