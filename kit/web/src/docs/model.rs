//! An OpenAPI description as plain structs for the template. What the description leaves out is left out.

use serde_json::Value;

use super::example;

/// A description in the order in which the page shows it.
pub(super) struct Api {
    pub(super) title: String,
    pub(super) version: String,
    pub(super) intro: Prose,
    pub(super) groups: Vec<Group>,
    pub(super) schemas: Vec<Schema>,
}

/// The operations of one tag.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) intro: Prose,
    pub(super) operations: Vec<Operation>,
}

pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: Prose,
    pub(super) authentication: String,
    pub(super) parameters: Vec<Field>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) errors: Vec<Refused>,
    pub(super) curl: String,
}

pub(super) struct Body {
    pub(super) kind: Kind,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Answer {
    pub(super) status: String,
    pub(super) description: Prose,
    pub(super) kind: Kind,
}

/// A status of errors, and the problem codes that come with it.
pub(super) struct Refused {
    pub(super) status: String,
    pub(super) codes: Vec<String>,
}

/// A parameter or a field of a body.
pub(super) struct Field {
    pub(super) name: String,
    /// `path`, `query` or `header`; empty for a field.
    pub(super) place: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) description: Prose,
}

/// A type in words, with the schema it leads to.
#[derive(Default)]
pub(super) struct Kind {
    pub(super) text: String,
    pub(super) schema: Option<String>,
}

pub(super) struct Schema {
    pub(super) name: String,
    pub(super) description: Prose,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Field>,
}

/// Paragraphs of text and code.
#[derive(Default)]
pub(super) struct Prose {
    pub(super) paragraphs: Vec<Vec<Span>>,
}

pub(super) struct Span {
    pub(super) code: bool,
    pub(super) text: String,
}

impl Prose {
    /// Paragraphs are separated by empty lines; code stands in backticks.
    pub(super) fn read(text: &str) -> Self {
        let spans = |paragraph: &str| {
            let parts = paragraph.split('`').enumerate().filter(|(_, text)| !text.is_empty());
            parts.map(|(index, text)| Span { code: index % 2 == 1, text: text.to_owned() }).collect()
        };
        let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
        Self { paragraphs: paragraphs.map(spans).collect() }
    }
}

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

