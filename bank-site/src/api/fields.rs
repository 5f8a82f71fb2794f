//! From what was sent to types that cannot be wrong, noting every field that does not convert.

use bank_core::Refusal;
use bank_core::error::FieldProblem;
use kit_core::{AccountNumber, Currency, IdempotencyKey, Language, Money, Pin};
use kit_web::SecretText;
use kit_web::idempotency::key_invalid;

use crate::pages::refusals::sentence;
use crate::problem::ApiError;

/// The fields that are not valid, in the order of the call.
#[derive(Default)]
pub(super) struct Fields(Vec<FieldProblem>);

impl Fields {
    /// The value, or a note that `field` is not valid.
    pub(super) fn take<T, E: std::fmt::Display>(&mut self, field: &'static str, read: Result<T, E>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.0.push(FieldProblem { field, message: sentence(error) });
                None
            }
        }
    }

    /// An amount and its currency.
    pub(super) fn money(&mut self, amount: &str, currency: &str) -> Option<Money> {
        let currency = self.take("currency", Currency::parse(currency))?;
        self.take("amount", Money::parse(amount, currency))
    }

    /// An account number.
    pub(super) fn account(&mut self, field: &'static str, number: &str) -> Option<AccountNumber> {
        self.take(field, AccountNumber::parse(number))
    }

    /// A PIN. Which digits it has is not repeated.
    pub(super) fn pin(&mut self, field: &'static str, pin: &SecretText) -> Option<Pin> {
        self.take(field, Pin::parse(pin.expose()))
    }

    /// A language by its code.
    pub(super) fn language(&mut self, field: &'static str, code: &str) -> Option<Language> {
        self.take(field, Language::parse(code).ok_or("the language is en or de"))
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
