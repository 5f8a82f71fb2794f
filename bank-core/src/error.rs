//! What can go wrong, told by what is known and what a caller can do about it.

mod field;

use std::time::Duration;

use kit_core::gate::SubmitError;
use kit_core::{AccountNumber, Cause, Day, Money, StoreFailure};

pub use field::{FieldProblem, Flaw};

use crate::model::PaymentState;

/// The result of everything the bank does.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the bank did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A rule said no. Nothing moved.
    #[error("{refusal}")]
    Refused {
        /// Which rule.
        refusal: Refusal,
        /// Whether this repeats what was decided under the same key before.
        replayed: bool,
    },
    /// The store failed before anything happened.
    #[error("nothing happened: {0}")]
    NotCommitted(Cause),
    /// The commit failed: it may or may not have happened. Repeat under the same key, or look up.
    #[error("the outcome is not known: {0}")]
    CommitUnknown(Cause),
    /// Too much is waiting already. Nothing happened.
    #[error("busy; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
}

impl Error {
    /// The rule that said no, if one did.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            Self::NotCommitted(_) | Self::CommitUnknown(_) | Self::Busy { .. } => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, replayed: false }
    }
}

impl From<StoreFailure> for Error {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::NotCommitted(cause) => Self::NotCommitted(cause),
            StoreFailure::CommitUnknown(cause) => Self::CommitUnknown(cause),
        }
    }
}

impl From<SubmitError> for Error {
    fn from(_: SubmitError) -> Self {
        Self::Busy { retry_after: Duration::from_secs(1) }
    }
}

/// What sort of "no" a refusal is: a web shell turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The call is malformed: correct it.
    Invalid,
    /// Who is asking is not known.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// No such thing, or not the caller's.
    NotFound,
    /// It clashes with the present state.
    Conflict,
    /// A rule of money says no.
    Refused,
    /// Too often: wait.
    Throttled,
}

/// One fact of a refusal, for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A whole number: seconds, tries.
    Number(i64),
    /// An amount.
    Money(Money),
    /// An account, by its number.
    Account(AccountNumber),
    /// A word.
    Text(String),
}

