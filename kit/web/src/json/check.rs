//! A JSON value against the schema that the specification publishes for a type.
//!
//! Only what JSON Schema says of structure is judged here: types, required and unknown fields, bounds, lengths, enumerations.
//! Everything else is left to the type itself. Alternatives (`oneOf`, `anyOf`) are left to it too.

use std::collections::BTreeMap;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Map, Number, Value};

use crate::Problem;

/// A type's schema together with every schema that it mentions.
pub(super) struct Shape {
    root: MetaSchemaRef,
    schemas: BTreeMap<String, MetaSchema>,
}

impl Shape {
    pub(super) fn of<T: Type>() -> Self {
        let mut registry = Registry::new();
        T::register(&mut registry);
        Self { root: T::schema_ref(), schemas: registry.schemas }
    }

    pub(super) fn check(&self, value: &Value) -> Result<(), Problem> {
        self.check_ref(&self.root, value, "")
    }

    /// The problem for a value that matched the schema and was refused by its type all the same.
    pub(super) fn refused(&self, message: &str) -> Problem {
        let named = message.split_once("field `").and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name);
        // Only a name that the schema knows is told: the message may hold what was sent.
        let names = self.schemas.values().flat_map(|schema| schema.properties.iter().map(|(name, _)| *name));
        match names.into_iter().find(|name| Some(*name) == named) {
            Some(name) => invalid(name, "is not valid"),
            None => Problem::bad_request("A field of the body is not valid."),
        }
    }

    fn check_ref(&self, schema: &MetaSchemaRef, value: &Value, path: &str) -> Result<(), Problem> {
        match schema {
            MetaSchemaRef::Inline(schema) => self.check_schema(schema, value, path),
            MetaSchemaRef::Reference(name) => match self.schemas.get(name) {
                Some(schema) => self.check_schema(schema, value, path),
                None => Ok(()),
            },
        }
    }

    fn check_schema(&self, schema: &MetaSchema, value: &Value, path: &str) -> Result<(), Problem> {
        if value.is_null() && schema.nullable {
            return Ok(());
        }
        for part in &schema.all_of {
            self.check_ref(part, value, path)?;
        }
        match (schema.ty, value) {
            ("string", Value::String(text)) => check_length(schema, text, path)?,
            ("string", _) => return Err(invalid(path, "must be a string")),
            ("integer", Value::Number(number)) => check_integer(schema, number, path)?,
            ("integer", _) => return Err(invalid(path, "must be a whole number")),
            ("number", Value::Number(number)) => check_bounds(schema, number, path)?,
            ("boolean", Value::Bool(_)) => {}
            ("number", _) => return Err(invalid(path, "must be a number")),
            ("boolean", _) => return Err(invalid(path, "must be true or false")),
            ("array", Value::Array(items)) => self.check_items(schema, items, path)?,
            ("array", _) => return Err(invalid(path, "must be a list")),
            ("object", Value::Object(fields)) => self.check_fields(schema, fields, path)?,
            ("object", _) => return Err(invalid(path, "must be an object")),
            _ => {}
        }
        if !schema.enum_items.is_empty() && !schema.enum_items.contains(value) {
            return Err(invalid(path, "is not one of the values in the specification"));
        }
        Ok(())
    }

    fn check_items(&self, schema: &MetaSchema, items: &[Value], path: &str) -> Result<(), Problem> {
        if schema.min_items.is_some_and(|least| items.len() < least) {
            return Err(invalid(path, "has too few items"));
        }
        if schema.max_items.is_some_and(|most| items.len() > most) {
            return Err(invalid(path, "has too many items"));
        }
        let Some(item_schema) = &schema.items else { return Ok(()) };
        for (index, item) in items.iter().enumerate() {
            self.check_ref(item_schema, item, &format!("{path}[{index}]"))?;
        }
        Ok(())
    }

    fn check_fields(&self, schema: &MetaSchema, fields: &Map<String, Value>, path: &str) -> Result<(), Problem> {
        for name in &schema.required {
            if fields.get(*name).is_none_or(Value::is_null) && !self.takes_null(schema, name) {
                return Err(invalid(&join(path, name), "is required"));
            }
        }
        for (name, field_schema) in &schema.properties {
            match fields.get(*name) {
                None => {}
                // Not the same as leaving it out: a client that sends null has lost a value, and "no amount" may well
                // mean "all of it".
                Some(value) => self.check_ref(field_schema, value, &join(path, name))?,
            }
        }
        let known = |key: &String| schema.properties.iter().any(|(name, _)| name == key);
        match &schema.additional_properties {
            // An alternative lists no properties of its own; what may stand there is for the type to say.
            None if schema.properties.is_empty() => {}
            None => {
                if !fields.keys().all(known) {
                    let detail = "The body has a field that the specification does not know.";
                    return Err(Problem::bad_request(detail));
                }
            }
            Some(rest) => {
                for (_, value) in fields.iter().filter(|(key, _)| !known(key)) {
                    self.check_ref(rest, value, &join(path, "*"))?;
                }
            }
        }
        Ok(())
    }

    /// A required field may still be declared nullable.
    fn takes_null(&self, schema: &MetaSchema, name: &str) -> bool {
        schema.properties.iter().any(|(property, schema)| {
            *property == name && matches!(schema, MetaSchemaRef::Inline(schema) if schema.nullable)
        })
    }
}

fn check_integer(schema: &MetaSchema, number: &Number, path: &str) -> Result<(), Problem> {
    let Some(value) = number.as_i128() else { return Err(invalid(path, "must be a whole number")) };
    let (least, most) = match schema.format {
        Some("int8") => (i8::MIN.into(), i8::MAX.into()),
        Some("int16") => (i16::MIN.into(), i16::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("uint8") => (0, u8::MAX.into()),
        Some("uint16") => (0, u16::MAX.into()),
        Some("uint32") => (0, u32::MAX.into()),
        Some("uint64") => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    };
    if value < least {
        return Err(invalid(path, "is too small"));
    }
    if value > most {
        return Err(invalid(path, "is too large"));
    }
    check_bounds(schema, number, path)
}

fn check_bounds(schema: &MetaSchema, number: &Number, path: &str) -> Result<(), Problem> {
    let Some(value) = number.as_f64() else { return Ok(()) };
    let open = |flag: Option<bool>| flag == Some(true);
    if schema.minimum.is_some_and(|least| value < least || open(schema.exclusive_minimum) && value == least) {
        return Err(invalid(path, "is too small"));
    }
    if schema.maximum.is_some_and(|most| value > most || open(schema.exclusive_maximum) && value == most) {
        return Err(invalid(path, "is too large"));
    }
    Ok(())
}

fn check_length(schema: &MetaSchema, text: &str, path: &str) -> Result<(), Problem> {
    let length = text.chars().count();
    if schema.min_length.is_some_and(|least| length < least) {
        return Err(invalid(path, "is too short"));
    }
    if schema.max_length.is_some_and(|most| length > most) {
        return Err(invalid(path, "is too long"));
    }
    Ok(())
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn invalid(path: &str, what: &str) -> Problem {
    if path.is_empty() {
        return Problem::bad_request(format!("The body {what}."));
    }
    Problem::invalid_field(path, format!("The field `{path}` {what}."))
}
