//! The header `Idempotency-Key`, and what is answered without a good one.

use kit_core::IdempotencyKey;
use poem::{Request, RequestBody, Result, http::StatusCode};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchema, MetaSchemaRef},
};

use crate::Problem;

/// The header `Idempotency-Key`: an extractor. poem-openapi's own header parameter could not tell a missing key from a
/// bad one.
pub struct Key(pub IdempotencyKey);

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
            pattern: Some("^[!-z|~]+$".to_owned()),
            example: Some("2b0f6a52-8d5e-4c1a-9a40-0f5c1c6f3b11".into()),
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
            (None, _) => return Err(key_required().into()),
            (Some(key), None) => key.to_str().ok().and_then(|text| IdempotencyKey::parse(text).ok()),
            (Some(_), Some(_)) => None,
        };
        Ok(Self(key.ok_or_else(key_invalid)?))
    }
}

/// 400: a call that moves money came without its key.
pub fn key_required() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "idempotency-key-required", "An idempotency key is required").detail(
        "Send the header Idempotency-Key with a value of your own, such as a UUID, so that repeating the call is safe.",
    )
}

/// 400: the key is none.
pub fn key_invalid() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid-idempotency-key", "The idempotency key is not valid")
        .detail("An idempotency key has 8 to 64 visible ASCII characters other than braces; a UUID is a good choice.")
}
