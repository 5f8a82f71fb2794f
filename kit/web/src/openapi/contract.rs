//! From what poem-openapi generates to the contract that we publish: the same operations, said exactly.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Refusals, canonical, operations_mut, problems, resolve};
use crate::docs::ProblemDoc;
use crate::problem::Problem;

/// What a site adds to the generated specification. [`Contract::assemble`] makes the published one of it.
pub struct Contract<'a> {
    /// The specification as poem-openapi writes it.
    pub generated: &'a str,
    /// Every problem code of the site; those of this crate are added.
    pub problems: &'a [ProblemDoc],
    /// The codes of field errors.
    pub field_codes: &'a [&'a str],
    /// The extension members of problems besides `field`, `fields` and `retry_after_seconds`: each name with its
    /// schema.
    pub members: Value,
    /// Schemas that only problems refer to, and what the types cannot say of others, such as the length of a new
    /// password: merged into those that are there.
    pub schemas: Value,
    /// The members of a field error besides `field`, `code` and `message`.
    pub field_members: Value,
    /// Why each operation may be refused.
    pub refusals: &'a [Refusals],
    /// The codes of a 401 by the security scheme whose credentials are not valid, besides `unauthenticated`.
    pub credentials: &'a [(&'a str, &'a [&'static str])],
    /// A problem of every code that `refusals` names.
    pub samples: Vec<Problem>,
    /// Examples of parameters, by operation and name, where the type's own says too little.
    pub parameters: &'a [(&'a str, &'a str, Value)],
    /// Recorded examples, by operation: `{"createPayment": {"request": …, "responses": {"201": …}}}`.
    pub examples: &'a str,
}

/// Headers as they are written everywhere; poem-openapi writes them in capitals.
const HEADERS: [&str; 3] = ["Content-Disposition", "Idempotent-Replay", "Location"];

impl Contract<'_> {
    /// The specification as it is published, in one stable form.
    ///
    /// # Panics
    /// Where a table does not fit the operations, which each site's tests find out: they assemble it.
    #[must_use]
    pub fn assemble(&self) -> String {
        let mut spec: Value = serde_json::from_str(self.generated).expect("the generated specification is JSON");
        tidy(&mut spec);
        introduce(&mut spec);
        name_headers(&mut spec);
        describe_requests(&mut spec);
        problems::add(&mut spec, self);
        self.add_examples(&mut spec);
        canonical(spec)
    }

    fn add_examples(&self, spec: &mut Value) {
        let examples: Value = serde_json::from_str(self.examples).expect("the recorded examples are JSON");
        for (_, _, operation) in operations_mut(spec) {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
            for parameter in parameters.into_iter().flatten() {
                let own = self.parameters.iter().find(|(of, name, _)| *of == id && parameter["name"] == *name);
                if let Some((_, _, example)) = own {
                    parameter["example"] = example.clone();
                }
            }
            let recorded = &examples[&id];
            if let Some(body) = operation.get_mut("requestBody") {
                put_example(body, &recorded["request"]);
            }
            for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
                put_example(response, &recorded["responses"][status]);
            }
        }
    }
}

/// Puts an example beside the schema of every media type.
fn put_example(holder: &mut Value, example: &Value) {
    if example.is_null() {
        return;
    }
    let content = holder.get_mut("content").and_then(Value::as_object_mut);
    for (_, media) in content.into_iter().flatten() {
        media["example"] = example.clone();
    }
}

