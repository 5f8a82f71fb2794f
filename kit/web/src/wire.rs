//! Texts with a form of their own on the wire: amounts, times, ids, and values with stable names.
//!
//! A [`Wire`] text says in the specification what it looks like (a pattern or a format, and an example). A [`Named`]
//! value is one of a core's enumeration, written by its stable name. Both take any JSON string when they are parsed:
//! the site says what is wrong with a value, with the field's own code and together with all other faults.

use std::{
    borrow::Cow,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    ops::Deref,
};

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type},
};
use serde_json::Value;

use crate::text::{NOT_A_STRING, scalar};

/// What a kind of text looks like.
pub trait Form: Send + Sync + 'static {
    /// The format that OpenAPI has for it, such as `date-time`; empty where it has none.
    const FORMAT: &'static str = "";
    /// A regular expression that every such text matches, anchored at both ends; empty where the format says enough.
    const PATTERN: &'static str = "";
    /// One of them.
    const EXAMPLE: &'static str;
}

/// A JSON string of a given form.
pub struct Wire<F> {
    text: String,
    form: PhantomData<F>,
}

impl<F> Wire<F> {
    /// The string itself.
    pub fn into_inner(self) -> String {
        self.text
    }
}

impl<F, T: Into<String>> From<T> for Wire<F> {
    fn from(text: T) -> Self {
        Self { text: text.into(), form: PhantomData }
    }
}

impl<F> Clone for Wire<F> {
    fn clone(&self) -> Self {
        self.text.clone().into()
    }
}

impl<F> PartialEq for Wire<F> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<F> Eq for Wire<F> {}

impl<F> Hash for Wire<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<F> Deref for Wire<F> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<F> fmt::Debug for Wire<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<F: Form> Type for Wire<F> {
    scalar!();

    fn name() -> Cow<'static, str> {
        "string".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let given = |text: &'static str| (!text.is_empty()).then_some(text);
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            format: given(F::FORMAT),
            pattern: given(F::PATTERN).map(str::to_owned),
            example: Some(F::EXAMPLE.into()),
            ..MetaSchema::new("string")
        }))
    }
}

impl<F: Form> ParseFromJSON for Wire<F> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        string(value).map(Self::from).map_err(ParseError::propagate)
    }
}

impl<F: Form> ParseFromParameter for Wire<F> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(value.into())
    }
}

impl<F: Form> ToJSON for Wire<F> {
    fn to_json(&self) -> Option<Value> {
        Some(Value::String(self.text.clone()))
    }
}

fn string(value: Option<Value>) -> ParseResult<String> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(ParseError::custom(NOT_A_STRING)),
    }
}