/// Why a rule said no: one variant a rule, its fields the facts a caller can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One or more fields cannot be taken.
    #[error("{}", fields.first().map_or_else(|| "Please check what you entered.".to_owned(), ToString::to_string))]
    InvalidFields {
        /// Each of them, in the order of the form.
        fields: Vec<FieldProblem>,
    },
    /// Zero or less.
    #[error("The amount must be more than zero.")]
    AmountNotPositive,
    /// Above what one movement may be, or a balance would leave the range that is counted exactly.
    #[error("The amount is too large.")]
    AmountTooLarge,
    /// A transfer from an account to itself.
    #[error("The two accounts are the same; choose another one to transfer to.")]
    SameAccount,
    /// E-mail and password do not belong together.
    #[error("The e-mail address or the password is not right.")]
    WrongCredentials,
    /// The present password, asked for again, is not right.
    #[error("Your current password is not right.")]
    WrongPassword,
    /// No session, or one that has ended.
    #[error("Please log in.")]
    NotLoggedIn,
    /// No merchant has this API key.
    #[error("This API key is not known.")]
    UnknownApiKey,
    /// This bank takes deposits only through its operator.
    #[error("Deposits are made by the bank's operator here.")]
    DepositsByOperatorOnly,
    /// No such account, or not the caller's.
    #[error("There is no such account among yours.")]
    AccountNotFound,
    /// No such account to pay to.
    #[error("There is no account with that number to transfer to.")]
    PayeeNotFound,
    /// No such payment of this merchant.
    #[error("There is no such payment.")]
    PaymentNotFound,
    /// No such entry of this account.
    #[error("There is no such entry in this account.")]
    EntryNotFound,
    /// A statement to take away has an end, and is never cut short.
    #[error("That would be more than {limit} entries; choose a shorter time and take the rest separately.")]
    TooManyEntries {
        /// How many one statement may have.
        limit: usize,
    },
    /// A statement that is final covers days that have ended.
    #[error("camt.053 covers days that have ended, up to {last_day} at present. Today is in {formats}.")]
    DaysNotEnded {
        /// The last day that has ended.
        last_day: Day,
        /// The formats that have today in them, separated by commas.
        formats: &'static str,
    },
    /// No such session of this customer.
    #[error("There is no such session.")]
    SessionNotFound,
    /// Someone has registered with this e-mail address.
    #[error("This e-mail address is registered already; log in instead.")]
    EmailTaken,
    /// A customer has as many accounts as this bank allows.
    #[error("You have {limit} accounts already, which is as many as this bank allows.")]
    TooManyAccounts {
        /// How many are allowed.
        limit: usize,
    },
    /// No such payee among those that the customer saved.
    #[error("You have not saved such a payee.")]
    SavedPayeeNotFound,
    /// The customer saved this account number before.
    #[error("You have saved this account number already, as {name}.")]
    PayeeSavedAlready {
        /// Under which name.
        name: String,
    },
    /// A customer has saved as many payees as this bank keeps.
    #[error("You have {limit} payees already, which is as many as this bank keeps; remove one first.")]
    TooManyPayees {
        /// How many are kept.
        limit: usize,
    },
    /// Only an empty account is closed.
    #[error("There are still {balance} in this account; transfer or withdraw them, then close it.")]
    AccountNotEmpty {
        /// What is in it.
        balance: Money,
    },
    /// Only an account on which nothing is reserved is closed.
    #[error("{held} are reserved on this account; once they are charged or released, it can be closed.")]
    AccountHasHolds {
        /// How much is reserved.
        held: Money,
    },
    /// The same idempotency key came with other facts before.
    #[error("This idempotency key was used for something else before; use a new key.")]
    KeyReused {
        /// The first fact that differs.
        field: String,
    },
    /// The same call is being worked on at this moment.
    #[error("This very call is being worked on; ask again shortly.")]
    InFlight,
    /// The account has less available than that.
    #[error("There is not enough money in the account: {shortfall} are missing.")]
    InsufficientFunds {
        /// How much is missing.
        shortfall: Money,
    },
    /// Self-service deposits are limited a day.
    #[error("That is above today's limit for deposits; {left} are left today.")]
    DailyDepositLimit {
        /// How much may still be deposited today.
        left: Money,
    },
    /// The account takes another currency.
    #[error("The account is kept in {account}; this amount is in another currency.")]
    CurrencyMismatch {
        /// The account's currency.
        account: kit_core::Currency,
    },
    /// The operator froze the account: money may come in, not leave.
    #[error("The account{} is frozen; please contact the bank.", named(*account))]
    AccountFrozen {
        /// Which; `None` in what was recorded before this was kept.
        account: Option<AccountNumber>,
    },
    /// The account is closed.
    #[error("The account{} is closed.", named(*account))]
    AccountClosed {
        /// Which; `None` in what was recorded before this was kept.
        account: Option<AccountNumber>,
    },
    /// This movement asks for the account's PIN.
    #[error("Please enter the account's PIN.")]
    PinRequired,
    /// Wrong PIN, or (told in the same way) no such account.
    #[error("The account number or PIN is not right; {tries_left} tries are left.")]
    IncorrectPin {
        /// Tries before PIN payments are blocked for the account.
        tries_left: u32,
    },
    /// Too many wrong PINs: blocked until the customer resets it.
    #[error("PIN use is blocked for this account after too many wrong tries. Log in at the bank to unblock it.")]
    PinBlocked,
    /// This merchant may not charge by PIN at present.
    #[error("Paying by PIN is not possible here at present; confirm at the bank instead.")]
    UseHostedApproval,
    /// Wait before the next PIN.
    #[error("Too many wrong PINs. Please wait {} s before trying again.", retry_after.as_secs())]
    PinThrottled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Wait before the next log-in.
    #[error("Too many failed log-ins. Please wait {} s before trying again.", retry_after.as_secs())]
    LoginThrottled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Wait before the next request for a new password.
    #[error("That was asked for several times already. Please wait {} s, or use the mail that came last.", retry_after.as_secs())]
    ResetThrottled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The password was set by mail a short while ago: it alone does not change a PIN yet.
    #[error(
        "The password was set by mail a short while ago. Until it is a day old, changing the PIN needs the present PIN."
    )]
    PinAfterReset {
        /// How long until the password suffices again.
        retry_after: Duration,
    },
    /// The link to a new password was used, has ended, or never was one.
    #[error("This link was used already or has ended; please ask for a new one.")]
    ResetEnded,
    /// The key was voided before a payment arrived under it.
    #[error("This payment was voided before it arrived; nothing was charged.")]
    Voided,
    /// The payment waits for its holder's approval.
    #[error("This payment has not been authorized yet.")]
    NotAuthorized,
    /// The payment was captured already.
    #[error("This payment has been captured already.")]
    AlreadyCaptured,
    /// Nothing of the payment was captured, so nothing can be given back.
    #[error("Nothing was captured of this payment.")]
    NotCaptured,
    /// The payment's state does not allow it.
    #[error("This payment is {}; that is not possible any more.", state.name())]
    WrongState {
        /// Its state.
        state: PaymentState,
    },
    /// More than what is left of the authorization.
    #[error("Only {remaining} are left of this authorization.")]
    ExceedsRemaining {
        /// What may still be captured.
        remaining: Money,
    },
    /// More than what was captured and not yet refunded.
    #[error("Only {refundable} of this payment can still be refunded.")]
    ExceedsCaptured {
        /// What may still be refunded.
        refundable: Money,
    },
    /// The merchant's own account has less than the refund.
    #[error("The merchant's account has not enough money for this refund; {shortfall} are missing.")]
    SettlementShort {
        /// How much is missing.
        shortfall: Money,
    },
}

