//! Accounts: opening, balances, statements, PINs, freezing.

use std::time::Duration;

use kit_core::{AccountNumber, Currency, Money, Pin, SecretText, Timestamp};

use super::Bank;
use super::counterparties::Counterparties;
use super::pin::PinVerdict;
use super::reset;
use crate::command::{Command, Done, Open};
use crate::error::Result;
use crate::model::{
    Account, Counterparty, CustomerId, EventKind, Notice, Owner, Payment, PaymentId, SecurityEvent, Session, Transfer,
    TransferId, TransferKind,
};
use crate::model::{FieldProblem, Flaw, Refusal};
use crate::rules::credentials;
use crate::rules::payment::is_due;
use crate::store::outbox::tell;
use crate::store::{ReadTx, StoreExt, Stored};

/// An account's money. Available is posted less held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// What came in less what left.
    pub posted: Money,
    /// What is reserved by holds.
    pub held: Money,
    /// What may be spent.
    pub available: Money,
}

/// An account as its customer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// Its number.
    pub number: AccountNumber,
    /// What its customer calls it.
    pub name: String,
    /// What it is kept in.
    pub currency: Currency,
    /// Its money, exact at this moment: a hold whose time has ended is not held any more.
    pub balance: Balance,
    /// Frozen by the operator.
    pub frozen: bool,
    /// Closed.
    pub closed: bool,
    /// Whether its PIN is blocked somewhere after wrong tries.
    pub pin_blocked: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The transfer.
    pub id: TransferId,
    /// When it was posted.
    pub at: Timestamp,
    /// What it was for.
    pub kind: TransferKind,
    /// How much; negative where it left the account.
    pub amount: Money,
    /// The posted balance after it.
    pub balance_after: Money,
    /// Who is on the other side, as this customer may see it.
    pub counterparty: Counterparty,
    /// What it says.
    pub reference: String,
}

/// A page of a statement, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPage {
    /// The lines.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<u64>,
}

/// Money reserved by a merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldView {
    /// The payment.
    pub payment: PaymentId,
    /// Who reserved it.
    pub merchant: String,
    /// How much is still reserved.
    pub amount: Money,
    /// What it says.
    pub reference: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// How long that is from the moment that is shown.
    pub left: Duration,
}

/// Balance, holds and last entries, from one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The account.
    pub account: AccountView,
    /// What is reserved on it.
    pub holds: Vec<HoldView>,
    /// Its last entries.
    pub page: EntryPage,
}