/// What the generator writes more clumsily than it must.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            // A reference with a description beside it: `allOf` holds the reference alone.
            if let Some(Value::Array(parts)) = fields.get_mut("allOf") {
                parts.retain(|part| part.get("$ref").is_some());
            }
            if fields.get("deprecated") == Some(&Value::Bool(false)) {
                fields.remove("deprecated");
            }
            // Where a line of a comment ends is no matter of the text.
            if let Some(Value::String(text)) = fields.get_mut("description") {
                let paragraphs: Vec<String> =
                    text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
                *text = paragraphs.join("\n\n");
            }
            // A success that the generator says nothing about.
            if fields.contains_key("content") && fields.get("description") == Some(&json!("")) {
                fields.insert("description".to_owned(), "Success.".into());
            }
            // Clients read text as text, whatever wrote it here.
            let content = fields.get_mut("content").and_then(Value::as_object_mut);
            for (_, media) in content.into_iter().flatten().filter(|(kind, _)| kind.starts_with("text/")) {
                object(&mut media["schema"]).remove("format");
            }
            // It says something of query strings only.
            if matches!(fields.get("in").and_then(Value::as_str), Some("header" | "path")) {
                fields.remove("explode");
            }
            for bound in ["minimum", "maximum"] {
                if let Some(number) = fields.get_mut(bound) {
                    *number = whole(number);
                }
            }
            fields.iter_mut().for_each(|(_, field)| tidy(field));
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Bounds are generated as floating-point numbers.
fn whole(number: &Value) -> Value {
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "the bounds of our parameters are small")]
        Some(value) if value.fract() == 0.0 => json!(value as i64),
        _ => number.clone(),
    }
}

/// What the generator leaves out, and other people's tools ask for.
fn introduce(spec: &mut Value) {
    // Its text says what `nullable` means beside `type`; nothing else differs from 3.0.0.
    spec["openapi"] = "3.0.3".into();
    let info = &mut spec["info"];
    info["contact"] = json!({ "name": "The operator of this site" });
    info["license"] = json!({ "name": "MIT or Apache-2.0", "url": "https://opensource.org/license/mit" });
    for (_, _, operation) in operations_mut(spec) {
        // Said rather than left out: a call without credentials.
        if operation.get("security").is_none() {
            operation["security"] = json!([]);
        }
    }
    for (_, schema) in spec["components"]["schemas"].as_object_mut().into_iter().flatten() {
        // It repeats the schema's own name.
        object(schema).remove("title");
    }
}

fn name_headers(spec: &mut Value) {
    for (_, _, operation) in operations_mut(spec) {
        for (_, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            let Some(Value::Object(headers)) = response.get_mut("headers") else { continue };
            for name in HEADERS {
                if let Some(header) = headers.remove(&name.to_uppercase()) {
                    headers.insert(name.to_owned(), header);
                }
            }
        }
    }
}

/// What holds for every body that is sent to us.
///
/// An optional scalar member may be sent as `null`, which is what clients generated from a specification do with what
/// was not set: it means the same as leaving it out. Members that the specification does not know are refused. A PIN
/// has 6 to 12 digits.
fn describe_requests(spec: &mut Value) {
    let mut names = BTreeSet::new();
    let bodies: Vec<Value> = operations_mut(spec).map(|(_, _, operation)| operation["requestBody"].clone()).collect();
    bodies.iter().for_each(|body| schemas_of(spec, body, &mut names));
    for name in names {
        let schema = &mut spec["components"]["schemas"][&name];
        if schema["type"] == "object" {
            schema["additionalProperties"] = false.into();
        }
        let required: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, member) in members.into_iter().flatten() {
            if matches!(name.as_str(), "pin" | "current_pin" | "new_pin") {
                object(member)
                    .extend(object(&mut json!({ "minLength": 6, "maxLength": 12, "pattern": "^[0-9]+$" })).clone());
            }
            let scalar = matches!(member["type"].as_str(), Some("string" | "integer" | "number" | "boolean"));
            if scalar && !required.contains(&json!(name)) {
                member["nullable"] = true.into();
            }
        }
    }
}

/// The names of all schemas that a value refers to, directly or not.
fn schemas_of(spec: &Value, value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|to| to.rsplit('/').next())
                && names.insert(name.to_owned())
            {
                schemas_of(spec, resolve(spec, value), names);
            }
            fields.values().for_each(|field| schemas_of(spec, field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| schemas_of(spec, item, names)),
        _ => {}
    }
}

/// Puts the members of `more` into `value`, at every depth.
pub(super) fn merge(value: &mut Value, more: &Value) {
    let Value::Object(members) = more else {
        *value = more.clone();
        return;
    };
    let value = object(value);
    for (name, member) in members {
        merge(value.entry(name.clone()).or_insert(Value::Null), member);
    }
}

/// An object of the specification, to be filled.
pub(super) fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("it is one by now")
}
