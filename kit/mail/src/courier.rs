//! The courier: takes what is due out of an outbox, has it rendered, hands it to a mailer, and writes down what came of
//! it.
//!
//! Delivery is at least once. A program that dies between handing a message over and writing that down hands it over
//! again, under the same `Message-ID`. One that dies before finds it in the outbox at its next start.
//!
//! | failures | next try |
//! |---|---|
//! | 1, 2, 3 | in 1 minute, 5 minutes, 30 minutes |
//! | 4, 5, 6 | in 2 hours, 6 hours, 24 hours |
//! | 7 | none: it is given up, and the outbox raises an alert for the operator |

use std::fmt::Display;
use std::time::Duration;

use kit_core::{Delivery, Timestamp};

use crate::{MailError, Mailer, Message};

/// What waits to be sent, kept by whoever recorded it.
pub trait Outbox {
    /// What a message is made of: facts, no text.
    type Mail;
    /// Why the outbox cannot be read or written.
    type Error: Display;

    /// The time by which mails are due.
    fn now(&self) -> Timestamp;

    /// What is due now, the longest due first, at most `limit`.
    ///
    /// # Errors
    /// The outbox cannot be read.
    fn due(&self, limit: usize) -> Result<Vec<Waiting<Self::Mail>>, Self::Error>;

    /// What a mail is about, for the operator's log, such as an order's number: it is there even where the mail cannot
    /// be rendered.
    fn about(&self, mail: &Self::Mail) -> String;

    /// Writes down what became of a try, and why the mail was not taken where it was not. With
    /// [`Delivery::GaveUp`] nobody will ever receive it: the operator has to see that beside the log.
    ///
    /// # Errors
    /// The outbox cannot be written: the mail is still due, and will be sent again.
    fn settle(&self, mail: &Self::Mail, delivery: Delivery, failure: Option<&MailError>) -> Result<(), Self::Error>;

    /// Forgets what was sent or given up long ago.
    ///
    /// # Errors
    /// The outbox cannot be written: it is forgotten later.
    fn forget_old(&self) -> Result<(), Self::Error>;
}

/// A mail that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting<M> {
    /// What it is made of.
    pub mail: M,
    /// How often it was tried before.
    pub tries: u32,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delivered {
    /// Taken by the mailer.
    pub sent: usize,
    /// Not taken, to be tried again.
    pub put_off: usize,
    /// Not taken, never to be tried again.
    pub given_up: usize,
}

/// When to try again after so many failures; `None` after the last.
#[must_use]
pub fn wait(failures: u32) -> Option<Duration> {
    let minutes = match failures {
        0 => 0,
        1 => 1,
        2 => 5,
        3 => 30,
        4 => 2 * 60,
        5 => 6 * 60,
        6 => 24 * 60,
        _ => return None,
    };
    Some(Duration::from_secs(60 * minutes))
}

/// One round: sends what is due, at most `limit`. The round ends at the first message that is not taken *now*: most
/// likely none would be, and the others shall not wait for the same silence one after the other. They are still due.
///
/// A message that cannot be rendered is one that is not taken: it never keeps the others from going out.
///
/// # Errors
/// The outbox's. What was sent until then is sent.
pub fn deliver_due<O: Outbox>(
    outbox: &O,
    mailer: &dyn Mailer,
    render: impl Fn(&O::Mail) -> Result<Message, MailError>,
    limit: usize,
) -> Result<Delivered, O::Error> {
    let mut delivered = Delivered::default();
    for Waiting { mail, tries } in outbox.due(limit)? {
        let error = match render(&mail).and_then(|message| mailer.send(&message)) {
            Ok(()) => {
                kit_core::fail_point!("mail.handed-over");
                outbox.settle(&mail, Delivery::Sent { at: outbox.now() }, None)?;
                delivered.sent += 1;
                continue;
            }
            Err(error) => error,
        };
        let again = match error {
            MailError::Transient(_) => wait(tries.saturating_add(1)),
            MailError::Permanent(_) => None,
        };
        match again {
            Some(wait) => {
                let about = outbox.about(&mail);
                tracing::warn!(%error, about, failures = tries.saturating_add(1), "a mail was not taken; trying again later");
                let due_at = outbox.now().plus(wait);
                outbox.settle(&mail, Delivery::Waiting { due_at }, Some(&error))?;
                delivered.put_off += 1;
                break;
            }
            None => {
                tracing::error!(%error, about = outbox.about(&mail), "alert: a mail was given up, nobody received it");
                outbox.settle(&mail, Delivery::GaveUp { at: outbox.now() }, Some(&error))?;
                delivered.given_up += 1;
            }
        }
    }
    Ok(delivered)
}

/// How many mails a round takes out at a time.
const ROUND: usize = 50;

/// One round for a site's housekeeping, with whatever fails written to the log: a mail server that does not work must
/// never hurt the site.
pub fn round<O: Outbox>(outbox: &O, mailer: &dyn Mailer, render: impl Fn(&O::Mail) -> Result<Message, MailError>) {
    match deliver_due(outbox, mailer, render, ROUND) {
        Ok(delivered) if delivered == Delivered::default() => {}
        Ok(Delivered { sent, put_off, given_up }) => tracing::info!(sent, put_off, given_up, "mails"),
        Err(error) => tracing::warn!(%error, "the outbox failed; trying again"),
    }
    if let Err(error) = outbox.forget_old() {
        tracing::warn!(%error, "old mails could not be forgotten; trying again");
    }
}
