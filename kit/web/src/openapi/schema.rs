//! Schemas of members that no type of the API stands for: the facts of problems.

use serde_json::{Value, json};

use crate::wire::{Form, TimeForm};

/// A text.
#[must_use]
pub fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

/// A whole number.
#[must_use]
pub fn count(description: &str) -> Value {
    json!({ "type": "integer", "format": "int64", "description": description })
}

/// An amount of money.
#[must_use]
pub fn amount(description: &str) -> Value {
    json!({ "type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "description": description, "example": "5.00" })
}

/// A currency code.
#[must_use]
pub fn currency(description: &str) -> Value {
    json!({ "type": "string", "pattern": "^[A-Z]{3}$", "description": description, "example": "EUR" })
}

/// A moment.
#[must_use]
pub fn time(description: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "pattern": TimeForm::PATTERN, "description": description })
}

/// A value of another schema.
#[must_use]
pub fn of(schema: &str, description: &str) -> Value {
    json!({ "allOf": [{ "$ref": reference(schema) }], "description": description })
}

/// Values of another schema.
#[must_use]
pub fn list(schema: &str, description: &str) -> Value {
    json!({ "type": "array", "items": { "$ref": reference(schema) }, "description": description })
}

/// One of these names.
#[must_use]
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>, description: &str) -> Value {
    let names: Vec<&str> = names.into_iter().collect();
    json!({ "type": "string", "enum": names, "description": description })
}

/// What is added to a text that has a longest length.
#[must_use]
pub fn at_most(characters: usize) -> Value {
    json!({ "maxLength": characters })
}

fn reference(schema: &str) -> String {
    format!("#/components/schemas/{schema}")
}