macro_rules! forms {
    ($($(#[$meta:meta])* $name:ident = $form:ident { $($constant:ident: $value:literal),+ })+) => {
        $(
            $(#[$meta])*
            pub type $name = Wire<$form>;

            #[doc = concat!("The form of [`", stringify!($name), "`].")]
            pub struct $form;

            impl Form for $form {
                $(const $constant: &'static str = $value;)+
            }
        )+
    };
}

forms! {
    /// An amount of money that we answer: a decimal with as many decimals as the currency has, below zero where
    /// something left.
    Amount = AmountForm { PATTERN: r"^-?[0-9]+(\.[0-9]+)?$", EXAMPLE: "129.90" }
    /// An amount of money that is sent to us.
    SentAmount = SentAmountForm { PATTERN: r"^[0-9]+(\.[0-9]+)?$", EXAMPLE: "129.90" }
    /// A currency code.
    CurrencyCode = CurrencyForm { PATTERN: "^[A-Z]{3}$", EXAMPLE: "EUR" }
    /// The rate of a tax in percent.
    Percent = PercentForm { PATTERN: r"^[0-9]+(\.[0-9]+)?$", EXAMPLE: "19" }
    /// A decimal number.
    DecimalNumber = DecimalNumberForm { PATTERN: r"^-?[0-9]+(\.[0-9]+)?$", EXAMPLE: "27.5" }
    /// A moment in UTC, with six decimals.
    Time = TimeForm {
        FORMAT: "date-time",
        PATTERN: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$",
        EXAMPLE: "2026-11-22T16:07:00.123456Z"
    }
    /// A moment that is sent to us, with any offset and any number of decimals.
    SentTime = SentTimeForm { FORMAT: "date-time", EXAMPLE: "2026-11-22T16:07:00Z" }
    /// A day of the calendar.
    Date = DateForm { FORMAT: "date", EXAMPLE: "2026-11-22" }
    /// An id.
    Id = IdForm { FORMAT: "uuid", EXAMPLE: "01934b5e-0000-7000-8000-000000000001" }
    /// An account number that we answer.
    AccountDigits = AccountDigitsForm { PATTERN: "^[0-9]{12}$", EXAMPLE: "240000000183" }
    /// An account number that is sent to us. Blanks and dashes between the digits are taken.
    SentAccountDigits = SentAccountDigitsForm { PATTERN: "^[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}$", EXAMPLE: "2400 0000 0183" }
    /// The last four digits of an account number.
    AccountTail = AccountTailForm { PATTERN: "^[0-9]{4}$", EXAMPLE: "0183" }
    /// A secret that opens what it belongs to.
    SecretId = SecretIdForm {
        PATTERN: "^[0-9a-f]{64}$",
        EXAMPLE: "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"
    }
    /// An idempotency key that was used before. Those of old may have braces, which no new one has.
    KeyText = KeyForm { PATTERN: "^[!-~]{8,64}$", EXAMPLE: "2b0f6a52-8d5e-4c1a-9a40-0f5c1c6f3b11" }
    /// A product's SKU.
    SkuText = SkuForm { PATTERN: "^[0-9A-Za-z-]{1,32}$", EXAMPLE: "KB-0302" }
    /// A short name in addresses.
    SlugText = SlugForm { PATTERN: "^[0-9a-z-]{1,40}$", EXAMPLE: "keyboards" }
    /// An order's number.
    OrderNumberText = OrderNumberForm { PATTERN: "^[0-9A-Z]{4}-[0-9A-Z]{4}$", EXAMPLE: "GG96-EEFM" }
    /// The number of an invoice or a credit note.
    DocumentNumberText = DocumentNumberForm { PATTERN: "^(INV|CRN)-[0-9]{6,}$", EXAMPLE: "INV-000042" }
    /// A range of prices, both ends included; either may be left out.
    PriceRange = PriceRangeForm {
        PATTERN: r"^([0-9]+(\.[0-9]+)?)?\.\.([0-9]+(\.[0-9]+)?)?$",
        EXAMPLE: "100..500"
    }
    /// An address on the web.
    Url = UrlForm { FORMAT: "uri", EXAMPLE: "https://bank.example/approve/7f9c2ba4" }
}

/// The code of a problem, as a member of an answer. Its schema is that of [`Contract`](crate::openapi::Contract): every
/// code that the API knows.
pub struct ProblemCode(Cow<'static, str>);

impl<T: Into<Cow<'static, str>>> From<T> for ProblemCode {
    fn from(code: T) -> Self {
        Self(code.into())
    }
}

impl Type for ProblemCode {
    scalar!();

    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference("ProblemCode".to_owned())
    }

    /// The contract puts every code into it.
    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>("ProblemCode".to_owned(), |_| MetaSchema::new("string"));
    }
}

impl ParseFromJSON for ProblemCode {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        string(value).map(Self::from).map_err(ParseError::propagate)
    }
}

impl ToJSON for ProblemCode {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.as_ref().into())
    }
}

/// The values of one enumeration and their stable names. Declared with [`names!`](crate::names).
pub trait Names: Send + Sync + 'static {
    /// The value.
    type Value: Copy + PartialEq + Send + Sync + 'static;
    /// The schema's name in the specification.
    const SCHEMA: &'static str;
    /// What it is, for the specification.
    const ABOUT: &'static str;

    /// Every value.
    fn values() -> &'static [Self::Value];
    /// The stable name of a value.
    fn name(value: Self::Value) -> &'static str;
}