/// How a customer proves that an account is theirs to change its PIN or to close it.
pub enum HolderProof<'a> {
    /// By the account's present PIN.
    WithPin(&'a Pin),
    /// By the customer's password: for a forgotten or a blocked PIN. It does not change a PIN for a day after it was set by
    /// mail, see [`PIN_WAIT`](super::PIN_WAIT).
    WithPassword(&'a SecretText),
}

/// The most entries on one page.
pub(super) const PAGE: usize = 200;

impl Bank {
    /// A customer's accounts, oldest first.
    ///
    /// # Errors
    /// The store's failure.
    pub fn accounts(&self, customer: CustomerId) -> Result<Vec<AccountView>> {
        let clock = self.now();
        self.view(|tx| {
            let now = clock.max(tx.head()?.last_time);
            let own = tx.accounts_of(customer)?;
            Ok(own.iter().map(|account| view(tx, account, now).map(|(seen, _)| seen)).collect::<Stored<_>>()?)
        })
    }

    /// One of a customer's accounts.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`] (also where it is another customer's), or the store's failure.
    pub fn account(&self, customer: CustomerId, number: AccountNumber) -> Result<AccountView> {
        Ok(self.overview(customer, number, None, 0)?.account)
    }

    /// An account with its holds and a page of its entries, all from one snapshot. `from` is a page's
    /// [`next`](EntryPage::next); `limit` is at most 200.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`] (also where it is another customer's), or the store's failure.
    pub fn overview(
        &self,
        customer: CustomerId,
        number: AccountNumber,
        from: Option<u64>,
        limit: usize,
    ) -> Result<Overview> {
        let (clock, limit) = (self.now(), limit.min(PAGE));
        self.view(|tx| {
            let account = own_account(tx, customer, number)?;
            let now = clock.max(tx.head()?.last_time);
            let (seen, holds) = view(tx, &account, now)?;
            let holds = holds.iter().map(|hold| hold_view(tx, hold, now)).collect::<Stored<_>>()?;
            // One more than the page holds tells whether there is another page; of an empty page nobody asks that.
            let asked = if limit == 0 { 0 } else { limit + 1 };
            let mut found = tx.entries(number, from.unwrap_or(account.last_transfer), asked)?;
            let next = found.get(limit).map(|t| t.seq);
            found.truncate(limit);
            let mut others = Counterparties::of(tx, &account);
            let entries = found.iter().map(|transfer| entry(&mut others, &account, transfer)).collect::<Stored<_>>()?;
            Ok(Overview { account: seen, holds, page: EntryPage { entries, next } })
        })
    }

    /// Which of name and currency cannot be taken: for a caller that has noted other fields already and tells all of
    /// them together. `currency` is `None` where it could not be read.
    #[must_use]
    pub fn check_new_account(&self, name: &str, currency: Option<Currency>) -> Vec<FieldProblem> {
        let offered = self.inner.config.offered();
        let of_currency = currency.filter(|currency| !offered.contains(currency)).map(|_| {
            let offered = offered.iter().map(Currency::code).collect::<Vec<_>>().join(", ");
            Flaw::CurrencyNotOffered { offered }
        });
        let checked = [("name", credentials::short_name(name).err()), ("currency", of_currency)];
        checked.into_iter().filter_map(|(field, flaw)| Some(FieldProblem { field, flaw: flaw? })).collect()
    }

    /// Opens a further account for a customer, kept in one of the currencies that the bank [offers].
    ///
    /// [offers]: super::BankConfig::offered
    ///
    /// # Errors
    /// [`Refusal::InvalidFields`] naming `name`, `currency` or `pin`, [`Refusal::TooManyAccounts`], `Busy`, or the store's failure.
    pub fn open_account(&self, customer: CustomerId, name: &str, currency: Currency, pin: &Pin) -> Result<Account> {
        let number = self.draw_number(pin);
        let mut fields = self.check_new_account(name, Some(currency));
        if let Err(flaw) = credentials::new_pin(pin, number) {
            fields.push(FieldProblem { field: "pin", flaw });
        }
        let (Ok(name), true) = (credentials::short_name(name), fields.is_empty()) else {
            return Err(Refusal::InvalidFields { fields }.into());
        };
        let place = self.inner.hashing.enter()?;
        let pin = self.hash_pin(number, pin);
        drop(place);
        let account = Account::new(number, Owner::Customer(customer), currency, name, self.now());
        let event = of_account(account.opened_at, EventKind::AccountOpened, customer, number);
        self.post_opening(Open { account, pin: Some(pin), customer: None, merchant: None, event: Some(event) })
    }

    /// Changes an account's PIN, lifts every block of the old one, and ends the customer's other sessions.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`]; [`Refusal::InvalidFields`] naming `new_pin`; what a wrong PIN or password leads to;
    /// [`Refusal::PinAfterReset`] where the password was set by mail less than [`PIN_WAIT`](super::PIN_WAIT) ago; `Busy`; or the store's failure.
    pub fn change_pin(
        &self,
        session: &Session,
        number: AccountNumber,
        proof: &HolderProof<'_>,
        new: &Pin,
    ) -> Result<()> {
        let customer = session.customer;
        self.view(|tx| own_account(tx, customer, number).map(drop))?;
        credentials::new_pin(new, number).map_err(|flaw| Refusal::field("new_pin", flaw))?;
        match proof {
            HolderProof::WithPin(pin) => {
                if let PinVerdict::Denied(refusal) = self.try_pin(number, None, pin)? {
                    return Err(refusal.into());
                }
            }
            HolderProof::WithPassword(password) => self.confirm_password(customer, password).map(drop)?,
        }
        let place = self.inner.hashing.enter()?;
        let stored = self.hash_pin(number, new);
        drop(place);
        let (now, mail) = (self.now(), self.mail_id());
        self.inner.store.update(|tx| {
            if let HolderProof::WithPassword(_) = proof {
                reset::password_suffices(tx.as_read(), customer, now)?;
            }
            let mut account = own_account(tx.as_read(), customer, number)?;
            account.pin_version += 1;
            tx.put_accounts(&[&account])?;
            tx.put_pin(&stored)?;
            tx.clear_account_tries(number)?;
            tx.delete_other_sessions(customer, Some(session.token))?;
            tx.insert_event(&of_account(now, EventKind::PinChanged, customer, number))?;
            Ok(tell(tx, mail, now, customer, Notice::PinChanged(number))?)
        })
    }

    /// Freezes or unfreezes an account, for the operator: nothing leaves a frozen account.
    ///
    /// # Errors
    /// [`Refusal::AccountNotFound`], `Busy`, or the store's failure.
    pub fn set_frozen(&self, account: AccountNumber, frozen: bool) -> Result<Account> {
        match self.post(Command::SetFrozen { account, frozen })?.result {
            Ok(Done::Account(account)) => Ok(account),
            Ok(_) | Err(_) => Err(Refusal::AccountNotFound.into()),
        }
    }
}

/// Something that happened to a customer's account.
pub(super) fn of_account(at: Timestamp, kind: EventKind, customer: CustomerId, number: AccountNumber) -> SecurityEvent {
    SecurityEvent { at, kind, customer: Some(customer), account: Some(number), merchant: None }
}

/// The customer's own account; another's is as unknown as one that does not exist.
pub(super) fn own_account(tx: &dyn ReadTx, customer: CustomerId, number: AccountNumber) -> Result<Account> {
    let account = tx.account(number)?.filter(|a| a.customer() == Some(customer));
    account.ok_or_else(|| Refusal::AccountNotFound.into())
}

/// The account as of `now`, and what holds money on it then.
pub(super) fn view(tx: &dyn ReadTx, account: &Account, now: Timestamp) -> Stored<(AccountView, Vec<Payment>)> {
    let holds: Vec<Payment> = tx.holds(&[account.number])?.into_iter().filter(|p| !is_due(p, now)).collect();
    let held: i64 = holds.iter().map(Payment::held).sum();
    let money = |minor| Money::new(minor, account.currency);
    let balance =
        Balance { posted: money(account.posted()), held: money(held), available: money(account.posted() - held) };
    let seen = AccountView {
        number: account.number,
        name: account.name.clone(),
        currency: account.currency,
        balance,
        frozen: account.frozen,
        closed: account.closed,
        pin_blocked: tx.pin_blocked(account.number)?,
        opened_at: account.opened_at,
    };
    Ok((seen, holds))
}

pub(super) fn hold_view(tx: &dyn ReadTx, payment: &Payment, now: Timestamp) -> Stored<HoldView> {
    let expires_at = payment.expires_at.unwrap_or(payment.created_at);
    Ok(HoldView {
        payment: payment.id,
        merchant: merchant_name(tx, payment.merchant)?,
        amount: Money::new(payment.held(), payment.amount.currency),
        reference: payment.reference.clone(),
        expires_at,
        left: expires_at.since(now),
    })
}

pub(super) fn merchant_name(tx: &dyn ReadTx, id: crate::model::MerchantId) -> Stored<String> {
    Ok(tx.merchants(&[id])?.pop().map_or_else(|| "Merchant".to_owned(), |m| m.name))
}

/// One transfer as the account's customer sees it.
pub(super) fn entry(others: &mut Counterparties<'_>, account: &Account, transfer: &Transfer) -> Stored<Entry> {
    let out = transfer.debit == account.number;
    let (other, balance, sign) =
        if out { (transfer.credit, transfer.debit_balance, -1) } else { (transfer.debit, transfer.credit_balance, 1) };
    Ok(Entry {
        id: transfer.id,
        at: transfer.at,
        kind: transfer.kind,
        amount: Money::new(sign * transfer.amount.minor, transfer.amount.currency),
        balance_after: Money::new(balance, transfer.amount.currency),
        counterparty: others.at(other, out)?,
        reference: transfer.reference.clone(),
    })
}
