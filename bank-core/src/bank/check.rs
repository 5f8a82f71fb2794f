//! Proving the ledger: read-only, from one snapshot, in memory that grows with accounts only.

use super::Bank;
use crate::error::Result;
use crate::rules::audit::{Audit, Report};
use crate::store::{ReadTx, Store, StoreExt};

/// Rows read at a time.
const CHUNK: usize = 4_096;

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
    store.view(|tx| audit(tx, &mut progress))
}

fn audit(tx: &dyn ReadTx, progress: &mut dyn FnMut(u64)) -> Result<Report> {
    let mut audit = Audit::default();
    let mut after = 0;
    loop {
        let chunk = tx.transfers_after(after, CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = last.seq;
        chunk.iter().for_each(|transfer| audit.transfer(transfer));
        progress(after);
    }
    tx.all_merchants()?.iter().for_each(|merchant| audit.merchant(merchant));
    let mut after = None;
    loop {
        let chunk = tx.payments_after(after, CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = Some(last.id);
        chunk.iter().for_each(|payment| audit.payment(payment));
    }
    let mut after = None;
    loop {
        let chunk = tx.accounts_after(after, CHUNK)?;
        let Some(last) = chunk.last() else { break };
        after = Some(last.number);
        chunk.iter().for_each(|account| audit.account(account));
    }
    Ok(audit.finish(tx.head()?))
}
