//! Accounts, and the transfers between them.

use kit_core::{AccountNumber, Currency, Money, Timestamp};

use super::{CustomerId, MerchantId, PaymentId, TransferId};

/// Whose account it is; with it goes whether it may go below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A customer's account. Never below zero.
    Customer(CustomerId),
    /// A merchant's settlement account. Never below zero.
    Merchant(MerchantId),
    /// The bank's cash account: what came in from outside stands here as a debit.
    Bank,
}

/// A ledger account. Amounts are minor units of `currency`; the words are TigerBeetle's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub number: AccountNumber,
    /// Whose it is.
    pub owner: Owner,
    /// What it is kept in.
    pub currency: Currency,
    /// What its owner calls it.
    pub name: String,
    /// Everything that left it.
    pub debits_posted: i64,
    /// Everything that came in.
    pub credits_posted: i64,
    /// What is reserved by holds.
    pub debits_pending: i64,
    /// What holds will bring in; not available before they are captured.
    pub credits_pending: i64,
    /// Frozen by the operator: money may come in, not leave.
    pub frozen: bool,
    /// Closed: nothing moves.
    pub closed: bool,
    /// Counts changes of the PIN, so that a proof made with an old PIN is worth nothing.
    pub pin_version: u32,
    /// Its newest transfer (a sequence number; 0 where there is none).
    pub last_transfer: u64,
    /// The bank's day of its last self-service deposit, counted from 1970-01-01.
    pub deposit_day: i64,
    /// What was deposited by self-service on that day.
    pub deposited_that_day: i64,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl Account {
    /// A new account with nothing in it.
    #[must_use]
    pub fn new(number: AccountNumber, owner: Owner, currency: Currency, name: String, opened_at: Timestamp) -> Self {
        Self {
            number,
            owner,
            currency,
            name,
            debits_posted: 0,
            credits_posted: 0,
            debits_pending: 0,
            credits_pending: 0,
            frozen: false,
            closed: false,
            pin_version: 1,
            last_transfer: 0,
            deposit_day: 0,
            deposited_that_day: 0,
            opened_at,
        }
    }

    /// The bank's cash account for a currency, with nothing in it.
    #[must_use]
    pub fn cash(currency: Currency, opened_at: Timestamp) -> Self {
        Self::new(cash_account(currency), Owner::Bank, currency, "Cash".to_owned(), opened_at)
    }

    /// What came in less what left, in minor units.
    #[must_use]
    pub fn posted(&self) -> i64 {
        self.credits_posted - self.debits_posted
    }

    /// What may be spent: posted less what is held, in minor units.
    #[must_use]
    pub fn available(&self) -> i64 {
        self.posted() - self.debits_pending
    }

    /// Whether posting keeps it at or above zero.
    #[must_use]
    pub fn no_overdraft(&self) -> bool {
        self.owner != Owner::Bank
    }

    /// The customer it belongs to, if any.
    #[must_use]
    pub fn customer(&self) -> Option<CustomerId> {
        if let Owner::Customer(id) = self.owner { Some(id) } else { None }
    }
}

/// The bank's cash account for a currency: what came in from outside stands there as a debit.
///
/// Its number is computed, not looked up: the three letters as a number in base 26, below every customer's number.
#[must_use]
pub fn cash_account(currency: Currency) -> AccountNumber {
    let letters = currency.code().bytes().fold(0, |n, letter| n * 26 + u64::from(letter - b'A'));
    AccountNumber::from_payload(letters)
}

/// The highest number that a [`cash_account`] can have: where all of them are looked for.
pub(crate) fn last_cash_account() -> AccountNumber {
    AccountNumber::from_payload(26_u64.pow(3) - 1)
}

/// What a transfer was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferKind {
    /// Cash in.
    Deposit,
    /// Cash out.
    Withdrawal,
    /// Between two customers' accounts.
    Transfer,
    /// To a merchant.
    Payment,
    /// Back from a merchant.
    Refund,
}

impl TransferKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Deposit, Self::Withdrawal, Self::Transfer, Self::Payment, Self::Refund];

    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Transfer => "transfer",
            Self::Payment => "payment",
            Self::Refund => "refund",
        }
    }
}

/// One movement of money: it debits one account and credits another by the same amount. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its place in the ledger, from 1 without gaps.
    pub seq: u64,
    /// Its id.
    pub id: TransferId,
    /// What it was for.
    pub kind: TransferKind,
    /// The account that it left.
    pub debit: AccountNumber,
    /// The account that it went to.
    pub credit: AccountNumber,
    /// How much; always more than zero.
    pub amount: Money,
    /// The debited account's posted balance after it, in minor units.
    pub debit_balance: i64,
    /// The credited account's posted balance after it, in minor units.
    pub credit_balance: i64,
    /// The debited account's transfer before this one (0: none). Statements follow these links.
    pub debit_previous: u64,
    /// The credited account's transfer before this one (0: none).
    pub credit_previous: u64,
    /// The payment it belongs to, for payments and refunds.
    pub payment: Option<PaymentId>,
    /// What the parties read on their statements.
    pub reference: String,
    /// When it was posted.
    pub at: Timestamp,
}

/// The ledger's own memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The newest transfer's sequence number; 0 before the first.
    pub last_seq: u64,
    /// The time of the newest batch: time in the ledger never runs backwards.
    pub last_time: Timestamp,
}
