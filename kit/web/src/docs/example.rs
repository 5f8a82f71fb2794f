//! Example calls: a curl command that runs once `$TOKEN` is set.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::model::{fields, first_schema, items, resolve, text};

/// Deep enough for our bodies, and an end for schemas that contain themselves.
const DEPTH: u8 = 5;

pub(super) fn curl(spec: &Value, origin: &str, path: &str, method: &str, operation: &Value) -> String {
    let mut command = String::from("curl");
    if method != "get" {
        let _ = write!(command, " -X {}", method.to_uppercase());
    }
    let query =
        items(&operation["parameters"]).filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    let query: Vec<_> = query
        .flat_map(|parameter| {
            let name = text(parameter, "name");
            values(spec, parameter).into_iter().map(move |value| format!("{name}={}", encoded(&value)))
        })
        .collect();
    let separator = if query.is_empty() { "" } else { "?" };
    let path = items(&operation["parameters"]).filter(|parameter| parameter["in"] == "path").fold(
        path.to_owned(),
        |path, parameter| {
            path.replace(&format!("{{{}}}", text(parameter, "name")), &encoded(&of_parameter(spec, parameter)))
        },
    );
    let _ = write!(command, " {}", quote(&format!("{origin}{path}{separator}{}", query.join("&"))));
    for scheme in items(&operation["security"]).flat_map(fields).map(|(name, _)| name).take(1) {
        let scheme = &spec["components"]["securitySchemes"][scheme];
        if scheme["scheme"] == "bearer" {
            command.push_str(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
        } else if scheme["in"] == "header" {
            let _ = write!(command, " \\\n  -H \"{}: $TOKEN\"", text(scheme, "name"));
        }
    }
    for header in
        items(&operation["parameters"]).filter(|parameter| parameter["in"] == "header" && parameter["required"] == true)
    {
        let name = text(header, "name");
        // The shell makes a new key each time: two calls pasted from here are two.
        let value = if name == "Idempotency-Key" { "$(uuidgen)".to_owned() } else { of_parameter(spec, header) };
        let _ = write!(command, " \\\n  -H \"{name}: {value}\"");
    }
    if let Some(schema) = first_schema(&operation["requestBody"]) {
        command.push_str(" \\\n  -H 'Content-Type: application/json'");
        let recorded = &operation["requestBody"]["content"]["application/json"]["example"];
        let body = if recorded.is_null() { sample(spec, schema, DEPTH) } else { recorded.clone() };
        let body = serde_json::to_string_pretty(&body).unwrap_or_default();
        let _ = write!(command, " \\\n  -d {}", quote(&body));
    }
    command
}

/// A value for a parameter.
fn of_parameter(spec: &Value, parameter: &Value) -> String {
    values(spec, parameter).into_iter().next().unwrap_or_default()
}

/// The values for a parameter: as many as it needs.
fn values(spec: &Value, parameter: &Value) -> Vec<String> {
    let schema = &parameter["schema"];
    let example = parameter.get("example").cloned().unwrap_or_else(|| sample(spec, schema, DEPTH));
    let texts: Vec<Value> = match example {
        Value::Array(items) => items,
        one => vec![one],
    };
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    texts.into_iter().map(text).collect()
}

/// A value within an address.
fn encoded(value: &str) -> String {
    // A blank is %20 in a path, and in a query that is as good.
    form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

/// What stands for a text of which nothing is known.
const PLACEHOLDER: &str = "string";

/// A word for the shell.
fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A value of the schema: its example where there is one, else the required fields with telling values.
fn sample(spec: &Value, schema: &Value, depth: u8) -> Value {
    let example = [&schema["example"], &schema["default"]].into_iter().find(|value| !value.is_null());
    if let Some(example) = example {
        return example.clone();
    }
    let schema = resolve(spec, schema);
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    let Some(deeper) = depth.checked_sub(1) else { return Value::Null };
    if let Some(first) = schema["oneOf"].get(0).or_else(|| schema["anyOf"].get(0)) {
        return sample(spec, first, deeper);
    }
    match text(schema, "type") {
        "object" => {
            let required: Vec<&Value> = items(&schema["required"]).collect();
            let wanted = fields(&schema["properties"]).filter(|(name, _)| required.iter().any(|field| *field == *name));
            Value::Object(
                wanted.map(|(name, field)| (name.clone(), sample(spec, field, deeper))).collect::<Map<_, _>>(),
            )
        }
        "array" => json!([sample(spec, &schema["items"], deeper)]),
        "integer" | "number" => schema.get("minimum").filter(|least| *least != &json!(0.0)).map_or(json!(1), whole),
        "boolean" => json!(true),
        _ => json!(match text(schema, "format") {
            "password" => "…",
            "date" => "2030-01-31",
            "date-time" => "2030-01-31T12:00:00Z",
            "uuid" => "0190a2b4-0000-7000-8000-000000000000",
            _ => PLACEHOLDER,
        }),
    }
}

/// poem-openapi writes bounds as floating-point numbers.
fn whole(number: &Value) -> Value {
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "an example for a reader, and bounds are small")]
        Some(value) if value.fract() == 0.0 => json!(value as i64),
        _ => number.clone(),
    }
}
