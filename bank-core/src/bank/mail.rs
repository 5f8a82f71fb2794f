//! The outbox: what waits to be told to customers, and what became of it. The bank sends nothing by itself; whoever runs
//! it does, outside of any request.

use std::time::Duration;

use kit_core::{Delivery, Language, Timestamp};

use super::Bank;
use super::reset::ResetLink;
use crate::error::Result;
use crate::model::{Mail, MailId, Notice};
use crate::store::{Store, StoreExt};

/// How long a mail that was sent or given up is remembered.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3_600);

/// A mail that is to be sent now, with all that it takes to write it. Without `Debug`: its link opens something.
pub struct Letter {
    /// The mail.
    pub mail: Mail,
    /// How its reader wishes to be addressed.
    pub name: String,
    /// What its reader reads.
    pub language: Language,
    /// The way to a new password, where it is about that.
    pub reset: Option<ResetLink>,
}

/// A mail that nobody received, and will not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// The mail.
    pub mail: Mail,
    /// Since when it is not tried any more.
    pub at: Timestamp,
    /// The name of the customer whom it was for.
    pub name: String,
}

/// The mails that were given up within the last 30 days, newest first, at most `limit`: what an operator has to look
/// at. It needs no key.
///
/// # Errors
/// The store's failure.
pub fn mails_given_up(store: &dyn Store, limit: usize) -> Result<Vec<GivenUp>> {
    store.view(|tx| {
        let mut given_up = Vec::new();
        for mail in tx.mails_given_up(limit)? {
            let Delivery::GaveUp { at } = mail.state else { continue };
            let name = tx.customer(mail.customer)?.map(|customer| customer.name).unwrap_or_default();
            given_up.push(GivenUp { mail, at, name });
        }
        Ok(given_up)
    })
}

impl Bank {
    /// What is to be sent now, the longest due first, at most `limit`. Requests for a new password are looked into here,
    /// when nobody waits for the answer; a way to a new password that has ended meanwhile is not sent any more.
    ///
    /// # Errors
    /// The store's failure.
    pub fn letters(&self, limit: usize) -> Result<Vec<Letter>> {
        self.take_up_resets(limit)?;
        let now = self.now();
        let due = self.view(|tx| Ok(tx.due_mails(now, limit)?))?;
        let mut letters = Vec::with_capacity(due.len());
        for mail in due {
            let found = self.view(|tx| Ok((tx.customer(mail.customer)?, tx.password_reset(mail.customer)?)))?;
            let (Some(customer), reset) = found else {
                self.inner.store.update(|tx| Ok(tx.delete_mail(mail.id)?))?;
                continue;
            };
            let reset = match mail.notice {
                Notice::ResetAsked(id) => match reset.filter(|reset| reset.id == id && reset.is_open(now)) {
                    Some(live) => Some(self.reset_link(&live)),
                    None => {
                        self.inner.store.update(|tx| Ok(tx.delete_mail(mail.id)?))?;
                        continue;
                    }
                },
                _ => None,
            };
            letters.push(Letter { mail, name: customer.name, language: customer.language, reset });
        }
        Ok(letters)
    }

    /// Writes down what became of a mail, and why it was not taken where it was not. What is sent or given up stays so;
    /// [`mails_given_up`] lists the latter for the operator.
    ///
    /// # Errors
    /// The store's failure: the mail is still due then.
    pub fn settle_mail(&self, id: MailId, state: Delivery, failure: Option<&str>) -> Result<()> {
        self.inner.store.update(|tx| {
            let waits = |mail: &Mail| matches!(mail.state, Delivery::Waiting { .. });
            let Some(mail) = tx.mail(id)?.filter(waits) else { return Ok(()) };
            let failed = !matches!(state, Delivery::Sent { .. });
            let tries = mail.tries.saturating_add(u32::from(failed));
            Ok(tx.put_mail(&Mail { state, tries, failure: failure.map(str::to_owned), ..mail })?)
        })
    }

    /// Forgets mails that were sent or given up 30 days ago; returns how many.
    ///
    /// # Errors
    /// The store's failure.
    pub fn forget_old_mails(&self) -> Result<usize> {
        let before = self.now().minus(REMEMBERED);
        let old = self.view(|tx| Ok(tx.mails_ended(before, 1_000)?))?;
        if !old.is_empty() {
            self.inner.store.update(|tx| Ok(old.iter().try_for_each(|id| tx.delete_mail(*id))?))?;
        }
        Ok(old.len())
    }

    pub(super) fn mail_id(&self) -> MailId {
        MailId::from_uuid(self.uuid())
    }
}
