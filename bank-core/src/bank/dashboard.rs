//! All of a customer's accounts at one glance.

use std::cmp::Reverse;

use kit_core::{AccountNumber, Currency, Money, Timestamp};

use super::Bank;
use super::accounts::{AccountView, Balance, Entry, HoldView, PAGE, entry, hold_view, view};
use super::counterparties::Counterparties;
use crate::error::Result;
use crate::model::CustomerId;
use crate::model::Refusal;
use crate::store::Stored;

/// A hold and the account that it is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHold {
    /// The account.
    pub account: AccountNumber,
    /// What is reserved on it.
    pub hold: HoldView,
}

/// A line of a statement and the account whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEntry {
    /// The account.
    pub account: AccountNumber,
    /// The line.
    pub entry: Entry,
}

/// A customer's accounts, from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// The moment that it shows.
    pub at: Timestamp,
    /// Every account, oldest first, closed ones among them.
    pub accounts: Vec<AccountView>,
    /// What the accounts of each currency come to together, in the order in which each was first opened in.
    pub totals: Vec<Balance>,
    /// Everything that is reserved, what ends first first.
    pub holds: Vec<AccountHold>,
    /// The last entries of all accounts together, newest first. A transfer between two of them is on both.
    pub latest: Vec<AccountEntry>,
}

impl Bank {
    /// Accounts with their balances, totals, holds and the last `limit` entries (at most 200), all from one snapshot.
    ///
    /// # Errors
    /// The store's failure; [`Refusal::AmountTooLarge`] where a total leaves the range that is counted exactly.
    pub fn dashboard(&self, customer: CustomerId, limit: usize) -> Result<Dashboard> {
        let (clock, limit) = (self.now(), limit.min(PAGE));
        self.view(|tx| {
            let at = clock.max(tx.head()?.last_time);
            let own = tx.accounts_of(customer)?;
            let (mut accounts, mut holds, mut found) = (Vec::new(), Vec::new(), Vec::new());
            for account in &own {
                let (seen, held) = view(tx, account, at)?;
                for payment in &held {
                    holds.push(AccountHold { account: account.number, hold: hold_view(tx, payment, at)? });
                }
                // No more than all that is asked for can be of one account.
                let newest = tx.entries(account.number, account.last_transfer, limit)?;
                found.extend(newest.into_iter().map(|transfer| (account, transfer)));
                accounts.push(seen);
            }
            holds.sort_by_key(|held| (held.hold.expires_at, held.hold.payment));
            found.sort_by_key(|(account, transfer)| (Reverse(transfer.seq), account.number));
            found.truncate(limit);
            let mut others = None;
            let line = |(account, transfer)| -> Stored<AccountEntry> {
                let account: &crate::model::Account = account;
                // All of them are one customer's.
                let others = others.get_or_insert_with(|| Counterparties::of(tx, account));
                Ok(AccountEntry { account: account.number, entry: entry(others, account, &transfer)? })
            };
            let latest = found.into_iter().map(line).collect::<Stored<_>>()?;
            Ok(Dashboard { at, totals: totals(&accounts)?, accounts, holds, latest })
        })
    }
}

fn totals(accounts: &[AccountView]) -> Result<Vec<Balance>> {
    let mut totals: Vec<(Currency, Balance)> = Vec::new();
    for AccountView { currency, balance, .. } in accounts {
        let add = |one: Money, other: Money| {
            let sum = one.minor.checked_add(other.minor).ok_or(Refusal::AmountTooLarge)?;
            Ok::<_, Refusal>(Money::new(sum, *currency))
        };
        match totals.iter_mut().find(|(of, _)| of == currency) {
            Some((_, total)) => {
                *total = Balance {
                    posted: add(total.posted, balance.posted)?,
                    held: add(total.held, balance.held)?,
                    available: add(total.available, balance.available)?,
                };
            }
            None => totals.push((*currency, *balance)),
        }
    }
    Ok(totals.into_iter().map(|(_, total)| total).collect())
}
