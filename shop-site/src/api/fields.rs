//! From what was sent to types that cannot be wrong.

use kit_core::{Currency, Language, Money, Token};
use kit_web::Problem;
use shop_core::{Field, FieldError, FieldProblem, OrderNumber, Refusal, Sku, Slug};

use crate::problem::{self, ApiError};

/// A cart's id.
pub(super) fn cart(text: &str) -> Result<Token, ApiError> {
    Token::parse(text).ok_or_else(|| problem::cart_not_found().into())
}

/// An order's token: what is none opens no order.
pub(super) fn order(text: &str) -> Result<Token, ApiError> {
    Token::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}

/// A SKU: what is none is no product's.
pub(super) fn sku(text: &str) -> Result<Sku, ApiError> {
    Sku::parse(text).ok_or_else(|| Refusal::ProductNotFound.into())
}

/// A category's slug.
pub(super) fn category(text: &str) -> Result<Slug, ApiError> {
    Slug::parse(text).ok_or_else(|| Refusal::CategoryNotFound.into())
}

/// The total that the customer saw, in the shop's currency.
pub(super) fn expected_total(amount: &str, currency: &str, ours: Currency) -> Result<Money, ApiError> {
    if Currency::parse(currency) != Ok(ours) {
        let detail = format!("The prices of this shop are in {ours}.");
        return Err(Problem::invalid_field("currency", detail).into());
    }
    Money::parse(amount, ours)
        .map_err(|error| Problem::invalid_field("expected_total", format!("Not a total: {error}.")).into())
}

/// The way of shipping: what is no id is none of the shop's.
pub(super) fn shipping(text: Option<&str>) -> Result<Option<Slug>, ApiError> {
    let unknown = FieldError { field: Field::Shipping, problem: FieldProblem::UnknownChoice };
    let read = |text| Slug::parse(text).ok_or_else(|| Refusal::FieldsInvalid { fields: vec![unknown] }.into());
    text.map(read).transpose()
}

/// The language that the customer reads.
pub(super) fn language(text: Option<&str>) -> Result<Language, ApiError> {
    let read = |text| {
        Language::parse(text).ok_or_else(|| Problem::invalid_field("language", "We speak `en` and `de`.").into())
    };
    text.map_or(Ok(Language::default()), read)
}

/// An order's number: what is none is no order's.
pub(super) fn order_number(text: &str) -> Result<OrderNumber, ApiError> {
    OrderNumber::parse(text).ok_or_else(|| Refusal::OrderNotFound.into())
}
