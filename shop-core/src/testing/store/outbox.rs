//! Mails about orders.

use kit_core::Delivery;

use super::samples::{moment, order};
use super::{contradiction, record, view};
use crate::rules::mail::{Mail, MailKind};
use crate::store::Store;

fn mail(n: u8, kind: MailKind, at: u64) -> Mail {
    Mail::new(order(n).id, kind, moment(at))
}

/// Every kind and state comes back; an order has each kind once; what it tells does not change.
pub fn mails_are_kept_once_a_kind(store: &dyn Store) {
    let rows: Vec<Mail> = MailKind::ALL.iter().map(|kind| mail(1, *kind, 5)).collect();
    record(store, |tx| {
        tx.insert_order(&order(1))?;
        tx.insert_order(&order(2))?;
        rows.iter().try_for_each(|mail| tx.insert_mail(mail))?;
        // Recorded already: it stays as it is.
        tx.insert_mail(&mail(1, MailKind::Paid, 9))
    });
    let find = |n, kind| view(store, |tx| tx.mail(order(n).id, kind));
    for row in &rows {
        assert_eq!(find(1, row.kind).as_ref(), Some(row));
    }
    assert_eq!(find(2, MailKind::Paid), None);
    for state in [
        Delivery::Waiting { due_at: moment(60) },
        Delivery::Sent { at: moment(70) },
        Delivery::GaveUp { at: moment(80) },
    ] {
        let changed = Mail { tries: 3, state, ..rows[1].clone() };
        record(store, |tx| tx.update_mail(&Mail { at: moment(99), ..changed.clone() }));
        assert_eq!(find(1, rows[1].kind), Some(changed));
    }
    contradiction(store, |tx| tx.update_mail(&mail(2, MailKind::Paid, 5)));
    record(store, |tx| {
        tx.remove_mail(order(1).id, MailKind::Paid)?;
        tx.remove_mail(order(2).id, MailKind::Paid)
    });
    assert_eq!(find(1, MailKind::Paid), None);
    assert_eq!(find(1, MailKind::NotPaid), rows.last().cloned());
}

/// What waits by when it is due, what ended by its end.
pub fn mails_are_listed_by_time(store: &dyn Store) {
    let waiting = [mail(2, MailKind::Paid, 10), mail(1, MailKind::Paid, 20), mail(1, MailKind::Shipped, 20)];
    let ended = [
        Mail { state: Delivery::GaveUp { at: moment(30) }, ..mail(3, MailKind::NotPaid, 1) },
        Mail { state: Delivery::Sent { at: moment(40) }, ..mail(2, MailKind::Cancelled, 1) },
    ];
    record(store, |tx| {
        (1..=3).try_for_each(|n| tx.insert_order(&order(n)))?;
        waiting.iter().rev().chain(&ended).try_for_each(|mail| tx.insert_mail(mail))
    });
    view(store, |tx| {
        assert_eq!(tx.due_mails(moment(9), 10)?, []);
        assert_eq!(tx.due_mails(moment(10), 10)?, waiting[..1], "due at its moment");
        assert_eq!(tx.due_mails(moment(99), 10)?, waiting);
        assert_eq!(tx.due_mails(moment(99), 2)?, waiting[..2]);
        let keys: Vec<_> = ended.iter().map(|mail| (mail.order, mail.kind)).collect();
        assert_eq!(tx.mails_ended(moment(30), 10)?, [], "before the moment, not at it");
        assert_eq!(tx.mails_ended(moment(99), 10)?, keys);
        assert_eq!(tx.mails_ended(moment(99), 1)?, keys[..1]);
        Ok(())
    });
}
