//! Orders, their history, and alerts.

use kit_core::{Language, Money, Timestamp};
use rusqlite::{Row, ToSql, params};

use super::row::{self, get, money, parsed, time, unreadable, uuid, uuid_or_none};
use super::tx::Tx;
use crate::rules::attempt::{AlertKind, AttemptId};
use crate::rules::cart::Quantity;
use crate::rules::order::{Contact, Order, OrderId, OrderLine, OrderNumber, OrderState};
use crate::rules::product::Sku;
use crate::rules::refund::RefundId;
use crate::store::{Alert, Event, EventKind, OrderSlice, Result};

const ORDER: &str = "SELECT id, number, token, state, name, street, postal_code, city, country, email, language,
    total_minor, currency, reserved_until, live_attempt, refund, placed_at, changed_at FROM orders";

/// The order without its lines.
fn read(row: &Row<'_>) -> Result<Order> {
    Ok(Order {
        id: OrderId::from_uuid(uuid(row, "id")?),
        number: parsed(row, "number", |text: String| OrderNumber::parse(&text))?,
        token: row::token(row, "token")?,
        state: parsed(row, "state", |code: String| OrderState::parse(&code))?,
        contact: Contact {
            name: get(row, "name")?,
            street: get(row, "street")?,
            postal_code: get(row, "postal_code")?,
            city: get(row, "city")?,
            country: get(row, "country")?,
            email: get(row, "email")?,
            language: parsed(row, "language", |code: String| Language::parse(&code))?,
        },
        lines: Vec::new(),
        total: money(row, "total_minor")?,
        reserved_until: time(row, "reserved_until")?,
        live_attempt: uuid_or_none(row, "live_attempt")?.map(AttemptId::from_uuid),
        refund: uuid_or_none(row, "refund")?.map(RefundId::from_uuid),
        placed_at: time(row, "placed_at")?,
        changed_at: time(row, "changed_at")?,
    })
}

fn with_lines(tx: &Tx<'_>, order: Order) -> Result<Order> {
    let currency = order.total.currency;
    let sql = "SELECT sku, name, unit_price_minor, quantity, total_minor FROM order_lines
               WHERE order_id = ?1 ORDER BY position";
    let lines = tx.rows(sql, [order.id.uuid().into_bytes()], |row| {
        Ok(OrderLine {
            sku: parsed(row, "sku", |text: String| Sku::parse(&text))?,
            name: get(row, "name")?,
            unit_price: Money::new(get(row, "unit_price_minor")?, currency),
            quantity: Quantity::new(get(row, "quantity")?).map_err(|_| unreadable("quantity"))?,
            total: Money::new(get(row, "total_minor")?, currency),
        })
    })?;
    Ok(Order { lines, ..order })
}

pub(super) fn one(tx: &Tx<'_>, filter: &'static str, value: &dyn ToSql) -> Result<Option<Order>> {
    tx.row(&format!("{ORDER} {filter}"), [value], read)?.map(|order| with_lines(tx, order)).transpose()
}

