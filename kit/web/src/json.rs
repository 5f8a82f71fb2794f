//! Strict JSON at the edge.
//!
//! poem-openapi's own `Json` takes a number where the specification says string, lets unknown fields pass, keeps the
//! last of two equal keys and repeats what was sent in its errors. [`StrictJson`] does none of that, in three steps:
//!
//! 1. the bytes must be one JSON value without duplicate keys, not nested too deeply, with nothing after it
//!    (`parse.rs`);
//! 2. the value must match the schema that the specification publishes for `T` (`check.rs`): so a DTO cannot be laxer
//!    than its documentation, and an error can name the field;
//! 3. `T` parses itself, with validators of its own.

mod check;
mod parse;

use std::{
    any::TypeId,
    collections::HashMap,
    ops::Deref,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::{ParseFromJSON, Type},
};
use zeroize::Zeroize;

use crate::Problem;
use check::Shape;

const JSON: &str = "application/json";

/// A JSON request body that is exactly what the specification says.
///
/// Use it in place of `poem_openapi::payload::Json` for everything that comes in.
pub struct StrictJson<T>(pub T);

impl<T> Deref for StrictJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ParseFromJSON + 'static> StrictJson<T> {
    /// Parses bytes by the three steps above.
    ///
    /// # Errors
    /// A 400 whose text is our own; `field` names the first field that is not valid.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let value = parse::parse(bytes)?;
        let shape = shape_of::<T>();
        shape.check(&value)?;
        // The message of a ParseError repeats what was sent, so only a field name known to the schema is taken from it.
        T::parse_from_json(Some(value)).map(Self).map_err(|error| shape.refused(error.message()))
    }
}

/// A JSON request body that may be left out; `None` where it was.
///
/// A body without a byte has no type: a client that sends one may name any media type, or none.
pub struct OptionalJson<T>(pub Option<T>);

impl<'a, T: ParseFromJSON + 'static> ApiExtractor<'a> for OptionalJson<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        StrictJson::<T>::request_meta().map(|meta| MetaRequest { required: false, ..meta })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        let mut body = RequestBody::new(bytes.into());
        StrictJson::from_request(request, &mut body, options).await.map(|sent| Self(Some(sent.0)))
    }
}

/// The schema of a type is built once: building walks every type that it mentions.
fn shape_of<T: Type + 'static>() -> Arc<Shape> {
    static SHAPES: LazyLock<Mutex<HashMap<TypeId, Arc<Shape>>>> = LazyLock::new(Mutex::default);
    let mut shapes = SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
    let shape = shapes.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(Shape::of::<T>()));
    Arc::clone(shape)
}

impl<'a, T: ParseFromJSON + 'static> ApiExtractor<'a> for StrictJson<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        if !request.content_type().is_some_and(is_json) {
            return Err(Problem::unsupported_media_type(JSON).into());
        }
        let mut bytes = body.take()?.into_vec().await?;
        let parsed = Self::parse(&bytes);
        // A PIN may be in there.
        bytes.zeroize();
        Ok(parsed?)
    }
}

/// Parameters such as `charset=utf-8` are welcome; JSON is UTF-8 whatever they say.
fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON))
}
