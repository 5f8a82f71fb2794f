//! From what was sent to types that cannot be wrong, noting every field that does not convert.

use bank_core::Refusal;
use bank_core::error::{FieldProblem, Flaw};
use kit_core::{AccountNumber, Currency, Day, IdempotencyKey, Language, Money, Pin};
use kit_web::SecretText;
use kit_web::idempotency::key_invalid;

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

    /// An amount and its currency.
    pub(super) fn money(&mut self, amount: &str, currency: &str) -> Option<Money> {
        let currency = self.take("currency", Currency::parse(currency))?;
        self.take("amount", Money::parse(amount, currency))
    }

    /// A day of the calendar.
    pub(super) fn day(&mut self, field: &'static str, day: &str) -> Option<Day> {
        self.take(field, Day::parse(day).ok_or(Flaw::NotADay))
    }

    /// One of several words, by its name.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        field: &'static str,
        word: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let names = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
        let found = all.iter().copied().find(|one| name(*one) == word);
        self.take(field, found.ok_or_else(|| Flaw::NotOffered { offered: names() }))
    }

    /// An account number.
    pub(super) fn account(&mut self, field: &'static str, number: &str) -> Option<AccountNumber> {
        self.take(field, AccountNumber::parse(number))
    }

    /// A language.
    pub(super) fn language(&mut self, field: &'static str, code: &str) -> Option<Language> {
        self.take(field, Language::parse(code).ok_or(Flaw::NotALanguage))
    }

    /// A PIN. Which digits it has is not repeated.
    pub(super) fn pin(&mut self, field: &'static str, pin: &SecretText) -> Option<Pin> {
        self.take(field, Pin::parse(pin.expose()))
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

/// The account number in a path.
pub(super) fn path_account(number: &str) -> Result<AccountNumber, ApiError> {
    let mut fields = Fields::default();
    fields.account("account_number", number).ok_or_else(|| fields.refusal())
}

/// A key in a query or a body.
pub(super) fn key(text: &str) -> Result<IdempotencyKey, ApiError> {
    IdempotencyKey::parse(text).map_err(|_| key_invalid().into())
}
