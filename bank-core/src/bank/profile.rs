//! What customers say about themselves, and what happened around their security.

use kit_core::{AccountNumber, Language, Timestamp};

use super::Bank;
use super::sessions::event;
use crate::error::Result;
use crate::model::Refusal;
use crate::model::{Customer, CustomerId, EventKind};
use crate::rules::credentials;
use crate::store::StoreExt;

/// What a customer changes about themselves; what is `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProfileChange<'a> {
    /// The name.
    pub name: Option<&'a str>,
    /// What they are spoken to in.
    pub language: Option<Language>,
}

/// Something about security that happened, with what tells it from others like it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Which account, where it is about one.
    pub account: Option<AccountNumber>,
    /// What the customer calls that account now.
    pub account_name: Option<String>,
    /// By way of which merchant, where it was by one.
    pub merchant: Option<String>,
}

/// A page of security events, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<EventView>,
    /// Before which place the next page begins; `None` after the last.
    pub next: Option<u64>,
}

/// The most events on one page.
const PAGE: usize = 200;

impl Bank {
    /// Changes what a customer says about themselves. A new name is a security event: whoever changes it may be someone
    /// else.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `name`, [`Refusal::NotLoggedIn`] where there is no such customer, or the store's
    /// failure.
    pub fn change_profile(&self, customer: CustomerId, change: ProfileChange<'_>) -> Result<Customer> {
        let name = change.name.map(credentials::name).transpose().map_err(|flaw| Refusal::field("name", flaw))?;
        let now = self.now();
        self.inner.store.update(|tx| {
            let mut known = tx.customer(customer)?.ok_or(Refusal::NotLoggedIn)?;
            if let Some(name) = name.as_ref().filter(|name| **name != known.name) {
                known.name.clone_from(name);
                tx.insert_event(&event(now, EventKind::NameChanged, customer))?;
            }
            known.language = change.language.unwrap_or(known.language);
            tx.put_customer(&known)?;
            Ok(known)
        })
    }

    /// A customer's security events before a page's [`next`](EventPage::next) (the newest without it), at most `limit`
    /// (200 at most).
    ///
    /// # Errors
    /// The store's failure.
    pub fn security_events(&self, customer: CustomerId, before: Option<u64>, limit: usize) -> Result<EventPage> {
        let limit = limit.clamp(1, PAGE);
        self.view(|tx| {
            // One more than the page holds tells whether there is another page.
            let mut found = tx.events_of(customer, before, limit + 1)?;
            let more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().map(|(place, _)| *place).filter(|_| more);
            let mut events = Vec::with_capacity(found.len());
            for (_, event) in found {
                let account = event.account.map(|number| tx.account(number)).transpose()?.flatten();
                let merchant = event.merchant.map(|id| tx.merchants(&[id])).transpose()?;
                events.push(EventView {
                    at: event.at,
                    kind: event.kind,
                    account: event.account,
                    account_name: account.map(|account| account.name),
                    merchant: merchant.and_then(|mut found| found.pop()).map(|merchant| merchant.name),
                });
            }
            Ok(EventPage { events, next })
        })
    }
}
