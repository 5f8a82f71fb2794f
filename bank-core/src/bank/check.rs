//! Proving the ledger: read-only, from one snapshot, in memory that grows with accounts and with payments that moved
//! money, never with transfers.

use std::collections::BTreeMap;

use super::Bank;
use crate::error::Result;
use crate::rules::audit::{Audit, Report};
use crate::store::{ReadTx, Store, StoreExt};

/// Rows read at a time.
const CHUNK: usize = 4_096;

/// What a check says while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckNews<'a> {
    /// So many transfers are done. They are most of the work.
    Transfers {
        /// How many are done.
        done: u64,
        /// How many there are.
        all: u64,
    },
    /// So many payments are done.
    Payments {
        /// How many are done.
        done: u64,
    },
    /// Something is not what it must be: one line.
    Violation(&'a str),
}

impl Bank {
    /// Checks every invariant of the ledger; see [`crate::rules::audit`]. `progress` is told how many transfers are
    /// done.
    ///
    /// # Errors
    /// The store's failure. Violations are in the report.
    pub fn check(&self, progress: impl FnMut(u64)) -> Result<Report> {
        check(&*self.inner.store, progress)
    }
}

/// [`Bank::check`] on a bare store: no key is needed to prove a ledger.
///
/// # Errors
/// The store's failure.
pub fn check(store: &dyn Store, mut progress: impl FnMut(u64)) -> Result<Report> {
    let mut violations = Vec::new();
    let report = check_aloud(store, |news| match news {
        CheckNews::Transfers { done, .. } => progress(done),
        CheckNews::Payments { .. } => {}
        CheckNews::Violation(line) => violations.push(line.to_owned()),
    })?;
    Ok(Report { violations, ..report })
}

/// [`check`] that says each violation as soon as it is found and keeps none: the report's list is empty, however bad the
/// ledger is.
///
/// # Errors
/// The store's failure. What was said until then stands.
pub fn check_aloud(store: &dyn Store, mut tell: impl FnMut(CheckNews<'_>)) -> Result<Report> {
    store.view(|tx| audit(tx, &mut tell))
}

fn audit(tx: &dyn ReadTx, tell: &mut dyn FnMut(CheckNews<'_>)) -> Result<Report> {
    let mut audit = Audit::default();
    let (head, mut after) = (tx.head()?, 0);
    loop {
        let chunk = tx.transfers_after(after, CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = last.seq;
        chunk.iter().for_each(|transfer| audit.transfer(transfer));
        say(audit.take_violations(), tell);
        tell(CheckNews::Transfers { done: after, all: head.last_seq });
    }
    tx.all_merchants()?.iter().for_each(|merchant| audit.merchant(merchant));
    let (mut after, mut done) = (None, 0);
    loop {
        let chunk = tx.payments_after(after, CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = Some(last.id);
        chunk.iter().for_each(|payment| audit.payment(payment));
        say(audit.take_violations(), tell);
        done += chunk.len() as u64;
        tell(CheckNews::Payments { done });
    }
    let mut after = None;
    loop {
        let chunk = tx.accounts_after(after, CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = Some(last.number);
        chunk.iter().for_each(|account| audit.account(account));
        say(audit.take_violations(), tell);
    }
    let mut report = audit.finish(head);
    say(std::mem::take(&mut report.violations), tell);
    Ok(report)
}

/// The e-mail addresses that are one, spelled in several ways, and belong to several customers. There are none of those
/// who registered since spellings are compared; the others sign in by the spelling that they registered with.
///
/// # Errors
/// The store's failure.
pub fn email_twins(store: &dyn Store) -> Result<Vec<Vec<String>>> {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for email in store.view(|tx| Ok(tx.all_emails()?))? {
        by_key.entry(kit_core::email::key(&email)).or_default().push(email);
    }
    Ok(by_key.into_values().filter(|same| same.len() > 1).collect())
}

fn say(violations: Vec<String>, tell: &mut dyn FnMut(CheckNews<'_>)) {
    violations.iter().for_each(|line| tell(CheckNews::Violation(line)));
}
