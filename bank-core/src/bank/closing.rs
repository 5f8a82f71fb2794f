//! Renaming an account, and closing it for ever.

use kit_core::{AccountNumber, Money};

use super::Bank;
use super::accounts::{AccountView, HolderProof, own_account};
use crate::command::{Close, Command, Consent, Payee};
use crate::error::Result;
use crate::model::Refusal;
use crate::model::{Account, CustomerId};
use crate::rules::credentials;
use crate::store::StoreExt;

impl Bank {
    /// Gives an account another name.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`], [`Refusal::InvalidFields`] naming `name`, or the store's failure.
    pub fn rename_account(&self, customer: CustomerId, number: AccountNumber, name: &str) -> Result<AccountView> {
        let name = credentials::short_name(name).map_err(|flaw| Refusal::field("name", flaw))?;
        self.inner.store.update(|tx| {
            // Looked up inside the write, so that no figure of it is older than what stands there.
            let account = own_account(tx.as_read(), customer, number)?;
            Ok(tx.put_accounts(&[&Account { name: name.clone(), ..account }])?)
        })?;
        self.account(customer, number)
    }

    /// Closes an account for ever; it stays to be read. Closing a closed account is no error and changes nothing.
    ///
    /// It goes through the gate like money does: what is posted before it is seen by it, and what comes after it finds the
    /// account closed. From then on nothing moves, refunds included: a merchant's refund is refused `account-closed`.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`], what a wrong PIN or password leads to, [`Refusal::AccountFrozen`],
    /// [`Refusal::AccountHasHolds`], [`Refusal::AccountNotEmpty`], `Busy`, or the store's failure.
    pub fn close_account(
        &self,
        customer: CustomerId,
        number: AccountNumber,
        proof: &HolderProof<'_>,
    ) -> Result<AccountView> {
        let account = self.view(|tx| own_account(tx, customer, number))?;
        if !account.closed {
            let consent = match proof {
                HolderProof::WithPin(pin) => {
                    self.consent_by_pin(number, None, pin, Payee::Closing, Money::zero(account.currency))?
                }
                HolderProof::WithPassword(password) => {
                    self.confirm_password(customer, password)?;
                    Consent::Session
                }
            };
            self.post(Command::Close(Close { customer, account: number, consent, mail: self.mail_id() }))?.result?;
        }
        self.account(customer, number)
    }
}
