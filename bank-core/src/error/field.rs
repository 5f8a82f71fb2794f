//! What is wrong with one field of a form or call: a stable code for machines and translators, its facts, and a sentence
//! in English.

use kit_core::text::TextError;
use kit_core::{
    AccountNumberError, Currency, CurrencyError, Day, DayError, IdempotencyKeyError, MoneyError, PinFormatError,
};

use super::Fact;

/// One field of a form or call that cannot be taken, and why. It never holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name, as in the API.
    pub field: &'static str,
    /// What is wrong with it.
    pub flaw: Flaw,
}

impl FieldProblem {
    /// What is wrong and what to do, in plain English words.
    #[must_use]
    pub fn message(&self) -> String {
        self.flaw.to_string()
    }
}

/// With the field's name, for whoever sees no form.
impl std::fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.flaw)
    }
}

/// Why a field cannot be taken: one variant a rule, its fields the facts that a sentence about it needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Nothing was entered.
    #[error("Please fill in this field.")]
    Missing,
    /// More characters than fit.
    #[error("Please use at most {max_chars} characters.")]
    TooLong {
        /// How many fit.
        max_chars: usize,
    },
    /// Line breaks, control characters, ones that cannot be seen or reverse what follows; or a name without a letter, a
    /// digit or an emoji.
    #[error("Please use one line of plain text.")]
    NotPlain,
    /// Not an e-mail address.
    #[error("Please enter an e-mail address such as ada@example.org.")]
    NotAnEmail,
    /// A password with too few characters.
    #[error("Please choose a password of at least {min_chars} characters; a short sentence is good.")]
    PasswordTooShort {
        /// How many it needs.
        min_chars: usize,
    },
    /// A password that is tried first.
    #[error("This password is among the first ones that are guessed; please choose another.")]
    PasswordGuessable,
    /// Not 6 to 12 digits.
    #[error("A PIN has 6 to 12 digits.")]
    NotAPin,
    /// A PIN of the same digits over and over.
    #[error("Please choose a PIN that does not repeat the same digits.")]
    PinRepeats,
    /// A PIN such as 123456.
    #[error("Please choose a PIN that does not simply count up or down.")]
    PinCounts,
    /// A PIN that reads as a date.
    #[error("Please choose a PIN that is not a date.")]
    PinIsDate,
    /// A PIN that can be read off the account number.
    #[error("Please choose a PIN that is not part of the account number.")]
    PinInAccountNumber,
    /// Not digits and a decimal point.
    #[error("An amount is written with digits and a decimal point, such as 129.90.")]
    NotAnAmount,
    /// More decimals than the currency has.
    #[error("Too many decimals: this currency has {allowed}.")]
    TooManyDecimals {
        /// How many the currency has.
        allowed: u32,
    },
    /// More than is ever counted.
    #[error("The amount is too large.")]
    AmountTooLarge,
    /// Not three capital letters.
    #[error("A currency is three capital letters, such as EUR.")]
    NotACurrency,
    /// A currency that this bank keeps no accounts in.
    #[error("This bank keeps no accounts in this currency; please choose one of {offered}.")]
    CurrencyNotOffered {
        /// The codes of those that it does, separated by commas.
        offered: String,
    },
    /// An amount about a payment, in another currency than the payment's.
    #[error("The payment is in {payment}.")]
    OtherCurrency {
        /// The payment's currency.
        payment: Currency,
    },
    /// Not twelve digits.
    #[error("An account number has 12 digits.")]
    NotAnAccountNumber,
    /// Twelve digits, one of them mistyped.
    #[error("The check digits of this account number do not match; please compare it digit by digit.")]
    CheckDigits,
    /// A payee to be saved that is the customer's own account.
    #[error("This is one of your own accounts; you can transfer to it without saving it.")]
    OwnAccount,
    /// Not a language of this bank.
    #[error("Please choose English (en) or German (de).")]
    NotALanguage,
    /// Not where a page of a list ended.
    #[error("Send the {parameter} of the page before.")]
    NotACursor {
        /// What the page calls it.
        parameter: &'static str,
    },
    /// A smallest amount above the largest, or a first day after the last.
    #[error("The first of the two must not be above the second.")]
    RangeReversed,
    /// A time that is longer than what is looked at at once.
    #[error("Please choose at most {years} years.")]
    PeriodTooLong {
        /// How many are looked at.
        years: u32,
    },
    /// Not a day of the calendar.
    #[error("A day is written as 2026-11-22.")]
    NotADay,
    /// A day that no calendar has, such as 2026-02-29.
    #[error("There is no such day.")]
    NoSuchDay,
    /// Not a time as RFC 3339 writes it.
    #[error("A time is written as 2026-11-22T16:07:00Z.")]
    NotATime,
    /// Not 8 to 64 visible ASCII characters, or with braces.
    #[error("An idempotency key has 8 to 64 visible ASCII characters and no braces.")]
    NotAnIdempotencyKey,
    /// None of the words that the field takes.
    #[error("Please choose one of {offered}.")]
    NotOffered {
        /// Those that it takes, separated by commas.
        offered: String,
    },
    /// Both ways to prove who is asking, or neither.
    #[error("Send either {one} or {other}.")]
    EitherOr {
        /// The one field.
        one: &'static str,
        /// The other field.
        other: &'static str,
    },
}

