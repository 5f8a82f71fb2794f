//! Strings on the wire.
//!
//! poem-openapi parses `String` from a number or a boolean, so that the PIN `0042` sent without quotes arrives as
//! `42`. [`Text`] takes a JSON string and nothing else; [`SecretText`] besides leaves no trace of itself.

use std::{borrow::Cow, fmt, ops::Deref};

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde_json::Value;
use zeroize::Zeroizing;

/// The message when something else than a string is sent. poem-openapi's own would repeat it.
pub(crate) const NOT_A_STRING: &str = "must be a string";

/// What poem-openapi asks of every type that is one value: that it is there, and is itself.
macro_rules! scalar {
    () => {
        const IS_REQUIRED: bool = true;

        type RawValueType = Self;
        type RawElementValueType = Self;

        fn as_raw_value(&self) -> Option<&Self> {
            Some(self)
        }

        fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
            Box::new(std::iter::once(self))
        }
    };
}

pub(crate) use scalar;

/// A JSON string. Lengths are set with `#[oai(validator(max_length = 80))]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(pub String);

impl Text {
    /// The string itself.
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Type for Text {
    scalar!();

    fn name() -> Cow<'static, str> {
        "string".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ParseFromJSON for Text {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(text)) => Ok(Self(text)),
            _ => Err(ParseError::custom(NOT_A_STRING)),
        }
    }
}

impl ParseFromParameter for Text {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(value.to_owned()))
    }
}

impl ToJSON for Text {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

/// A PIN, a password or a key on its way in.
///
/// It has no `Debug`, `Display`, `Clone` or `ToJSON` and is wiped when dropped: a DTO that holds one cannot derive
/// `Debug`, and cannot be answered, for it does not compile without `#[oai(write_only)]` on the field.
///
/// ```compile_fail
/// # use kit_web::SecretText;
/// let pin = SecretText::new("0042".to_owned());
/// println!("{pin:?}");
/// ```
///
/// ```compile_fail
/// #[derive(poem_openapi::Object)]
/// struct Login {
///     pin: kit_web::SecretText,
/// }
/// ```
///
/// ```
/// #[derive(poem_openapi::Object)]
/// struct Login {
///     #[oai(write_only)]
///     pin: kit_web::SecretText,
/// }
/// ```
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// No secret of ours is longer, and hashing a longer one would cost for nothing.
    pub const MAX_CHARS: usize = 1024;

    /// Takes a secret over; the caller keeps no copy.
    pub fn new(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// For the cores, which have a secret type of their own that knows nothing of JSON.
    #[must_use]
    pub fn to_core(&self) -> kit_core::SecretText {
        kit_core::SecretText::new(self.expose().to_owned())
    }

    /// The one door to the secret.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Type for SecretText {
    scalar!();

    fn name() -> Cow<'static, str> {
        "string_password".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            min_length: Some(1),
            max_length: Some(Self::MAX_CHARS),
            ..MetaSchema::new_with_format("string", "password")
        }))
    }
}

impl ParseFromJSON for SecretText {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let Some(Value::String(text)) = value else { return Err(ParseError::custom(NOT_A_STRING)) };
        let secret = Self::new(text);
        if secret.0.is_empty() || secret.0.chars().nth(Self::MAX_CHARS).is_some() {
            return Err(ParseError::custom("must have 1 to 1024 characters"));
        }
        Ok(secret)
    }
}
