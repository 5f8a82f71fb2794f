//! From what was sent to types that cannot be wrong.

use kit_core::{Currency, IdempotencyKey, Money, Token};
use kit_web::{Problem, SecretText};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use shop_core::{Refusal, Sku, Slug};

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

/// For the core, which has a secret type of its own.
pub(super) fn secret(text: &SecretText) -> kit_core::SecretText {
    kit_core::SecretText::new(text.expose().to_owned())
}

/// The header `Idempotency-Key`: an extractor. poem-openapi's own header parameter could not tell a missing key from a
/// bad one.
pub(super) struct Key(pub(super) IdempotencyKey);

impl<'a> ApiExtractor<'a> for Key {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let schema = MetaSchema {
            min_length: Some(8),
            max_length: Some(64),
            pattern: Some("^[!-~]+$".to_owned()),
            ..MetaSchema::new("string")
        };
        Some(MetaSchemaRef::Inline(Box::new(schema)))
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        options: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        let mut values = request.headers().get_all(options.name).iter();
        let key = match (values.next(), values.next()) {
            (None, _) => return Err(problem::key_required().into()),
            (Some(key), None) => key.to_str().ok().and_then(|text| IdempotencyKey::parse(text).ok()),
            (Some(_), Some(_)) => None,
        };
        Ok(Self(key.ok_or_else(problem::key_invalid)?))
    }
}
