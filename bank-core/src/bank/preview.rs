//! A transfer before it is made: what the confirmation step shows.

use kit_core::{AccountNumber, Money};

use super::Bank;
use super::accounts::{AccountView, own_account, view};
use super::movements::TransferOrder;
use super::pin::pin_standing;
use crate::error::Result;
use crate::model::Refusal;
use crate::model::{CustomerId, SavedPayee};
use crate::rules::decide::movements::{against_transfer, transfer_shape};

/// To whom a transfer would go, as far as this customer may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewPayee {
    /// Another account of theirs, by what they call it.
    Own(String),
    /// A payee that they saved.
    Saved(SavedPayee),
    /// A number that they entered. Whose it is, nobody is told.
    Number,
}

/// What a transfer would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferPreview {
    /// How much would move.
    pub amount: Money,
    /// The account that it leaves, as of this moment.
    pub from: AccountView,
    /// What would be available in it afterwards, where it is kept in the amount's currency; below zero where there is not
    /// enough.
    pub available_after: Option<Money>,
    /// The number that it goes to.
    pub to: AccountNumber,
    /// To whom.
    pub payee: PreviewPayee,
    /// What both would read on their statements.
    pub reference: String,
    /// Whether the transfer asks for the PIN.
    pub pin_needed: bool,
    /// What is known to speak against it, in the order in which the transfer would be refused; empty where nothing is.
    pub refusals: Vec<Refusal>,
}

impl Bank {
    /// What a transfer would do, without doing it: nothing moves, no key is used, and no PIN is tried (the order's is not
    /// looked at). The transfer itself is judged anew; what speaks against it may have changed by then, either way.
    ///
    /// # Errors
    /// What [`Bank::transfer`] refuses by its shape, [`Refusal::AccountNotFound`], or the store's failure. All else that
    /// speaks against the transfer is in the preview.
    pub fn prepare_transfer(&self, customer: CustomerId, order: &TransferOrder<'_>) -> Result<TransferPreview> {
        let TransferOrder { from, to, amount, reference, pin: _ } = *order;
        let reference = transfer_shape(from, to, amount, reference)?;
        let clock = self.now();
        self.view(|tx| {
            let payer = own_account(tx, customer, from)?;
            let now = clock.max(tx.head()?.last_time);
            let (seen, _) = view(tx, &payer, now)?;
            let payee = tx.account(to)?.filter(|account| account.customer().is_some());
            let own = payee.as_ref().filter(|account| account.customer() == Some(customer));
            let pin_needed = payee.is_some() && own.is_none();
            let known_as = match own {
                Some(account) => PreviewPayee::Own(account.name.clone()),
                None => {
                    let saved = tx.payees_of(customer)?.into_iter().find(|payee| payee.number == to);
                    saved.map_or(PreviewPayee::Number, PreviewPayee::Saved)
                }
            };
            let available = seen.balance.available.minor;
            // A try would be counted by the clock, not by the ledger's time.
            let refusals = against_transfer(
                &payer,
                available,
                payee.as_ref(),
                amount,
                pin_standing(tx, from, self.inner.boot, clock)?,
            );
            let after = available.checked_sub(amount.minor).filter(|_| payer.currency == amount.currency);
            Ok(TransferPreview {
                amount,
                from: seen,
                available_after: after.map(|minor| Money::new(minor, amount.currency)),
                to,
                payee: known_as,
                reference: reference.clone(),
                pin_needed,
                refusals,
            })
        })
    }
}
