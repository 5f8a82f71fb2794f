//! From what was sent to types that cannot be wrong, noting every field that does not convert.

use kit_core::{Currency, Language, Money, MoneyError, Token};
use kit_web::Named;
use serde_json::{Value, json};
use shop_core::{Field, FieldError, FieldProblem, OrderNumber, Refusal, ShippingMethods, Sku, Slug};

use super::names::{LanguageNames, SortNames};
use crate::problem::{self, ApiError};

/// The fields that are not valid, in the order of the call.
#[derive(Default)]
pub(super) struct Fields(Vec<Value>);

impl Fields {
    fn note(&mut self, field: &str, code: &str, message: impl Into<String>, facts: Value) {
        let mut about = json!({ "field": field, "code": code, "message": message.into() });
        for (name, fact) in facts.as_object().into_iter().flatten() {
            about[name] = fact.clone();
        }
        self.0.push(about);
    }

    /// What the shop's own rules found.
    pub(super) fn all(&mut self, found: &[FieldError]) {
        for FieldError { field, problem } in found {
            let facts = match problem {
                FieldProblem::TooLong { max_chars } => json!({ "max_chars": max_chars }),
                FieldProblem::NotShippedTo { country } => json!({ "country": country.code() }),
                FieldProblem::NotAPostalCode { country } => {
                    json!({ "country": country.code(), "postal_example": country.postal_example() })
                }
                _ => json!({}),
            };
            self.note(field.name(), problem.code(), problem.to_string(), facts);
        }
    }

    /// The total that the customer saw, in the shop's currency.
    pub(super) fn expected_total(&mut self, amount: &str, currency: &str, ours: Currency) -> Option<Money> {
        let ours = if Currency::parse(currency).is_ok_and(|sent| sent.has_code_of(ours)) {
            Some(ours)
        } else {
            let message = format!("The prices of this shop are in {ours}.");
            self.note("currency", "currency-not-offered", message, json!({ "offered": ours.code() }));
            None
        }?;
        let read = Money::parse(amount, ours);
        read.map_err(|error| {
            let (code, facts) = match error {
                MoneyError::TooManyDecimals { allowed } => ("too-many-decimals", json!({ "allowed": allowed })),
                MoneyError::TooLarge => ("amount-too-large", json!({})),
                MoneyError::NotANumber | MoneyError::CurrencyMismatch => ("not-an-amount", json!({})),
            };
            self.note(Field::ExpectedTotal.name(), code, format!("Invalid total: {error}."), facts);
        })
        .ok()
    }

    /// The way of shipping; the shop's first one where none was sent.
    pub(super) fn shipping(&mut self, text: Option<&str>, offered: &ShippingMethods) -> Option<Option<Slug>> {
        let Some(text) = text else { return Some(None) };
        let slug = Slug::parse(text).filter(|slug| offered.iter().any(|method| method.id == *slug));
        if slug.is_none() {
            self.all(&[FieldError { field: Field::Shipping, problem: FieldProblem::UnknownChoice }]);
        }
        slug.map(Some)
    }

    /// The language that the customer reads; the first one where none was sent.
    pub(super) fn language(&mut self, sent: Option<&Named<LanguageNames>>) -> Option<Language> {
        let Some(sent) = sent else { return Some(Language::default()) };
        if sent.value().is_none() {
            self.note("language", "not-a-language", "Send `en` or `de`.", json!({}));
        }
        sent.value()
    }

    /// How a list is sorted; the usual way where nothing was sent.
    pub(super) fn sort(&mut self, sent: Option<&Named<SortNames>>) -> Option<shop_core::Sort> {
        let Some(sent) = sent else { return Some(shop_core::Sort::default()) };
        if sent.value().is_none() {
            let offered = Named::<SortNames>::offered();
            self.note("sort", "not-offered", format!("Send one of {offered}."), json!({ "offered": offered }));
        }
        sent.value()
    }

    /// A `cursor` that is not one of this list.
    pub(super) fn not_a_cursor(&mut self) {
        let message = "Send the next_cursor of the page before.";
        self.note("cursor", "not-a-cursor", message, json!({ "parameter": "next_cursor" }));
    }

    /// A filter whose value does not fit what it filters by.
    pub(super) fn not_a_filter(&mut self, name: &str) {
        self.note(name, "not-a-filter", "This value does not fit what is filtered by.", json!({}));
    }

    /// `Ok` where every field was valid.
    pub(super) fn valid(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }

    /// What to answer.
    pub(super) fn refusal(self) -> ApiError {
        problem::invalid_fields(self.0).into()
    }
}

/// A cart's id.
pub(super) fn cart(text: &str) -> Result<Token, ApiError> {
    Token::parse(text).ok_or_else(|| problem::cart_not_found().into())
}

/// An order's token: one that is malformed opens no order.
pub(super) fn order(text: &str) -> Result<Token, ApiError> {
    Token::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}

/// A SKU: one that is malformed is no product's.
pub(super) fn sku(text: &str) -> Result<Sku, ApiError> {
    Sku::parse(text).ok_or_else(|| Refusal::ProductNotFound.into())
}

/// A category's slug.
pub(super) fn category(text: &str) -> Result<Slug, ApiError> {
    Slug::parse(text).ok_or_else(|| Refusal::CategoryNotFound.into())
}

/// An order's number: one that is malformed is no order's.
pub(super) fn order_number(text: &str) -> Result<OrderNumber, ApiError> {
    OrderNumber::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}