impl Api {
    pub(super) fn read(spec: &Value, origin: &str) -> Self {
        let prefix = prefix(text(&spec["servers"][0], "url"));
        let mut groups: Vec<Group> =
            items(&spec["tags"]).map(|tag| Group::new(text(tag, "name"), text(tag, "description"))).collect();
        for (path, operations) in fields(&spec["paths"]) {
            for method in METHODS {
                let Some(operation) = operations.get(method) else { continue };
                let tag = operation["tags"][0].as_str().unwrap_or("Operations");
                let at = groups.iter().position(|group| group.name == tag).unwrap_or_else(|| {
                    groups.push(Group::new(tag, ""));
                    groups.len() - 1
                });
                groups[at].operations.push(Operation::read(
                    spec,
                    origin,
                    &format!("{prefix}{path}"),
                    method,
                    operation,
                ));
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        let schemas = fields(&spec["components"]["schemas"]).map(|(name, schema)| Schema {
            name: name.clone(),
            description: Prose::read(text(schema, "description")),
            kind: kind(schema),
            fields: body_fields(spec, schema),
        });
        Self {
            title: text(&spec["info"], "title").to_owned(),
            version: text(&spec["info"], "version").to_owned(),
            intro: Prose::read(text(&spec["info"], "description")),
            groups,
            schemas: schemas.collect(),
        }
    }
}

impl Group {
    fn new(name: &str, description: &str) -> Self {
        Self { name: name.to_owned(), id: slug(name), intro: Prose::read(description), operations: Vec::new() }
    }
}

impl Operation {
    fn read(spec: &Value, origin: &str, path: &str, method: &str, operation: &Value) -> Self {
        let parameters = items(&operation["parameters"]).map(|parameter| Field {
            name: text(parameter, "name").to_owned(),
            place: text(parameter, "in").to_owned(),
            kind: kind(&parameter["schema"]),
            required: parameter["required"] == true,
            description: Prose::read(text(parameter, "description")),
        });
        let body = first_schema(&operation["requestBody"])
            .map(|schema| Body { kind: kind(schema), fields: body_fields(spec, schema) });
        let is_error = |status: &str| status.starts_with(['4', '5']);
        let answers =
            fields(&operation["responses"]).filter(|(status, _)| !is_error(status)).map(|(status, answer)| Answer {
                status: status.clone(),
                description: Prose::read(text(answer, "description")),
                kind: first_schema(answer).map(kind).unwrap_or_default(),
            });
        let errors =
            fields(&operation["responses"]).filter(|(status, _)| is_error(status)).map(|(status, answer)| Refused {
                status: status.clone(),
                codes: items(&answer["x-problem-codes"]).filter_map(Value::as_str).map(str::to_owned).collect(),
            });
        let authentication = items(&operation["security"]).flat_map(fields).map(|(scheme, _)| scheme.as_str());
        Self {
            id: format!("{method}-{}", slug(path)),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(operation, "summary").to_owned(),
            description: Prose::read(text(operation, "description")),
            authentication: authentication.collect::<Vec<_>>().join(" or "),
            parameters: parameters.collect(),
            body,
            answers: answers.collect(),
            errors: errors.collect(),
            curl: example::curl(spec, origin, path, method, operation),
        }
    }
}

/// The fields of an object schema, references followed once.
fn body_fields(spec: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolve(spec, schema);
    let required: Vec<&str> = items(&schema["required"]).filter_map(Value::as_str).collect();
    let field = |(name, schema): (&String, &Value)| Field {
        name: name.clone(),
        place: String::new(),
        kind: kind(schema),
        required: required.contains(&name.as_str()),
        description: Prose::read(description(spec, schema)),
    };
    fields(&schema["properties"]).map(field).collect()
}

/// A field's own description, or that of the schema it refers to.
fn description<'a>(spec: &'a Value, schema: &'a Value) -> &'a str {
    match text(schema, "description") {
        "" => text(resolve(spec, schema), "description"),
        own => own,
    }
}

/// Follows a reference, also one wrapped in `allOf` to carry a description.
pub(super) fn resolve<'a>(spec: &'a Value, schema: &'a Value) -> &'a Value {
    match reference(schema) {
        Some(name) => &spec["components"]["schemas"][name],
        None => schema,
    }
}

fn reference(schema: &Value) -> Option<&str> {
    let wrapped = &schema["allOf"][0];
    let target = schema["$ref"].as_str().or_else(|| wrapped["$ref"].as_str())?;
    target.rsplit('/').next()
}

/// A type in words: `string (date-time, at most 80 characters)`, `list of Order`, `one of open, paid`.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = reference(schema) {
        return Kind { text: name.to_owned(), schema: Some(name.to_owned()) };
    }
    if schema["type"] == "array" {
        let inner = kind(&schema["items"]);
        return Kind { text: format!("list of {}", inner.text), schema: inner.schema };
    }
    let alternatives: Vec<Kind> = items(&schema["oneOf"]).chain(items(&schema["anyOf"])).map(kind).collect();
    if !alternatives.is_empty() {
        let names: Vec<_> = alternatives.into_iter().map(|kind| kind.text).collect();
        return Kind { text: format!("one of {}", names.join(", ")), schema: None };
    }
    let mut notes: Vec<String> = Vec::new();
    if let Some(format) = schema["format"].as_str() {
        notes.push(format.to_owned());
    }
    for (key, words) in [
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minimum", "at least {}"),
        ("maximum", "at most {}"),
        ("pattern", "matches {}"),
    ] {
        match &schema[key] {
            Value::Null => {}
            Value::String(value) => notes.push(words.replace("{}", value)),
            value => notes.push(words.replace("{}", &value.to_string())),
        }
    }
    let choices: Vec<&str> = items(&schema["enum"]).filter_map(Value::as_str).collect();
    if !choices.is_empty() {
        notes.push(format!("one of {}", choices.join(", ")));
    }
    let name = schema["type"].as_str().unwrap_or("any value");
    let text = if notes.is_empty() { name.to_owned() } else { format!("{name} ({})", notes.join("; ")) };
    Kind { text, schema: None }
}

/// The schema of the first media type of a request body or an answer.
pub(super) fn first_schema(holder: &Value) -> Option<&Value> {
    fields(&holder["content"]).next().and_then(|(_, media)| media.get("schema"))
}

/// The path of a server address: `/api/v1` of `https://bank.example/api/v1`.
fn prefix(server: &str) -> &str {
    let path = match server.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => server,
    };
    path.trim_end_matches('/')
}

fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(super) fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