impl Refusal {
    /// A refusal about one field.
    pub fn field(field: &'static str, flaw: impl Into<Flaw>) -> Self {
        Self::InvalidFields { fields: vec![FieldProblem { field, flaw: flaw.into() }] }
    }

    /// The stable slug that stands in pages, in JSON and in stored outcomes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidFields { .. } => "invalid-fields",
            Self::AmountNotPositive => "amount-not-positive",
            Self::AmountTooLarge => "amount-too-large",
            Self::SameAccount => "same-account",
            Self::WrongCredentials => "wrong-credentials",
            Self::WrongPassword => "wrong-password",
            Self::NotLoggedIn => "not-logged-in",
            Self::UnknownApiKey => "unauthenticated",
            Self::DepositsByOperatorOnly => "deposits-by-operator-only",
            Self::AccountNotFound => "account-not-found",
            Self::PayeeNotFound => "payee-not-found",
            Self::PaymentNotFound => "payment-not-found",
            Self::EntryNotFound => "entry-not-found",
            Self::TooManyEntries { .. } => "too-many-entries",
            Self::DaysNotEnded { .. } => "days-not-ended",
            Self::SessionNotFound => "session-not-found",
            Self::EmailTaken => "email-taken",
            Self::TooManyAccounts { .. } => "too-many-accounts",
            Self::SavedPayeeNotFound => "saved-payee-not-found",
            Self::PayeeSavedAlready { .. } => "payee-saved-already",
            Self::TooManyPayees { .. } => "too-many-payees",
            Self::AccountNotEmpty { .. } => "account-not-empty",
            Self::AccountHasHolds { .. } => "account-has-holds",
            Self::KeyReused { .. } => "idempotency-key-reuse",
            Self::InFlight => "in-flight",
            Self::InsufficientFunds { .. } => "insufficient-funds",
            Self::DailyDepositLimit { .. } => "daily-deposit-limit",
            Self::CurrencyMismatch { .. } => "currency-mismatch",
            Self::AccountFrozen { .. } => "account-frozen",
            Self::AccountClosed { .. } => "account-closed",
            Self::PinRequired => "pin-required",
            Self::IncorrectPin { .. } => "incorrect-pin",
            Self::PinBlocked => "pin-blocked",
            Self::UseHostedApproval => "use-hosted-approval",
            Self::PinThrottled { .. } => "pin-throttled",
            Self::LoginThrottled { .. } => "login-throttled",
            Self::ResetThrottled { .. } => "reset-throttled",
            Self::PinAfterReset { .. } => "pin-after-reset",
            Self::ResetEnded => "reset-ended",
            Self::Voided => "voided",
            Self::NotAuthorized => "not-authorized",
            Self::AlreadyCaptured => "already-captured",
            Self::NotCaptured => "not-captured",
            Self::WrongState { .. } => "wrong-state",
            Self::ExceedsRemaining { .. } => "exceeds-remaining",
            Self::ExceedsCaptured { .. } => "exceeds-captured",
            Self::SettlementShort { .. } => "settlement-short",
        }
    }

    /// What sort of "no" it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::InvalidFields { .. }
            | Self::AmountNotPositive
            | Self::AmountTooLarge
            | Self::SameAccount
            | Self::TooManyEntries { .. }
            | Self::DaysNotEnded { .. }
            | Self::PinRequired => Kind::Invalid,
            Self::WrongCredentials | Self::NotLoggedIn | Self::UnknownApiKey => Kind::Unauthenticated,
            Self::DepositsByOperatorOnly | Self::WrongPassword | Self::PinAfterReset { .. } => Kind::Forbidden,
            Self::AccountNotFound
            | Self::PaymentNotFound
            | Self::EntryNotFound
            | Self::SessionNotFound
            | Self::SavedPayeeNotFound
            | Self::ResetEnded => Kind::NotFound,
            Self::EmailTaken
            | Self::TooManyAccounts { .. }
            | Self::PayeeSavedAlready { .. }
            | Self::TooManyPayees { .. }
            | Self::AccountNotEmpty { .. }
            | Self::AccountHasHolds { .. }
            | Self::KeyReused { .. }
            | Self::InFlight
            | Self::NotAuthorized
            | Self::AlreadyCaptured
            | Self::NotCaptured
            | Self::WrongState { .. }
            | Self::ExceedsRemaining { .. }
            | Self::ExceedsCaptured { .. } => Kind::Conflict,
            Self::PayeeNotFound
            | Self::InsufficientFunds { .. }
            | Self::DailyDepositLimit { .. }
            | Self::CurrencyMismatch { .. }
            | Self::AccountFrozen { .. }
            | Self::AccountClosed { .. }
            | Self::IncorrectPin { .. }
            | Self::PinBlocked
            | Self::UseHostedApproval
            | Self::Voided
            | Self::SettlementShort { .. } => Kind::Refused,
            Self::PinThrottled { .. } | Self::LoginThrottled { .. } | Self::ResetThrottled { .. } => Kind::Throttled,
        }
    }

    /// What a caller can act on, by name: the members of a problem document, and what a store keeps of a refusal.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        let seconds = |d: &Duration| Fact::Number(i64::try_from(d.as_secs()).unwrap_or(i64::MAX));
        match self {
            Self::TooManyAccounts { limit } | Self::TooManyPayees { limit } | Self::TooManyEntries { limit } => {
                vec![("limit", Fact::Number(i64::try_from(*limit).unwrap_or(i64::MAX)))]
            }
            Self::DaysNotEnded { last_day, formats } => {
                vec![("last_day", Fact::Text(last_day.to_string())), ("formats", Fact::Text((*formats).to_owned()))]
            }
            Self::KeyReused { field } => vec![("field", Fact::Text(field.clone()))],
            Self::PayeeSavedAlready { name } => vec![("name", Fact::Text(name.clone()))],
            Self::AccountNotEmpty { balance } => vec![("balance", Fact::Money(*balance))],
            Self::AccountHasHolds { held } => vec![("held", Fact::Money(*held))],
            Self::InsufficientFunds { shortfall } | Self::SettlementShort { shortfall } => {
                vec![("shortfall", Fact::Money(*shortfall))]
            }
            Self::DailyDepositLimit { left } => vec![("left", Fact::Money(*left))],
            Self::CurrencyMismatch { account } => vec![("account_currency", Fact::Text(account.code().to_owned()))],
            Self::AccountFrozen { account } | Self::AccountClosed { account } => {
                account.iter().map(|number| ("account_number", Fact::Account(*number))).collect()
            }
            Self::IncorrectPin { tries_left } => vec![("tries_left", Fact::Number(i64::from(*tries_left)))],
            Self::PinThrottled { retry_after }
            | Self::LoginThrottled { retry_after }
            | Self::ResetThrottled { retry_after }
            | Self::PinAfterReset { retry_after } => {
                vec![("retry_after_seconds", seconds(retry_after))]
            }
            // Not `status`: in a problem that is the HTTP status.
            Self::WrongState { state } => vec![("payment_status", Fact::Text(state.name().to_owned()))],
            Self::ExceedsRemaining { remaining } => vec![("remaining", Fact::Money(*remaining))],
            Self::ExceedsCaptured { refundable } => vec![("refundable", Fact::Money(*refundable))],
            _ => Vec::new(),
        }
    }

    /// What a payer can do about a declined payment; `None` where this is not a decline.
    #[must_use]
    pub fn advice(&self) -> Option<Advice> {
        match self {
            Self::InsufficientFunds { .. } => Some(Advice::RetryLater),
            Self::IncorrectPin { .. } => Some(Advice::RetryWithNewPin),
            Self::PinBlocked | Self::UseHostedApproval => Some(Advice::UseHostedApproval),
            Self::CurrencyMismatch { .. }
            | Self::AccountFrozen { .. }
            | Self::AccountClosed { .. }
            | Self::Voided
            | Self::AmountTooLarge => Some(Advice::DoNotRetry),
            _ => None,
        }
    }
}

fn named(account: Option<AccountNumber>) -> String {
    account.map(|number| format!(" {number}")).unwrap_or_default()
}

/// What a payer can do about a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Trying again will not help.
    DoNotRetry,
    /// The PIN was wrong: try again with the right one, under a new key.
    RetryWithNewPin,
    /// Try again later, or after a deposit.
    RetryLater,
    /// Confirm on the bank's own page instead.
    UseHostedApproval,
}

impl Advice {
    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DoNotRetry => "do-not-retry",
            Self::RetryWithNewPin => "retry-with-new-pin",
            Self::RetryLater => "retry-later",
            Self::UseHostedApproval => "use-hosted-approval",
        }
    }
}
