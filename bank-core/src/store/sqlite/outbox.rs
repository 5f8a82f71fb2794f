//! Mails and resets.

use kit_core::{Delivery, Timestamp, TokenHash};
use rusqlite::{Row, params};

use super::codec::{damaged, maybe_number, maybe_uuid, number_value, time, uuid};
use super::{Tx, rows};
use crate::model::{CustomerId, Mail, MailId, Notice, PasswordReset, RequestId, ResetId, ResetRequest};
use crate::store::Stored;
use crate::store::outbox::{ReadOutbox, WriteOutbox};

const MAIL: &str = "SELECT id, at, customer, recipient, notice, account, reset, tries, state, state_at,
                    failure FROM mails";
const RESET: &str = "SELECT customer, id, token, expires_at FROM password_resets";

fn mail(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let (account, reset) = (maybe_number(row, 5)?, maybe_uuid(row, 6)?);
    let notice = match (row.get_ref(4)?.as_str()?, account, reset) {
        ("password-changed", None, None) => Some(Notice::PasswordChanged),
        ("pin-changed", Some(account), None) => Some(Notice::PinChanged(account)),
        ("pin-blocked", Some(account), None) => Some(Notice::PinBlocked(account)),
        ("reset-asked", None, Some(reset)) => Some(Notice::ResetAsked(ResetId::from_uuid(reset))),
        ("password-reset", None, None) => Some(Notice::PasswordReset),
        ("account-closed", Some(account), None) => Some(Notice::AccountClosed(account)),
        _ => None,
    };
    Ok(Mail {
        id: MailId::from_uuid(uuid(row, 0)?),
        at: time(row, 1)?,
        customer: CustomerId::from_uuid(uuid(row, 2)?),
        to: row.get(3)?,
        notice: damaged(notice, 4, "notice")?,
        tries: row.get(7)?,
        state: damaged(Delivery::read(row.get_ref(8)?.as_str()?, time(row, 9)?), 8, "state")?,
        failure: row.get(10)?,
    })
}

fn reset(row: &Row<'_>) -> rusqlite::Result<PasswordReset> {
    Ok(PasswordReset {
        customer: CustomerId::from_uuid(uuid(row, 0)?),
        id: ResetId::from_uuid(uuid(row, 1)?),
        token: TokenHash(row.get(2)?),
        expires_at: time(row, 3)?,
    })
}

impl ReadOutbox for Tx<'_> {
    fn mail(&self, id: MailId) -> Stored<Option<Mail>> {
        self.one(&format!("{MAIL} WHERE id = ?1"), [id.uuid().into_bytes()], mail)
    }

    fn due_mails(&self, now: Timestamp, limit: usize) -> Stored<Vec<Mail>> {
        let sql = format!("{MAIL} WHERE state = 'waiting' AND state_at <= ?1 ORDER BY state_at, id LIMIT ?2");
        self.many(&sql, params![now.micros(), rows(limit)], mail)
    }

    fn mails_ended(&self, before: Timestamp, limit: usize) -> Stored<Vec<MailId>> {
        let sql = "SELECT id FROM mails WHERE state <> 'waiting' AND state_at < ?1 ORDER BY state_at, id LIMIT ?2";
        self.many(sql, params![before.micros(), rows(limit)], |row| uuid(row, 0).map(MailId::from_uuid))
    }

    fn mails_given_up(&self, limit: usize) -> Stored<Vec<Mail>> {
        // The first condition is that of the index.
        let sql =
            format!("{MAIL} WHERE state <> 'waiting' AND state = 'gave-up' ORDER BY state_at DESC, id DESC LIMIT ?1");
        self.many(&sql, [rows(limit)], mail)
    }

    fn reset_requests(&self, limit: usize) -> Stored<Vec<ResetRequest>> {
        self.many("SELECT id, email, at FROM reset_requests ORDER BY id LIMIT ?1", [rows(limit)], |row| {
            Ok(ResetRequest { id: RequestId::from_uuid(uuid(row, 0)?), email: row.get(1)?, at: time(row, 2)? })
        })
    }

    fn password_reset(&self, customer: CustomerId) -> Stored<Option<PasswordReset>> {
        self.one(&format!("{RESET} WHERE customer = ?1"), [customer.uuid().into_bytes()], reset)
    }

    fn password_reset_by_token(&self, token: TokenHash) -> Stored<Option<PasswordReset>> {
        self.one(&format!("{RESET} WHERE token = ?1"), [token.0], reset)
    }
}

impl WriteOutbox for Tx<'_> {
    fn put_mail(&mut self, m: &Mail) -> Stored<()> {
        let (account, reset) = match m.notice {
            Notice::PasswordChanged | Notice::PasswordReset => (None, None),
            Notice::PinChanged(account) | Notice::PinBlocked(account) | Notice::AccountClosed(account) => {
                (Some(account), None)
            }
            Notice::ResetAsked(reset) => (None, Some(reset)),
        };
        let (state, state_at) = m.state.columns();
        let sql = "INSERT OR REPLACE INTO mails (id, at, customer, recipient, notice, account, reset, tries, state,
                   state_at, failure) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let params = params![
            m.id.uuid().into_bytes(),
            m.at.micros(),
            m.customer.uuid().into_bytes(),
            m.to,
            m.notice.code(),
            account.map(number_value),
            reset.map(|id| id.uuid().into_bytes()),
            m.tries,
            state,
            state_at.micros(),
            m.failure,
        ];
        self.execute(sql, params).map(drop)
    }

    fn delete_mail(&mut self, id: MailId) -> Stored<()> {
        self.execute("DELETE FROM mails WHERE id = ?1", [id.uuid().into_bytes()]).map(drop)
    }

    fn insert_reset_request(&mut self, r: &ResetRequest) -> Stored<()> {
        let sql = "INSERT INTO reset_requests (id, email, at) VALUES (?1, ?2, ?3)";
        self.execute(sql, params![r.id.uuid().into_bytes(), r.email, r.at.micros()]).map(drop)
    }

    fn delete_reset_request(&mut self, id: RequestId) -> Stored<()> {
        self.execute("DELETE FROM reset_requests WHERE id = ?1", [id.uuid().into_bytes()]).map(drop)
    }

    fn put_password_reset(&mut self, r: &PasswordReset) -> Stored<()> {
        let sql = "INSERT INTO password_resets (customer, id, token, expires_at) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (customer) DO UPDATE SET id = ?2, token = ?3, expires_at = ?4";
        let (customer, id) = (r.customer.uuid().into_bytes(), r.id.uuid().into_bytes());
        self.execute(sql, params![customer, id, r.token.0, r.expires_at.micros()]).map(drop)
    }

    fn delete_password_reset(&mut self, customer: CustomerId) -> Stored<()> {
        let sql = "DELETE FROM password_resets WHERE customer = ?1";
        self.execute(sql, [customer.uuid().into_bytes()]).map(drop)
    }
}
