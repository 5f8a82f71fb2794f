//! Mails and ways to a new password read back as they were written.

use kit_core::{Delivery, Timestamp, Token, Uuid};

use super::sample::{START, Sample, World, later, read, write};
use crate::model::{Mail, MailId, Notice, PasswordReset, RequestId, ResetId, ResetRequest};
use crate::store::Store;

impl World {
    pub(super) fn mail(&self, n: u8, state: Delivery) -> Mail {
        Mail {
            id: MailId::from_uuid(uuid(n)),
            at: START,
            customer: self.customer.id,
            to: "ada+bank@example.org".to_owned(),
            notice: Notice::PinBlocked(self.account.number),
            tries: u32::from(n),
            state,
            failure: (n % 2 == 1).then(|| format!("no such mailbox: {n}")),
        }
    }

    pub(super) fn reset(&self, n: u8) -> PasswordReset {
        let (id, token) = (ResetId::from_uuid(uuid(n)), Token::from_bytes([n; 32]).hash());
        PasswordReset { id, customer: self.customer.id, token, expires_at: later(u64::from(n)) }
    }
}

pub(super) fn request(n: u8) -> ResetRequest {
    ResetRequest { id: RequestId::from_uuid(uuid(n)), email: format!("nobody-{n}@example.org"), at: later(1) }
}

fn uuid(n: u8) -> Uuid {
    Uuid::from_bytes([n; 16])
}

fn waiting(seconds: u64) -> Delivery {
    Delivery::Waiting { due_at: later(seconds) }
}

pub(super) fn mails(store: &dyn Store) {
    let w = Sample::new().world();
    let number = w.account.number;
    let notices = [
        Notice::PasswordChanged,
        Notice::PinChanged(number),
        Notice::PinBlocked(number),
        Notice::ResetAsked(ResetId::from_uuid(uuid(9))),
        Notice::PasswordReset,
        Notice::AccountClosed(number),
    ];
    let rows: Vec<Mail> =
        (1..).zip(notices).map(|(n, notice)| Mail { notice, ..w.mail(n, waiting(50 - u64::from(n))) }).collect();
    write(store, |tx| {
        w.put(tx)?;
        Ok(rows.iter().try_for_each(|mail| tx.put_mail(mail))?)
    });
    for mail in &rows {
        assert_eq!(read(store, |tx| Ok(tx.mail(mail.id)?)).as_ref(), Some(mail));
    }
    let due = |at, limit| read(store, |tx| Ok(tx.due_mails(at, limit)?));
    assert_eq!(due(later(43), 10), []);
    assert_eq!(due(later(44), 10), rows[5..], "due at its moment");
    let longest_first: Vec<Mail> = rows.iter().rev().cloned().collect();
    assert_eq!(due(later(99), 10), longest_first);
    assert_eq!(due(later(99), 2), longest_first[..2]);
    write(store, |tx| Ok(tx.delete_mail(rows[5].id)?));
    assert_eq!(due(later(99), 1), [rows[4].clone()]);
}

pub(super) fn mails_that_ended(store: &dyn Store) {
    let w = Sample::new().world();
    let (sent, gave_up) = (Delivery::Sent { at: later(20) }, Delivery::GaveUp { at: later(10) });
    let rows = [w.mail(1, waiting(1)), w.mail(2, sent), w.mail(3, gave_up)];
    write(store, |tx| {
        w.put(tx)?;
        Ok(rows.iter().try_for_each(|mail| tx.put_mail(mail))?)
    });
    let ended = |before: Timestamp, limit| read(store, |tx| Ok(tx.mails_ended(before, limit)?));
    assert_eq!(ended(later(10), 10), [], "before the moment, not at it");
    assert_eq!(ended(later(99), 10), [rows[2].id, rows[1].id], "the oldest end first, and none that waits");
    assert_eq!(ended(later(99), 1), [rows[2].id]);
    assert_eq!(read(store, |tx| Ok(tx.due_mails(later(99), 10)?)), rows[..1]);
    // Replaced by what became of it.
    let settled = Mail { state: sent, tries: 7, failure: None, ..rows[0].clone() };
    write(store, |tx| Ok(tx.put_mail(&settled)?));
    assert_eq!(read(store, |tx| Ok(tx.mail(settled.id)?)), Some(settled));
    assert_eq!(read(store, |tx| Ok(tx.due_mails(later(99), 10)?)), []);
}

pub(super) fn mails_that_nobody_received(store: &dyn Store) {
    let w = Sample::new().world();
    let gave_up = |seconds| Delivery::GaveUp { at: later(seconds) };
    let sent = Delivery::Sent { at: later(15) };
    let rows = [w.mail(1, gave_up(10)), w.mail(2, gave_up(20)), w.mail(3, sent), w.mail(4, waiting(1))];
    write(store, |tx| {
        w.put(tx)?;
        Ok(rows.iter().try_for_each(|mail| tx.put_mail(mail))?)
    });
    let given_up = |limit| read(store, |tx| Ok(tx.mails_given_up(limit)?));
    assert_eq!(given_up(10), [rows[1].clone(), rows[0].clone()], "newest first, and none that was sent or waits");
    assert_eq!(given_up(1), rows[1..2]);
}

pub(super) fn ways_to_a_new_password(store: &dyn Store) {
    let w = Sample::new().world();
    let (first, second) = (w.reset(1), w.reset(2));
    write(store, |tx| {
        w.put(tx)?;
        tx.put_password_reset(&first)?;
        (1..=3).try_for_each(|n| tx.insert_reset_request(&request(n)))?;
        Ok(tx.delete_reset_request(request(2).id)?)
    });
    let requests = |limit| read(store, |tx| Ok(tx.reset_requests(limit)?));
    assert_eq!(requests(10), [request(1), request(3)], "oldest first");
    assert_eq!(requests(1), [request(1)]);
    let of_customer = || read(store, |tx| Ok(tx.password_reset(w.customer.id)?));
    let by_token = |reset: &PasswordReset| read(store, |tx| Ok(tx.password_reset_by_token(reset.token)?));
    assert_eq!((of_customer(), by_token(&first)), (Some(first.clone()), Some(first.clone())));
    write(store, |tx| Ok(tx.put_password_reset(&second)?));
    assert_eq!((of_customer(), by_token(&second)), (Some(second.clone()), Some(second.clone())));
    assert_eq!(by_token(&first), None, "one at a time");
    write(store, |tx| Ok(tx.delete_password_reset(w.customer.id)?));
    assert_eq!((of_customer(), by_token(&second)), (None, None));
}