pub(super) fn slice(tx: &Tx<'_>, slice: &OrderSlice) -> Result<Vec<Order>> {
    // Ids are ordered by time, so the newest order has the largest; nothing is above sixteen times 255.
    let before = slice.before.map_or([0xFF; 16], |id| id.uuid().into_bytes());
    let orders = match slice.state {
        Some(state) => {
            let sql = format!("{ORDER} WHERE state = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
            tx.rows(&sql, params![state.code(), before, slice.limit], read)?
        }
        None => {
            let sql = format!("{ORDER} WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
            tx.rows(&sql, params![before, slice.limit], read)?
        }
    };
    orders.into_iter().map(|order| with_lines(tx, order)).collect()
}

pub(super) fn due(tx: &Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<OrderId>> {
    let sql = "SELECT id FROM orders WHERE state = 'awaiting-payment' AND live_attempt IS NULL
               AND reserved_until <= ?1 ORDER BY reserved_until, id LIMIT ?2";
    tx.rows(sql, params![now.micros(), limit], |row| Ok(OrderId::from_uuid(uuid(row, "id")?)))
}

pub(super) fn insert(tx: &Tx<'_>, order: &Order) -> Result<()> {
    let sql = "INSERT INTO orders (id, number, token, state, name, street, postal_code, city, country, email,
                   language, total_minor, currency, reserved_until, live_attempt, refund, placed_at, changed_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    let contact = &order.contact;
    let values = params![
        order.id.uuid().into_bytes(),
        order.number.as_str(),
        order.token.0,
        order.state.code(),
        contact.name,
        contact.street,
        contact.postal_code,
        contact.city,
        contact.country,
        contact.email,
        contact.language.code(),
        order.total.minor,
        order.total.currency.code(),
        order.reserved_until.micros(),
        order.live_attempt.map(|id| id.uuid().into_bytes()),
        order.refund.map(|id| id.uuid().into_bytes()),
        order.placed_at.micros(),
        order.changed_at.micros(),
    ];
    tx.change_one(sql, values)?;
    let sql = "INSERT INTO order_lines (order_id, position, sku, name, unit_price_minor, quantity, total_minor)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    for (position, line) in (0_i64..).zip(&order.lines) {
        let values = params![
            order.id.uuid().into_bytes(),
            position,
            line.sku.as_str(),
            line.name,
            line.unit_price.minor,
            line.quantity.get(),
            line.total.minor,
        ];
        tx.change_one(sql, values)?;
    }
    Ok(())
}

pub(super) fn update(tx: &Tx<'_>, order: &Order) -> Result<()> {
    let sql = "UPDATE orders SET state = ?2, live_attempt = ?3, refund = ?4, changed_at = ?5 WHERE id = ?1";
    let values = params![
        order.id.uuid().into_bytes(),
        order.state.code(),
        order.live_attempt.map(|id| id.uuid().into_bytes()),
        order.refund.map(|id| id.uuid().into_bytes()),
        order.changed_at.micros(),
    ];
    tx.change_one(sql, values)
}

pub(super) fn events(tx: &Tx<'_>, order: OrderId) -> Result<Vec<Event>> {
    let sql = "SELECT at, kind FROM events WHERE order_id = ?1 ORDER BY position";
    tx.rows(sql, [order.uuid().into_bytes()], |row| {
        let kind = parsed(row, "kind", |text: String| EventKind::parse(&text))?;
        Ok(Event { order, at: time(row, "at")?, kind })
    })
}

pub(super) fn insert_event(tx: &Tx<'_>, event: &Event) -> Result<()> {
    let sql = "INSERT INTO events (order_id, position, at, kind)
               SELECT ?1, coalesce(max(position) + 1, 0), ?2, ?3 FROM events WHERE order_id = ?1";
    tx.change_one(sql, params![event.order.uuid().into_bytes(), event.at.micros(), event.kind.code()])
}

pub(super) fn alerts(tx: &Tx<'_>, limit: u32) -> Result<Vec<Alert>> {
    let sql =
        "SELECT subject, kind, order_id, at, detail FROM alerts ORDER BY at DESC, subject DESC, kind DESC LIMIT ?1";
    tx.rows(sql, [limit], |row| {
        Ok(Alert {
            subject: uuid(row, "subject")?,
            kind: parsed(row, "kind", |text: String| AlertKind::parse(&text))?,
            order: OrderId::from_uuid(uuid(row, "order_id")?),
            at: time(row, "at")?,
            detail: get(row, "detail")?,
        })
    })
}

pub(super) fn put_alert(tx: &Tx<'_>, alert: &Alert) -> Result<()> {
    let sql = "INSERT INTO alerts (subject, kind, order_id, at, detail) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (subject, kind) DO NOTHING";
    let (subject, order) = (alert.subject.as_bytes(), alert.order.uuid());
    tx.change(sql, params![subject, alert.kind.code(), order.into_bytes(), alert.at.micros(), alert.detail])?;
    Ok(())
}
