//! A JSON value against the schema that the specification publishes for a type.
//!
//! Only what JSON Schema says of structure is judged here: types, required and unknown members, bounds, lengths. Values
//! (patterns, formats, enumerations) are left to the type and the site, which tell all faults together. Alternatives
//! (`oneOf`, `anyOf`) are left to them too.

use std::collections::BTreeMap;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Map, Number, Value, json};

use crate::Problem;
use crate::openapi::printable;

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

    /// Every fault of a value, told together.
    pub(super) fn check(&self, value: &Value) -> Result<(), Problem> {
        let mut faults = Faults::default();
        self.check_ref(&self.root, value, "", &mut faults);
        faults.into_result()
    }

    /// The problem for a value that matched the schema and was refused by its type all the same.
    pub(super) fn refused(&self, message: &str) -> Problem {
        let named = message.split_once("field `").and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name);
        // Only a name that the schema knows is told: the message may hold what was sent.
        let names = self.schemas.values().flat_map(|schema| schema.properties.iter().map(|(name, _)| *name));
        match names.into_iter().find(|name| Some(*name) == named) {
            Some(name) => Problem::invalid_field(name, format!("The field `{name}` is not valid.")),
            None => Problem::bad_request("A field of the body is not valid."),
        }
    }

    fn check_ref(&self, schema: &MetaSchemaRef, value: &Value, path: &str, faults: &mut Faults) {
        match schema {
            MetaSchemaRef::Inline(schema) => self.check_schema(schema, value, path, faults),
            MetaSchemaRef::Reference(name) => {
                if let Some(schema) = self.schemas.get(name) {
                    self.check_schema(schema, value, path, faults);
                }
            }
        }
    }

    fn check_schema(&self, schema: &MetaSchema, value: &Value, path: &str, faults: &mut Faults) {
        if value.is_null() && schema.nullable {
            return;
        }
        for part in &schema.all_of {
            self.check_ref(part, value, path, faults);
        }
        match (schema.ty, value) {
            // A text with a form of its own is a value.
            ("string", Value::String(_)) if schema.pattern.is_some() => {}
            ("string", Value::String(text)) => check_length(schema, text, path, faults),
            ("string", _) => faults.add(path, "wrong-type", "must be a string"),
            ("integer", Value::Number(number)) => check_integer(schema, number, path, faults),
            ("integer", _) => faults.add(path, "wrong-type", "must be a whole number"),
            ("number", Value::Number(number)) => check_bounds(schema, number, path, faults),
            ("boolean", Value::Bool(_)) => {}
            ("number", _) => faults.add(path, "wrong-type", "must be a number"),
            ("boolean", _) => faults.add(path, "wrong-type", "must be true or false"),
            ("array", Value::Array(items)) => self.check_items(schema, items, path, faults),
            ("array", _) => faults.add(path, "wrong-type", "must be a list"),
            ("object", Value::Object(fields)) => self.check_fields(schema, fields, path, faults),
            ("object", _) => faults.add(path, "wrong-type", "must be an object"),
            _ => {}
        }
    }

    fn check_items(&self, schema: &MetaSchema, items: &[Value], path: &str, faults: &mut Faults) {
        if schema.min_items.is_some_and(|least| items.len() < least) {
            faults.add(path, "too-few-items", "has too few items");
        }
        if schema.max_items.is_some_and(|most| items.len() > most) {
            faults.add(path, "too-many-items", "has too many items");
        }
        let Some(item_schema) = &schema.items else { return };
        for (index, item) in items.iter().enumerate() {
            self.check_ref(item_schema, item, &format!("{path}[{index}]"), faults);
        }
    }

    fn check_fields(&self, schema: &MetaSchema, fields: &Map<String, Value>, path: &str, faults: &mut Faults) {
        for (name, field_schema) in &schema.properties {
            let required = schema.required.contains(name);
            match fields.get(*name) {
                None if required => faults.add(&join(path, name), "missing", "is required"),
                None => {}
                Some(Value::Null) if required && !self.takes_null(schema, name) => {
                    faults.add(&join(path, name), "missing", "is required");
                }
                // As the specification says: the contract declares these nullable.
                Some(Value::Null) if !required && is_scalar(field_schema) => {}
                Some(value) => self.check_ref(field_schema, value, &join(path, name), faults),
            }
        }
        let known = |key: &String| schema.properties.iter().any(|(name, _)| name == key);
        match &schema.additional_properties {
            // An alternative lists no properties of its own; what may stand there is for the type to say.
            None if schema.properties.is_empty() => {}
            None => fields.keys().filter(|name| !known(name)).for_each(|name| faults.unknown(path, name)),
            Some(rest) => {
                for (_, value) in fields.iter().filter(|(key, _)| !known(key)) {
                    self.check_ref(rest, value, &join(path, "*"), faults);
                }
            }
        }
    }

    /// A required field may still be declared nullable.
    fn takes_null(&self, schema: &MetaSchema, name: &str) -> bool {
        schema.properties.iter().any(|(property, schema)| {
            *property == name && matches!(schema, MetaSchemaRef::Inline(schema) if schema.nullable)
        })
    }
}

