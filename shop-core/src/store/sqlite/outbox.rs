//! Mails.

use kit_core::{Delivery, Timestamp};
use rusqlite::{Row, params};

use super::row::{get, parsed, time, unreadable, uuid};
use super::tx::Tx;
use crate::rules::mail::{Mail, MailKind};
use crate::rules::order::OrderId;
use crate::store::Result;
use crate::store::outbox::{ReadOutbox, WriteOutbox};

const MAIL: &str = "SELECT order_id, kind, at, tries, state, state_at FROM mails";

fn key(row: &Row<'_>) -> Result<(OrderId, MailKind)> {
    let kind = parsed(row, "kind", |text: String| MailKind::parse(&text))?;
    Ok((OrderId::from_uuid(uuid(row, "order_id")?), kind))
}

fn read(row: &Row<'_>) -> Result<Mail> {
    let (order, kind) = key(row)?;
    let state = Delivery::read(&get::<String>(row, "state")?, time(row, "state_at")?);
    let state = state.ok_or_else(|| unreadable("state"))?;
    Ok(Mail { order, kind, at: time(row, "at")?, tries: get(row, "tries")?, state })
}

impl ReadOutbox for Tx<'_> {
    fn mail(&self, order: OrderId, kind: MailKind) -> Result<Option<Mail>> {
        let sql = format!("{MAIL} WHERE order_id = ?1 AND kind = ?2");
        self.row(&sql, params![order.uuid().into_bytes(), kind.code()], read)
    }

    fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<Mail>> {
        let sql =
            format!("{MAIL} WHERE state = 'waiting' AND state_at <= ?1 ORDER BY state_at, order_id, kind LIMIT ?2");
        self.rows(&sql, params![now.micros(), limit], read)
    }

    fn mails_ended(&self, before: Timestamp, limit: u32) -> Result<Vec<(OrderId, MailKind)>> {
        let sql =
            format!("{MAIL} WHERE state <> 'waiting' AND state_at < ?1 ORDER BY state_at, order_id, kind LIMIT ?2");
        self.rows(&sql, params![before.micros(), limit], key)
    }
}

impl WriteOutbox for Tx<'_> {
    fn insert_mail(&mut self, mail: &Mail) -> Result<()> {
        let sql = "INSERT INTO mails (order_id, kind, at, tries, state, state_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (order_id, kind) DO NOTHING";
        let (state, state_at) = mail.state.columns();
        let (order, kind) = (mail.order.uuid().into_bytes(), mail.kind.code());
        let values = params![order, kind, mail.at.micros(), mail.tries, state, state_at.micros()];
        self.change(sql, values).map(drop)
    }

    fn update_mail(&mut self, mail: &Mail) -> Result<()> {
        let sql = "UPDATE mails SET tries = ?3, state = ?4, state_at = ?5 WHERE order_id = ?1 AND kind = ?2";
        let (state, state_at) = mail.state.columns();
        let (order, kind) = (mail.order.uuid().into_bytes(), mail.kind.code());
        self.change_one(sql, params![order, kind, mail.tries, state, state_at.micros()])
    }

    fn remove_mail(&mut self, order: OrderId, kind: MailKind) -> Result<()> {
        let sql = "DELETE FROM mails WHERE order_id = ?1 AND kind = ?2";
        self.change(sql, params![order.uuid().into_bytes(), kind.code()]).map(drop)
    }
}
