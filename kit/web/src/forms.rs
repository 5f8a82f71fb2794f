//! Forms of pages: reading what was sent, and showing it again beside what is wrong with it.

mod field;

use std::str::FromStr;

use askama::{Template, filters::HtmlSafe};
use poem::{FromRequest, Request, RequestBody, Result};
use zeroize::Zeroize;

pub use field::{Choice, Field, Kind};

use crate::{Problem, SecretText, Words};

const FORM: &str = "application/x-www-form-urlencoded";

/// More fields than our largest form has; a bound keeps the duplicate check cheap.
const MAX_FIELDS: usize = 256;

pub(crate) fn is_form(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM))
}

/// A form as it was sent, in its order; an extractor.
///
/// Names are unique and everything is valid UTF-8, or the form is refused. The values are wiped when it is dropped, for
/// one may be a PIN; for the same reason there is no `Debug`.
#[derive(Default)]
pub struct FormData {
    fields: Vec<(String, String)>,
}

impl FormData {
    /// Parses a urlencoded body.
    ///
    /// # Errors
    /// A 400 in words of our own.
    pub fn parse(body: &[u8]) -> Result<Self, Problem> {
        let mut form = Self::default();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            let (name, value) = (decode(name)?, decode(value)?);
            if form.has(&name) {
                return Err(Problem::bad_request("The form names the same field twice."));
            }
            if form.fields.len() == MAX_FIELDS {
                return Err(Problem::bad_request("The form has too many fields."));
            }
            form.fields.push((name, value));
        }
        Ok(form)
    }

    /// Whether the field was sent, as a ticked checkbox is.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    /// The value as sent, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// The value without surrounding white space, as people mean it.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// A PIN or password: taken out of the form, and not trimmed, for a space may be part of it.
    pub fn take_secret(&mut self, name: &str) -> SecretText {
        let field = self.fields.iter_mut().find(|(field, _)| field == name);
        SecretText::new(field.map(|(_, value)| std::mem::take(value)).unwrap_or_default())
    }

    /// The value as a type, noting in `errors` when it is missing or cannot be read.
    pub fn parse_field<T: FromStr>(&self, name: &'static str, errors: &mut FormErrors, message: &str) -> Option<T> {
        let value = self.text(name).parse().ok();
        if value.is_none() {
            errors.add(name, message);
        }
        value
    }

    /// Names and values in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Drop for FormData {
    fn drop(&mut self) {
        for (_, value) in &mut self.fields {
            value.zeroize();
        }
    }
}

impl<'a> FromRequest<'a> for FormData {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        if !request.content_type().is_some_and(is_form) {
            return Err(Problem::unsupported_media_type(FORM).into());
        }
        let mut bytes = body.take()?.into_vec().await?;
        let form = Self::parse(&bytes);
        bytes.zeroize();
        Ok(form?)
    }
}

/// `+` is a space and `%41` a byte; what the bytes spell must be UTF-8. Libraries for this replace what is not valid,
/// and a replaced character in a name or a password is a wrong one.
fn decode(text: &[u8]) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        let byte = match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => {
                rest = after;
                digit(*high)? << 4 | digit(*low)?
            }
            (b'%', _) => return Err(malformed()),
            (byte, _) => *byte,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).map_err(|error| {
        error.into_bytes().zeroize();
        malformed()
    })
}

fn digit(byte: u8) -> Result<u8, Problem> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or_else(malformed)
}

fn malformed() -> Problem {
    Problem::bad_request("The form is not valid: its text is not UTF-8 or not properly encoded.")
}

/// What is wrong with a form: a message a field, and perhaps one about the whole.
///
/// In a template `{{ errors.summary(t) }}` tells all of it above the form, each message leading to its field.
#[derive(Debug, Clone, Default)]
pub struct FormErrors {
    fields: Vec<(&'static str, String)>,
    whole: Option<String>,
}

impl FormErrors {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes what is wrong with a field. The first message stays.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        if self.of(field).is_none() {
            self.fields.push((field, message.into()));
        }
    }

    /// Notes what is wrong with the form as a whole.
    pub fn add_whole(&mut self, message: impl Into<String>) {
        self.whole.get_or_insert_with(|| message.into());
    }

    /// The message about a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, message)| message.as_str())
    }

    /// The message about the whole form.
    pub fn whole(&self) -> Option<&str> {
        self.whole.as_deref()
    }

    /// The messages about fields, in the order noted.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields.iter().map(|(field, message)| (*field, message.as_str()))
    }

    /// What stands above the form that came back; nothing where nothing is wrong.
    pub fn summary<'f>(&'f self, words: &'f Words<'f>) -> ErrorSummary<'f> {
        ErrorSummary { errors: self, t: *words }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_none()
    }
}

/// See [`FormErrors::summary`].
#[derive(Template)]
#[template(path = "errors.html")]
pub struct ErrorSummary<'f> {
    errors: &'f FormErrors,
    t: Words<'f>,
}

// The template escapes every value.
impl HtmlSafe for ErrorSummary<'_> {}
