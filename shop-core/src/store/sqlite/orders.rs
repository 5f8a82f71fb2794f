//! Orders, their history, and alerts.

use kit_core::{Language, Money, Timestamp};
use rusqlite::{Row, ToSql, params};

use super::row::{self, get, money, parsed, time, time_or_none, unreadable, uuid, uuid_or_none, vat_rate};
use super::tx::{Tx, signed};
use crate::rules::attempt::{AlertKind, AttemptId};
use crate::rules::cart::Quantity;
use crate::rules::discount::{DiscountCode, email_key};
use crate::rules::invoice::Issued;
use crate::rules::order::{Contact, Order, OrderDiscount, OrderId, OrderLine, OrderNumber, OrderShipping, OrderState};
use crate::rules::product::{Sku, Slug};
use crate::rules::refund::RefundId;
use crate::rules::shipping::WorkingDays;
use crate::store::{Alert, Event, EventKind, OrderSlice, Result};

const ORDER: &str = "SELECT id, number, token, state, name, street, postal_code, city, country, email, total_minor,
    currency, reserved_until, live_attempt, refund, placed_at, changed_at, discount_code, discount_minor, shipping_method,
    shipping_name, shipping_minor, shipping_vat_basis_points, shipping_vat_minor, shipping_days_min, shipping_days_max,
    shipping_pickup, note, language, invoice_number, invoice_at, credit_note_number, credit_note_at, company,
    address_line_2, vat_number, phone, shipping_rounding_minor FROM orders";

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
            company: get(row, "company")?,
            address_line_2: get(row, "address_line_2")?,
            vat_number: get(row, "vat_number")?,
            phone: get(row, "phone")?,
            email: get(row, "email")?,
        },
        lines: Vec::new(),
        discount: discount(row)?,
        shipping: OrderShipping {
            method: parsed(row, "shipping_method", |text: String| Slug::parse(&text))?,
            name: get(row, "shipping_name")?,
            price: money(row, "shipping_minor")?,
            vat_rate: vat_rate(row, "shipping_vat_basis_points")?,
            vat: money(row, "shipping_vat_minor")?,
            rounding: money(row, "shipping_rounding_minor")?,
            days: WorkingDays { min: get(row, "shipping_days_min")?, max: get(row, "shipping_days_max")? },
            pickup: get(row, "shipping_pickup")?,
        },
        total: money(row, "total_minor")?,
        note: get(row, "note")?,
        language: parsed(row, "language", |code: String| Language::parse(&code))?,
        reserved_until: time(row, "reserved_until")?,
        live_attempt: uuid_or_none(row, "live_attempt")?.map(AttemptId::from_uuid),
        refund: uuid_or_none(row, "refund")?.map(RefundId::from_uuid),
        invoice: issued(row, "invoice_number", "invoice_at")?,
        credit_note: issued(row, "credit_note_number", "credit_note_at")?,
        placed_at: time(row, "placed_at")?,
        changed_at: time(row, "changed_at")?,
    })
}

fn discount(row: &Row<'_>) -> Result<Option<OrderDiscount>> {
    let Some(code) = get::<Option<String>>(row, "discount_code")? else { return Ok(None) };
    let code = DiscountCode::from_stored(&code).ok_or_else(|| unreadable("discount_code"))?;
    Ok(Some(OrderDiscount { code, amount: money(row, "discount_minor")? }))
}

fn issued(row: &Row<'_>, number: &str, at: &str) -> Result<Option<Issued>> {
    let Some(at) = time_or_none(row, at)? else { return Ok(None) };
    Ok(Some(Issued { number: parsed(row, number, |n: i64| u64::try_from(n).ok())?, at }))
}