impl Flaw {
    /// What is wrong with a text that is no time of RFC 3339: its day, where that is written well and does not exist.
    #[must_use]
    pub fn of_time(text: &str) -> Self {
        match text.get(..10).map(Day::read) {
            Some(Err(DayError::NoSuchDay)) => Self::NoSuchDay,
            _ => Self::NotATime,
        }
    }

    /// The stable slug: the same words as the shop's where the two have the same rule.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong { .. } => "too-long",
            Self::NotPlain => "not-plain-text",
            Self::NotAnEmail => "not-an-email",
            Self::PasswordTooShort { .. } => "password-too-short",
            Self::PasswordGuessable => "password-guessable",
            Self::NotAPin => "not-a-pin",
            Self::PinRepeats => "pin-repeats",
            Self::PinCounts => "pin-counts",
            Self::PinIsDate => "pin-is-date",
            Self::PinInAccountNumber => "pin-in-account-number",
            Self::NotAnAmount => "not-an-amount",
            Self::TooManyDecimals { .. } => "too-many-decimals",
            Self::AmountTooLarge => "amount-too-large",
            Self::NotACurrency => "not-a-currency",
            Self::CurrencyNotOffered { .. } => "currency-not-offered",
            Self::OtherCurrency { .. } => "other-currency",
            Self::NotAnAccountNumber => "not-an-account-number",
            Self::CheckDigits => "check-digits",
            Self::OwnAccount => "own-account",
            Self::NotALanguage => "not-a-language",
            Self::NotACursor { .. } => "not-a-cursor",
            Self::RangeReversed => "range-reversed",
            Self::PeriodTooLong { .. } => "period-too-long",
            Self::NotADay => "not-a-day",
            Self::NoSuchDay => "no-such-day",
            Self::NotATime => "not-a-time",
            Self::NotAnIdempotencyKey => "not-an-idempotency-key",
            Self::NotOffered { .. } => "not-offered",
            Self::EitherOr { .. } => "either-or",
        }
    }

    /// What a sentence about it needs, by name.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        let count = |n: usize| Fact::Number(i64::try_from(n).unwrap_or(i64::MAX));
        match self {
            Self::TooLong { max_chars } => vec![("max_chars", count(*max_chars))],
            Self::PasswordTooShort { min_chars } => vec![("min_chars", count(*min_chars))],
            Self::TooManyDecimals { allowed } => vec![("allowed", Fact::Number(i64::from(*allowed)))],
            Self::CurrencyNotOffered { offered } => vec![("offered", Fact::Text(offered.clone()))],
            Self::OtherCurrency { payment } => vec![("payment_currency", Fact::Text(payment.code().to_owned()))],
            Self::NotACursor { parameter } => vec![("parameter", Fact::Text((*parameter).to_owned()))],
            Self::PeriodTooLong { years } => vec![("years", Fact::Number(i64::from(*years)))],
            Self::NotOffered { offered } => vec![("offered", Fact::Text(offered.clone()))],
            Self::EitherOr { one, other } => {
                vec![("one", Fact::Text((*one).to_owned())), ("other", Fact::Text((*other).to_owned()))]
            }
            _ => Vec::new(),
        }
    }
}

impl From<TextError> for Flaw {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Missing,
            TextError::TooLong { max_chars } => Self::TooLong { max_chars },
            TextError::NotPlain { .. } | TextError::NothingToRead => Self::NotPlain,
        }
    }
}

impl From<MoneyError> for Flaw {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::NotANumber => Self::NotAnAmount,
            MoneyError::TooManyDecimals { allowed } => Self::TooManyDecimals { allowed },
            MoneyError::TooLarge => Self::AmountTooLarge,
            // Reading one amount never compares two currencies.
            MoneyError::CurrencyMismatch => Self::NotACurrency,
        }
    }
}

impl From<CurrencyError> for Flaw {
    fn from(_: CurrencyError) -> Self {
        Self::NotACurrency
    }
}

impl From<DayError> for Flaw {
    fn from(error: DayError) -> Self {
        match error {
            DayError::Format => Self::NotADay,
            DayError::NoSuchDay => Self::NoSuchDay,
        }
    }
}

impl From<AccountNumberError> for Flaw {
    fn from(error: AccountNumberError) -> Self {
        match error {
            AccountNumberError::Format => Self::NotAnAccountNumber,
            AccountNumberError::CheckDigits => Self::CheckDigits,
        }
    }
}

impl From<IdempotencyKeyError> for Flaw {
    fn from(_: IdempotencyKeyError) -> Self {
        Self::NotAnIdempotencyKey
    }
}

impl From<PinFormatError> for Flaw {
    fn from(_: PinFormatError) -> Self {
        Self::NotAPin
    }
}
