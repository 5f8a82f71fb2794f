//! How many decimals the bank's currencies have: what was recorded when a currency was first used, whatever ISO 4217
//! says by now.

use std::collections::BTreeSet;

use kit_core::{Currency, CurrencyError};

use super::{Bank, BankConfig};
use crate::error::Result;
use crate::store::{Store, StoreExt};

impl BankConfig {
    /// The currencies, and the limits in them, counted as the database has recorded it.
    pub(super) fn keep(&mut self, recorded: &[Currency]) {
        self.currency = as_recorded(recorded, self.currency);
        for currency in &mut self.currencies {
            *currency = as_recorded(recorded, *currency);
        }
        let limits = std::mem::take(&mut self.policy.daily_deposits);
        // A limit that cannot be counted so exactly, or is too large to be, stays the nearest one below.
        self.policy.daily_deposits = limits
            .into_iter()
            .map(|(currency, minor)| {
                let kept = as_recorded(recorded, currency);
                let (from, to) = (currency.decimals(), kept.decimals());
                let finer = minor.saturating_mul(10_i64.pow(to.saturating_sub(from)));
                (kept, finer / 10_i64.pow(from.saturating_sub(to)))
            })
            .collect();
    }
}

impl Bank {
    /// The currency of a code, as this bank counts it: with the decimals that its database recorded when the currency
    /// was first used, or else those of ISO 4217. Read amounts that come from outside in it.
    ///
    /// # Errors
    /// [`CurrencyError`] unless `code` is exactly three ASCII capital letters.
    pub fn currency(&self, code: &str) -> std::result::Result<Currency, CurrencyError> {
        Currency::parse(code).map(|currency| as_recorded(&self.inner.recorded, currency))
    }

    /// The currencies that this bank counts with other decimals than ISO 4217 has now, ordered by code: its database
    /// was made by an earlier version. Amounts are right as they are; other banks and shops may not read them.
    #[must_use]
    pub fn old_currencies(&self) -> Vec<Currency> {
        old(&self.inner.recorded)
    }
}

/// What [`Bank::old_currencies`] says, of a store on which no bank is open.
///
/// # Errors
/// The store's failure.
pub fn old_currencies(store: &dyn Store) -> Result<Vec<Currency>> {
    store.view(|tx| Ok(old(&tx.currencies()?)))
}

/// Those that have other decimals than ISO 4217 has now, each once.
fn old(recorded: &[Currency]) -> Vec<Currency> {
    let old: BTreeSet<Currency> = recorded.iter().copied().filter(|kept| *kept != kept.as_of_now()).collect();
    old.into_iter().collect()
}

/// The currency as it was recorded when it was first used, or else as it is.
fn as_recorded(recorded: &[Currency], currency: Currency) -> Currency {
    recorded.iter().copied().find(|kept| kept.has_code_of(currency)).unwrap_or(currency)
}
