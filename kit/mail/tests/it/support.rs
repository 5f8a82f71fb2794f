//! A message, a sender, and an outbox in memory.

use std::cell::{Cell, RefCell};

use kit_core::{Delivery, Timestamp};
use kit_mail::{MailError, Mailbox, Message, Outbox, Waiting};

pub(crate) const START: Timestamp = Timestamp::from_micros(1_795_363_620_000_000);

pub(crate) fn sender() -> Mailbox {
    Mailbox::parse("The bank <no-reply@bank.example>").expect("an address")
}

pub(crate) fn message(id: &str) -> Message {
    Message {
        id: id.to_owned(),
        at: START,
        to: Mailbox::new("Ada Lovelace", "ada@example.org").expect("an address"),
        subject: "Your password was changed".to_owned(),
        text: "Hello Ada,\n\nyour password was changed.\n".to_owned(),
        html: None,
    }
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) tries: u32,
    pub(crate) sent: bool,
    pub(crate) failure: Option<String>,
}

/// An outbox that keeps its rows in memory, and fails to write where it is told to.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) rows: RefCell<Vec<Row>>,
    pub(crate) broken: Cell<bool>,
    pub(crate) now: Cell<Option<Timestamp>>,
}

impl Rows {
    pub(crate) fn of(ids: &[&'static str]) -> Self {
        let row = |id: &&'static str| Row { id, due_at: Some(START), tries: 0, sent: false, failure: None };
        Self { rows: RefCell::new(ids.iter().map(row).collect()), ..Self::default() }
    }

    fn change(&self, id: &str, change: impl Fn(&mut Row)) -> Result<(), &'static str> {
        if self.broken.get() {
            return Err("the disk is full");
        }
        self.rows.borrow_mut().iter_mut().filter(|row| row.id == id).for_each(change);
        Ok(())
    }
}

impl Outbox for Rows {
    type Mail = Row;
    type Error = &'static str;

    fn now(&self) -> Timestamp {
        self.now.get().unwrap_or(START)
    }

    fn due(&self, limit: usize) -> Result<Vec<Waiting<Row>>, Self::Error> {
        let (rows, now) = (self.rows.borrow(), self.now());
        let due = rows.iter().filter(|row| row.due_at.is_some_and(|at| at <= now));
        Ok(due.take(limit).map(|row| Waiting { mail: row.clone(), tries: row.tries }).collect())
    }

    fn about(&self, mail: &Row) -> String {
        format!("row {}", mail.id)
    }

    fn settle(&self, mail: &Row, delivery: Delivery, failure: Option<&MailError>) -> Result<(), Self::Error> {
        self.change(mail.id, |row| {
            row.failure = failure.map(MailError::line);
            match delivery {
                Delivery::Sent { .. } => (row.due_at, row.sent) = (None, true),
                Delivery::Waiting { due_at } => (row.due_at, row.tries) = (Some(due_at), row.tries + 1),
                Delivery::GaveUp { .. } => (row.due_at, row.tries) = (None, row.tries + 1),
            }
        })
    }

    fn forget_old(&self) -> Result<(), Self::Error> {
        self.rows.borrow_mut().retain(|row| row.due_at.is_some());
        Ok(())
    }
}
