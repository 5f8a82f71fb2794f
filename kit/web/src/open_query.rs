//! Parameters whose names the specification cannot list.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchema, MetaSchemaRef},
};

/// Every name and value of a query string, in order: an extractor.
///
/// In the specification it is an object of strings, which in the style `form` stands for any further parameters. The
/// handler must refuse the names that it does not know, see [`unknown_parameter`](crate::openapi::unknown_parameter).
pub struct OpenQuery(Vec<(String, String)>);

impl OpenQuery {
    /// All but the declared parameters.
    pub fn without(self, declared: &[&str]) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter().filter(|(name, _)| !declared.contains(&name.as_str()))
    }
}

impl<'a> ApiExtractor<'a> for OpenQuery {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let text = MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        let schema = MetaSchema { additional_properties: Some(Box::new(text)), ..MetaSchema::new("object") };
        Some(MetaSchemaRef::Inline(Box::new(schema)))
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        let query = request.uri().query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}
