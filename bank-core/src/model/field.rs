//! What is wrong with one field of a form or call: a stable code for machines and translators, its facts, and a
//! sentence
//! in English. The codes are the same words as the shop's where the two have the same rule.

use kit_core::text::TextError;
use kit_core::{
    AccountNumberError, Currency, CurrencyError, Day, DayError, IdempotencyKeyError, InList, MoneyError, PinFormatError,
};

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

kit_core::refusals! {
    /// Why a field cannot be taken: one variant a rule, its fields the facts that a sentence about it needs.
    #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
    pub enum Flaw {
        /// Nothing was entered.
        Missing = "missing": Invalid, says("Please fill in this field.");
        /// More characters than fit.
        TooLong {
            /// How many fit.
            max_chars: usize,
        } = "too-long": Invalid, says("Please use at most {max_chars} characters.");
        /// Line breaks, control characters, ones that cannot be seen or reverse what follows; or a name without a
        /// letter, a
        /// digit or an emoji.
        NotPlain = "not-plain-text": Invalid, says("Please use one line of plain text.");
        /// Not an e-mail address.
        NotAnEmail = "not-an-email": Invalid, says("Please enter an e-mail address such as ada@example.org.");
        /// A password with too few characters.
        PasswordTooShort {
            /// How many it needs.
            min_chars: usize,
        } = "password-too-short": Invalid,
            says("Please choose a password of at least {min_chars} characters; a short sentence is good.");
        /// A password that is tried first.
        PasswordGuessable = "password-guessable": Invalid,
            says("This password is among the first ones that are guessed; please choose another.");
        /// Not 6 to 12 digits.
        NotAPin = "not-a-pin": Invalid, says("A PIN has 6 to 12 digits.");
        /// A PIN of the same digits over and over.
        PinRepeats = "pin-repeats": Invalid, says("Please choose a PIN that does not repeat the same digits.");
        /// A PIN such as 123456.
        PinCounts = "pin-counts": Invalid, says("Please choose a PIN that does not simply count up or down.");
        /// A PIN that reads as a date.
        PinIsDate = "pin-is-date": Invalid, says("Please choose a PIN that is not a date.");
        /// A PIN that can be read off the account number.
        PinInAccountNumber = "pin-in-account-number": Invalid,
            says("Please choose a PIN that is not part of the account number.");
        /// Not digits and a decimal point.
        NotAnAmount = "not-an-amount": Invalid,
            says("An amount is written with digits and a decimal point, such as 129.90.");
        /// More decimals than the currency has.
        TooManyDecimals {
            /// How many the currency has.
            allowed: u32,
        } = "too-many-decimals": Invalid, says("Too many decimals: this currency has {allowed}.");
        /// More than is ever counted.
        AmountTooLarge = "amount-too-large": Invalid, says("The amount is too large.");
        /// Not three capital letters.
        NotACurrency = "not-a-currency": Invalid, says("A currency is three capital letters, such as EUR.");
        /// A currency that this bank keeps no accounts in.
        CurrencyNotOffered {
            /// The codes of those that it does, separated by commas.
            offered: String,
        } = "currency-not-offered": Invalid,
            says("This bank keeps no accounts in this currency; please choose one of {offered}.");
        /// An amount about a payment, in another currency than the payment's.
        OtherCurrency {
            /// The payment's currency.
            payment: Currency ["payment_currency"],
        } = "other-currency": Invalid, says("The payment is in {payment}.");
        /// Not twelve digits.
        NotAnAccountNumber = "not-an-account-number": Invalid, says("An account number has 12 digits.");
        /// Twelve digits, one of them mistyped.
        CheckDigits = "check-digits": Invalid,
            says("The check digits of this account number do not match; please compare it digit by digit.");
        /// A payee to be saved that is the customer's own account.
        OwnAccount = "own-account": Invalid,
            says("This is one of your own accounts; you can transfer to it without saving it.");
        /// Not a language of this bank.
        NotALanguage = "not-a-language": Invalid, says("Please choose English (en) or German (de).");
        /// Not where a page of a list ended.
        NotACursor {
            /// What the page calls it.
            parameter: &'static str,
        } = "not-a-cursor": Invalid, says("Send the {parameter} of the page before.");
        /// A smallest amount above the largest, or a first day after the last.
        RangeReversed = "range-reversed": Invalid, says("The first of the two must not be above the second.");
        /// A time that is longer than what is looked at at once.
        PeriodTooLong {
            /// How many are looked at.
            years: u32,
        } = "period-too-long": Invalid, says("Please choose at most {years} years.");
        /// Not a day of the calendar.
        NotADay = "not-a-day": Invalid, says("A day is written as 2026-11-22.");
        /// A day that no calendar has, such as 2026-02-29.
        NoSuchDay = "no-such-day": Invalid, says("There is no such day.");
        /// Not a time as RFC 3339 writes it.
        NotATime = "not-a-time": Invalid, says("A time is written as 2026-11-22T16:07:00Z.");
        /// Not 8 to 64 visible ASCII characters, or with braces.
        NotAnIdempotencyKey = "not-an-idempotency-key": Invalid,
            says("An idempotency key has 8 to 64 visible ASCII characters and no braces.");
        /// None of the words that the field takes.
        NotOffered {
            /// Those that it takes, separated by commas.
            offered: String,
        } = "not-offered": Invalid, says("Please choose one of {offered}.");
        /// Both ways to prove who is asking, or neither.
        EitherOr {
            /// The one field.
            one: &'static str,
            /// The other field.
            other: &'static str,
        } = "either-or": Invalid, says("Send either {one} or {other}.");
    }
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
}

impl InList for FieldProblem {
    fn sample() -> Self {
        Self { field: "email", flaw: Flaw::NotAnEmail }
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
