//! Deposits, withdrawals and transfers.

use kit_core::{AccountNumber, IdempotencyKey, Money, Pin};

use super::accounts::own_account;
use super::{Bank, Keyed};
use crate::command::{Command, Consent, Deposit, DepositBy, Done, Move, Outcome, Payee, Withdraw};
use crate::error::{Error, Result};
use crate::model::Refusal;
use crate::model::{CustomerId, Transfer, TransferId};
use crate::rules::decide::movements::{transfer_facts, transfer_shape, withdraw_facts};
use crate::rules::decide::positive;

/// That money moved, for the account's own holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The transfer.
    pub transfer: Transfer,
    /// The holder's posted balance after it.
    pub balance_after: Money,
    /// Whether this repeats what was done under the same key before.
    pub replayed: bool,
}

impl Bank {
    /// A customer deposits cash into one of their accounts.
    ///
    /// # Errors
    /// [`Refusal::AmountNotPositive`], [`Refusal::AmountTooLarge`], [`Refusal::DepositsByOperatorOnly`],
    /// [`Refusal::KeyReused`], [`Refusal::AccountNotFound`], [`Refusal::AccountClosed`], [`Refusal::CurrencyMismatch`],
    /// [`Refusal::DailyDepositLimit`], `Busy`, or the store's failure.
    pub fn deposit(
        &self,
        customer: CustomerId,
        key: &IdempotencyKey,
        account: AccountNumber,
        amount: Money,
    ) -> Result<Receipt> {
        self.deposit_by(DepositBy::Customer(customer), key, account, amount)
    }

    /// The operator deposits cash into any account, whatever the limits for self-service.
    ///
    /// # Errors
    /// As [`Bank::deposit`], without the refusals of self-service.
    pub fn deposit_by_operator(&self, key: &IdempotencyKey, account: AccountNumber, amount: Money) -> Result<Receipt> {
        self.deposit_by(DepositBy::Operator, key, account, amount)
    }

    fn deposit_by(
        &self,
        by: DepositBy,
        key: &IdempotencyKey,
        account: AccountNumber,
        amount: Money,
    ) -> Result<Receipt> {
        let id = TransferId::from_uuid(self.uuid());
        receipt(self.post(Command::Deposit(Deposit { id, by, key: key.clone(), account, amount }))?, account)
    }

    /// A customer withdraws cash. Never below the available balance; asks for the account's PIN.
    ///
    /// # Errors
    /// [`Refusal::AmountNotPositive`], [`Refusal::AmountTooLarge`], [`Refusal::KeyReused`], [`Refusal::InFlight`],
    /// [`Refusal::AccountNotFound`], what a wrong PIN leads to, [`Refusal::AccountFrozen`], [`Refusal::AccountClosed`],
    /// [`Refusal::CurrencyMismatch`], [`Refusal::InsufficientFunds`], `Busy`, or the store's failure.
    pub fn withdraw(
        &self,
        customer: CustomerId,
        key: &IdempotencyKey,
        account: AccountNumber,
        amount: Money,
        pin: &Pin,
    ) -> Result<Receipt> {
        positive(amount)?;
        let _mark = match self.begin_keyed(customer.into(), key, withdraw_facts(account, amount).text())? {
            Keyed::Decided(before) => return receipt(*before, account),
            Keyed::Begun(mark) => mark,
        };
        // Whose account it is comes before its PIN: nobody tries the PINs of others from here.
        self.view(|tx| own_account(tx, customer, account).map(drop))?;
        let consent = self.consent_by_pin(account, None, pin, Payee::Cash, amount)?;
        let id = TransferId::from_uuid(self.uuid());
        let command = Withdraw { id, customer, key: key.clone(), account, amount, consent };
        receipt(self.post(Command::Withdraw(command))?, account)
    }

    /// A customer transfers money to another account. To another customer's it asks for the PIN; between a customer's
    /// own accounts it does not.
    ///
    /// # Errors
    /// As [`Bank::withdraw`], and [`Refusal::SameAccount`], [`Refusal::InvalidFields`] naming `reference`,
    /// [`Refusal::PayeeNotFound`], [`Refusal::PinRequired`].
    pub fn transfer(&self, customer: CustomerId, key: &IdempotencyKey, order: &TransferOrder<'_>) -> Result<Receipt> {
        let TransferOrder { from, to, amount, reference, pin } = *order;
        let reference = transfer_shape(from, to, amount, reference)?;
        let facts = transfer_facts(from, to, amount, &reference);
        let _mark = match self.begin_keyed(customer.into(), key, facts.text())? {
            Keyed::Decided(before) => return receipt(*before, from),
            Keyed::Begun(mark) => mark,
        };
        let (own_payee, payee_known) = self.view(|tx| {
            own_account(tx, customer, from)?;
            let payee = tx.account(to)?.and_then(|a| a.customer());
            Ok((payee == Some(customer), payee.is_some()))
        })?;
        let consent = match pin {
            _ if own_payee || !payee_known => Consent::Session,
            // Not kept under the key: the form comes back with a PIN, and the same key.
            None => return Err(Refusal::PinRequired.into()),
            Some(pin) => self.consent_by_pin(from, None, pin, Payee::Account(to), amount)?,
        };
        let id = TransferId::from_uuid(self.uuid());
        let key = key.clone();
        let command = Move { id, customer, key, from, to, amount, reference, consent };
        receipt(self.post(Command::Transfer(command))?, from)
    }
}

/// What a customer orders.
#[derive(Clone, Copy)]
pub struct TransferOrder<'a> {
    /// From which of their accounts.
    pub from: AccountNumber,
    /// To which account, theirs or another customer's.
    pub to: AccountNumber,
    /// How much.
    pub amount: Money,
    /// What both read on their statements, at most 140 characters.
    pub reference: &'a str,
    /// The PIN of the account that it leaves; needed unless both accounts are theirs.
    pub pin: Option<&'a Pin>,
}

fn receipt(outcome: Outcome, own: AccountNumber) -> Result<Receipt> {
    match outcome.result {
        Ok(Done::Posted(transfer)) => {
            let balance = if transfer.debit == own { transfer.debit_balance } else { transfer.credit_balance };
            let balance_after = Money::new(balance, transfer.amount.currency);
            Ok(Receipt { transfer, balance_after, replayed: outcome.replayed })
        }
        Err(refusal) => Err(Error::Refused { refusal, replayed: outcome.replayed }),
        // A key of this scope never records anything else under these facts: the operation is the first of them.
        Ok(_) => Err(Refusal::KeyReused { field: "operation".to_owned() }.into()),
    }
}