/// One value of an enumeration, by its stable name: in the specification a schema of its own that lists all of them.
pub struct Named<N: Names>(Option<N::Value>);

impl<N: Names> Named<N> {
    /// A value to answer.
    pub fn of(value: N::Value) -> Self {
        Self(Some(value))
    }

    /// The value that was sent; `None` where it is not one of the names.
    pub fn value(&self) -> Option<N::Value> {
        self.0
    }

    /// Every name, separated by commas: what a caller may send.
    pub fn offered() -> String {
        N::values().iter().map(|value| N::name(*value)).collect::<Vec<_>>().join(", ")
    }

    fn read(text: &str) -> Self {
        Self(N::values().iter().copied().find(|value| N::name(*value) == text))
    }

    fn schema() -> MetaSchema {
        MetaSchema {
            description: Some(N::ABOUT),
            enum_items: N::values().iter().map(|value| N::name(*value).into()).collect(),
            ..MetaSchema::new("string")
        }
    }
}

impl<N: Names> Type for Named<N> {
    scalar!();

    fn name() -> Cow<'static, str> {
        N::SCHEMA.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(N::SCHEMA.to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(N::SCHEMA.to_owned(), |_| Self::schema());
    }
}

impl<N: Names> ParseFromJSON for Named<N> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        string(value).map(|text| Self::read(&text)).map_err(ParseError::propagate)
    }
}

impl<N: Names> ParseFromParameter for Named<N> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self::read(value))
    }
}

impl<N: Names> ToJSON for Named<N> {
    fn to_json(&self) -> Option<Value> {
        self.0.map(|value| N::name(value).into())
    }
}

/// Declares the [`Names`] of enumerations: what they are, the schema's name, the type, its values and their names.
///
/// ```
/// #[derive(Clone, Copy, PartialEq)]
/// enum Size { Small, Large }
///
/// impl Size {
///     const ALL: [Self; 2] = [Self::Small, Self::Large];
///     fn code(self) -> &'static str {
///         match self { Self::Small => "small", Self::Large => "large" }
///     }
/// }
///
/// kit_web::names! {
///     /// How large it is.
///     pub(crate) SizeNames "Size" = Size: Size::ALL, Size::code;
/// }
///
/// assert_eq!(kit_web::Named::<SizeNames>::offered(), "small, large");
/// ```
#[macro_export]
macro_rules! names {
    ($($(#[doc = $about:literal])+ $vis:vis $name:ident $schema:literal = $value:ty: $all:expr, $code:expr;)+) => {
        $(
            $(#[doc = $about])+
            $vis struct $name;

            impl $crate::wire::Names for $name {
                type Value = $value;

                const SCHEMA: &'static str = $schema;
                const ABOUT: &'static str = ::core::concat!($($about),+).trim_ascii();

                fn values() -> &'static [$value] {
                    const ALL: &[$value] = &$all;
                    ALL
                }

                fn name(value: $value) -> &'static str {
                    ($code)(value)
                }
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::names! {
        /// A letter.
        Letters "Letter" = char: ['a', 'b'], |letter| if letter == 'a' { "alpha" } else { "beta" };
    }

    #[test]
    fn a_name_is_one_of_the_list_and_anything_else_is_none() {
        let read = |text: &str| Named::<Letters>::parse_from_json(Some(text.into())).ok().and_then(|read| read.value());
        assert_eq!(read("beta"), Some('b'));
        assert_eq!(read("Beta"), None);
        assert!(Named::<Letters>::parse_from_json(Some(1.into())).is_err());
        assert_eq!(Named::<Letters>::of('a').to_json(), Some("alpha".into()));
        assert_eq!(Letters::ABOUT, "A letter.");
    }
}