fn is_scalar(schema: &MetaSchemaRef) -> bool {
    matches!(schema, MetaSchemaRef::Inline(schema) if matches!(schema.ty, "string" | "integer" | "number" | "boolean"))
}

/// What is wrong with a body, in the order of its schema.
#[derive(Default)]
struct Faults {
    named: Vec<Value>,
    /// Of members that have no name to be told.
    nameless: Option<&'static str>,
}

/// More faults than these help nobody.
const MOST: usize = 20;

impl Faults {
    fn add(&mut self, path: &str, code: &'static str, what: &'static str) {
        match path {
            "" => self.nameless = self.nameless.or(Some(what)),
            path => self.tell(path, code, format!("The field `{path}` {what}.")),
        }
    }

    /// A member that the specification does not know is named, for a typing mistake is found by its name; its value
    /// never is.
    fn unknown(&mut self, path: &str, name: &str) {
        match printable(name) {
            Some(name) => {
                let member = join(path, name);
                self.tell(&member, "unknown-member", format!("Unknown member: `{member}`."));
            }
            None => self.nameless = Some("has a member that the specification does not know"),
        }
    }

    fn tell(&mut self, field: &str, code: &'static str, message: String) {
        if self.named.len() < MOST {
            self.named.push(json!({ "field": field, "code": code, "message": message }));
        }
    }

    fn into_result(self) -> Result<(), Problem> {
        match (self.named.first(), self.nameless) {
            (Some(first), _) => {
                let (field, detail) = (first["field"].clone(), first["message"].clone());
                let problem = Problem::bad_request(detail.as_str().unwrap_or_default().to_owned());
                Err(problem.fact("field", field).fact("fields", self.named))
            }
            (None, Some(what)) => Err(Problem::bad_request(format!("The body {what}."))),
            (None, None) => Ok(()),
        }
    }
}

fn check_integer(schema: &MetaSchema, number: &Number, path: &str, faults: &mut Faults) {
    let Some(value) = number.as_i128() else { return faults.add(path, "wrong-type", "must be a whole number") };
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
        faults.add(path, "too-small", "is too small");
    } else if value > most {
        faults.add(path, "too-large", "is too large");
    } else {
        check_bounds(schema, number, path, faults);
    }
}

fn check_bounds(schema: &MetaSchema, number: &Number, path: &str, faults: &mut Faults) {
    let Some(value) = number.as_f64() else { return };
    let open = |flag: Option<bool>| flag == Some(true);
    if schema.minimum.is_some_and(|least| value < least || open(schema.exclusive_minimum) && value == least) {
        faults.add(path, "too-small", "is too small");
    }
    if schema.maximum.is_some_and(|most| value > most || open(schema.exclusive_maximum) && value == most) {
        faults.add(path, "too-large", "is too large");
    }
}

fn check_length(schema: &MetaSchema, text: &str, path: &str, faults: &mut Faults) {
    let length = text.chars().count();
    if schema.min_length.is_some_and(|least| length < least) {
        faults.add(path, "too-short", "is too short");
    }
    if schema.max_length.is_some_and(|most| length > most) {
        faults.add(path, "too-long", "is too long");
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