fn with_lines(tx: &Tx<'_>, order: Order) -> Result<Order> {
    let currency = order.total.currency;
    let sql = "SELECT sku, name, unit_price_minor, quantity, total_minor, discount_minor, vat_basis_points, vat_minor,
                      rounding_minor
               FROM order_lines
               WHERE order_id = ?1 ORDER BY position";
    let lines = tx.rows(sql, [order.id.uuid().into_bytes()], |row| {
        Ok(OrderLine {
            sku: parsed(row, "sku", |text: String| Sku::parse(&text))?,
            name: get(row, "name")?,
            unit_price: Money::new(get(row, "unit_price_minor")?, currency),
            quantity: Quantity::new(get(row, "quantity")?).map_err(|_| unreadable("quantity"))?,
            total: Money::new(get(row, "total_minor")?, currency),
            discount: Money::new(get(row, "discount_minor")?, currency),
            vat_rate: vat_rate(row, "vat_basis_points")?,
            vat: Money::new(get(row, "vat_minor")?, currency),
            rounding: Money::new(get(row, "rounding_minor")?, currency),
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

pub(super) fn with_code(tx: &Tx<'_>, code: &DiscountCode, email_key: &str) -> Result<Vec<Order>> {
    let sql = format!("{ORDER} WHERE discount_code = ?1 AND email_key = ?2 ORDER BY id");
    let orders = tx.rows(&sql, [code.as_str(), email_key], read)?;
    orders.into_iter().map(|order| with_lines(tx, order)).collect()
}

pub(super) fn due(tx: &Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<OrderId>> {
    let sql = "SELECT id FROM orders WHERE state = 'awaiting-payment' AND live_attempt IS NULL
               AND reserved_until <= ?1 ORDER BY reserved_until, id LIMIT ?2";
    tx.rows(sql, params![now.micros(), limit], |row| Ok(OrderId::from_uuid(uuid(row, "id")?)))
}

pub(super) fn insert(tx: &Tx<'_>, order: &Order) -> Result<()> {
    let sql = "INSERT INTO orders (id, number, token, state, name, street, postal_code, city, country, email,
                   total_minor, currency, reserved_until, live_attempt, refund, placed_at, changed_at, email_key,
                   discount_code, discount_minor, shipping_method, shipping_name, shipping_minor,
                   shipping_vat_basis_points, shipping_vat_minor, shipping_days_min, shipping_days_max, shipping_pickup,
                   note, language, invoice_number, invoice_at, credit_note_number, credit_note_at, company,
                   address_line_2, vat_number, phone, shipping_rounding_minor)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                   ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39)";
    let (contact, shipping, discount) = (&order.contact, &order.shipping, order.discount.as_ref());
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
        order.total.minor,
        order.total.currency.to_stored(),
        order.reserved_until.micros(),
        order.live_attempt.map(|id| id.uuid().into_bytes()),
        order.refund.map(|id| id.uuid().into_bytes()),
        order.placed_at.micros(),
        order.changed_at.micros(),
        email_key(&contact.email),
        discount.map(|discount| discount.code.as_str()),
        discount.map(|discount| discount.amount.minor),
        shipping.method.as_str(),
        shipping.name,
        shipping.price.minor,
        shipping.vat_rate.basis_points(),
        shipping.vat.minor,
        shipping.days.min,
        shipping.days.max,
        shipping.pickup,
        order.note,
        order.language.code(),
        order.invoice.map(number),
        order.invoice.map(|issued| issued.at.micros()),
        order.credit_note.map(number),
        order.credit_note.map(|issued| issued.at.micros()),
        contact.company,
        contact.address_line_2,
        contact.vat_number,
        contact.phone,
        shipping.rounding.minor,
    ];
    tx.change_one(sql, values)?;
    let sql = "INSERT INTO order_lines (order_id, position, sku, name, unit_price_minor, quantity, total_minor,
                   discount_minor, vat_basis_points, vat_minor, rounding_minor)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    for (position, line) in (0_i64..).zip(&order.lines) {
        let values = params![
            order.id.uuid().into_bytes(),
            position,
            line.sku.as_str(),
            line.name,
            line.unit_price.minor,
            line.quantity.get(),
            line.total.minor,
            line.discount.minor,
            line.vat_rate.basis_points(),
            line.vat.minor,
            line.rounding.minor,
        ];
        tx.change_one(sql, values)?;
    }
    Ok(())
}

fn number(issued: Issued) -> i64 {
    signed(issued.number)
}

pub(super) fn update(tx: &Tx<'_>, order: &Order) -> Result<()> {
    let sql = "UPDATE orders SET state = ?2, live_attempt = ?3, refund = ?4, changed_at = ?5, invoice_number = ?6,
                   invoice_at = ?7, credit_note_number = ?8, credit_note_at = ?9 WHERE id = ?1";
    let values = params![
        order.id.uuid().into_bytes(),
        order.state.code(),
        order.live_attempt.map(|id| id.uuid().into_bytes()),
        order.refund.map(|id| id.uuid().into_bytes()),
        order.changed_at.micros(),
        order.invoice.map(number),
        order.invoice.map(|issued| issued.at.micros()),
        order.credit_note.map(number),
        order.credit_note.map(|issued| issued.at.micros()),
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
