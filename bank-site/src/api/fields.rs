//! From what was sent to types that cannot be wrong, noting every field that does not convert.

use bank_core::model::{FieldProblem, Flaw};
use bank_core::rules::{credentials, decide};
use bank_core::{Bank, Refusal};
use kit_core::{AccountNumber, Currency, Day, IdempotencyKey, Language, Money, MoneyError, Pin};
use kit_web::wire::Names;
use kit_web::{Named, SecretText, Text};

use super::names::LanguageNames;
use crate::problem::ApiError;

/// The fields that are not valid, in the order of the call.
#[derive(Default)]
pub(super) struct Fields(Vec<FieldProblem>);

impl Fields {
    /// The value, or a note that `field` is not valid.
    pub(super) fn take<T>(&mut self, field: &'static str, read: Result<T, impl Into<Flaw>>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push(FieldProblem { field, flaw: error.into() });
                None
            }
        }
    }

    /// What rules of the bank found.
    pub(super) fn all(&mut self, found: Vec<FieldProblem>) {
        self.0.extend(found);
    }

    /// An amount and its currency, which has the decimals that this bank counts it with.
    pub(super) fn money(&mut self, bank: &Bank, amount: &str, currency: &str) -> Option<Money> {
        match self.take("currency", bank.currency(currency)) {
            Some(currency) => self.take("amount", Money::parse(amount, currency)),
            None => {
                // How many decimals it may have is not known; whether it is an amount at all is.
                if let Err(error @ MoneyError::NotANumber) = Money::parse(amount, Currency::EUR) {
                    self.take::<Money>("amount", Err(error));
                }
                None
            }
        }
    }

    /// A day of the calendar.
    pub(super) fn day(&mut self, field: &'static str, day: &str) -> Option<Day> {
        self.take(field, Day::read(day))
    }

    /// A value of an enumeration.
    pub(super) fn named<N: Names>(&mut self, field: &'static str, sent: &Named<N>) -> Option<N::Value> {
        self.take(field, sent.value().ok_or_else(|| Flaw::NotOffered { offered: Named::<N>::offered() }))
    }

    /// Where a page of a list begins: the `next_cursor` of the page before, `None` where it is not one.
    pub(super) fn cursor<T>(&mut self, read: Option<T>) -> Option<T> {
        self.take("cursor", read.ok_or(Flaw::NotACursor { parameter: "next_cursor" }))
    }

    /// An account number.
    pub(super) fn account(&mut self, field: &'static str, number: &str) -> Option<AccountNumber> {
        self.take(field, AccountNumber::parse(number))
    }

    /// A language.
    pub(super) fn language(&mut self, field: &'static str, sent: &Named<LanguageNames>) -> Option<Language> {
        self.take(field, sent.value().ok_or(Flaw::NotALanguage))
    }

    /// A PIN. Which digits it has is not repeated.
    pub(super) fn pin(&mut self, field: &'static str, pin: &SecretText) -> Option<Pin> {
        self.take(field, Pin::parse(pin.expose()))
    }

    /// A key that may have been used before. Keys with braces were taken once: what was done under them can still be
    /// found and voided.
    pub(super) fn used_key(&mut self, text: &str) -> Option<IdempotencyKey> {
        self.take("idempotency_key", IdempotencyKey::from_stored(text))
    }

    /// A reference; none is an empty one.
    pub(super) fn reference(&mut self, sent: Option<Text>) -> Option<String> {
        let reference = sent.unwrap_or_default().into_inner();
        self.take("reference", decide::reference(&reference))
    }

    /// A new PIN, which must not be one that is guessed first.
    pub(super) fn new_pin(&mut self, field: &'static str, pin: &SecretText) -> Option<Pin> {
        let pin = self.pin(field, pin)?;
        self.take(field, credentials::strong_pin(&pin)).map(|()| pin)
    }

    /// `Ok` where every field was valid.
    pub(super) fn valid(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }

    /// What to answer.
    pub(super) fn refusal(self) -> ApiError {
        Refusal::InvalidFields { fields: self.0 }.into()
    }
}

/// The account number in a path: its parameter is called `number`.
pub(super) fn path_account(number: &str) -> Result<AccountNumber, ApiError> {
    let mut fields = Fields::default();
    fields.account("number", number).ok_or_else(|| fields.refusal())
}
