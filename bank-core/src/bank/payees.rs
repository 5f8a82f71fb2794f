//! Payees: account numbers that a customer saved under names of their own.
//!
//! Saving asks nobody whether there is such an account, and shows nobody's name but the one that the customer gave.

use kit_core::{AccountNumber, IdempotencyKey};

use super::Bank;
use crate::error::Result;
use crate::model::{CustomerId, PayeeId, SavedPayee};
use crate::model::{Flaw, Refusal};
use crate::rules::credentials;
use crate::rules::decide::movements::recorded_payee;
use crate::store::{ReadTx, StoreExt};

/// The most payees that a customer saves.
const MOST: usize = 100;

impl Bank {
    /// The payees that a customer saved, by name.
    ///
    /// # Errors
    /// The store's failure.
    pub fn payees(&self, customer: CustomerId) -> Result<Vec<SavedPayee>> {
        let mut saved = self.view(|tx| Ok(tx.payees_of(customer)?))?;
        saved.sort_by_cached_key(|payee| (payee.name.to_lowercase(), payee.number));
        Ok(saved)
    }

    /// One payee that a customer saved: where a transfer names it.
    ///
    /// # Errors
    /// [`Refusal::SavedPayeeNotFound`], or the store's failure.
    pub fn payee(&self, customer: CustomerId, id: PayeeId) -> Result<SavedPayee> {
        self.view(|tx| saved(tx, customer, id))
    }

    /// Where a transfer to a saved payee goes. Of a payee that was removed since the transfer under this key was
    /// decided: where that one went, so that repeating the call is answered as it was the first time.
    ///
    /// # Errors
    /// [`Refusal::SavedPayeeNotFound`], or the store's failure.
    pub fn payee_number(&self, customer: CustomerId, id: PayeeId, key: &IdempotencyKey) -> Result<AccountNumber> {
        self.view(|tx| {
            if let Some(payee) = tx.payees_of(customer)?.into_iter().find(|payee| payee.id == id) {
                return Ok(payee.number);
            }
            let decided = tx.keys(&[(customer.into(), key.clone())])?.pop();
            let number = decided.and_then(|record| recorded_payee(&record.facts));
            Ok(number.ok_or(Refusal::SavedPayeeNotFound)?)
        })
    }

    /// Saves a payee. Whether there is such an account is found out by a transfer, not here.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `name`, or `account_number` where it is the customer's own;
    /// [`Refusal::PayeeSavedAlready`]; [`Refusal::TooManyPayees`]; or the store's failure.
    pub fn save_payee(&self, customer: CustomerId, name: &str, number: AccountNumber) -> Result<SavedPayee> {
        let name = credentials::short_name(name).map_err(|flaw| Refusal::field("name", flaw))?;
        let (id, saved_at) = (PayeeId::from_uuid(self.uuid()), self.now());
        let payee = SavedPayee { id, customer, name, number, saved_at };
        self.inner.store.update(|tx| {
            if tx.account(number)?.is_some_and(|account| account.customer() == Some(customer)) {
                return Err(Refusal::field("account_number", Flaw::OwnAccount).into());
            }
            let before = tx.payees_of(customer)?;
            if let Some(same) = before.iter().find(|other| other.number == number) {
                return Err(Refusal::PayeeSavedAlready { name: same.name.clone() }.into());
            }
            if before.len() >= MOST {
                return Err(Refusal::TooManyPayees { limit: MOST }.into());
            }
            Ok(tx.put_payee(&payee)?)
        })?;
        Ok(payee)
    }

    /// Gives a payee another name. Its number stays: another number is another payee.
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `name`, [`Refusal::SavedPayeeNotFound`], or the store's failure.
    pub fn rename_payee(&self, customer: CustomerId, id: PayeeId, name: &str) -> Result<SavedPayee> {
        let name = credentials::short_name(name).map_err(|flaw| Refusal::field("name", flaw))?;
        self.inner.store.update(|tx| {
            let payee = SavedPayee { name: name.clone(), ..saved(tx.as_read(), customer, id)? };
            tx.put_payee(&payee)?;
            Ok(payee)
        })
    }

    /// Removes a payee. What was transferred stays as it is.
    ///
    /// # Errors
    /// [`Refusal::SavedPayeeNotFound`], or the store's failure.
    pub fn remove_payee(&self, customer: CustomerId, id: PayeeId) -> Result<()> {
        let removed = self.inner.store.update(|tx| Ok(tx.delete_payee(customer, id)?))?;
        if removed { Ok(()) } else { Err(Refusal::SavedPayeeNotFound.into()) }
    }
}

/// The customer's own payee: another's is as unknown as one that does not exist.
fn saved(tx: &dyn ReadTx, customer: CustomerId, id: PayeeId) -> Result<SavedPayee> {
    let found = tx.payees_of(customer)?.into_iter().find(|payee| payee.id == id);
    found.ok_or_else(|| Refusal::SavedPayeeNotFound.into())
}
