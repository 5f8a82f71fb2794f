//! What an API takes at each address: its methods, and the parameters of their query strings.

use poem::{
    Request,
    http::{HeaderValue, Method},
};
use serde_json::Value;

use super::resolve;
use crate::{Problem, addresses};

/// The addresses of an API, read from its specification.
#[derive(Debug, Clone, Default)]
pub struct ApiTable {
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    segments: Vec<String>,
    methods: String,
    operations: Vec<Operation>,
}

#[derive(Debug, Clone)]
struct Operation {
    method: String,
    parameters: Vec<Parameter>,
    /// Takes any further names; the handler judges them.
    open: bool,
}

#[derive(Debug, Clone)]
struct Parameter {
    name: String,
    /// May be given several times.
    many: bool,
    /// What it must be, in words.
    form: String,
}

impl ApiTable {
    /// Reads the table from a specification whose paths are mounted below `prefix`, such as `/api/v1`.
    pub fn from_spec(spec: &Value, prefix: &str) -> Self {
        let paths = spec.get("paths").and_then(Value::as_object).into_iter().flatten();
        let rows = paths.map(|(path, operations)| {
            let operations = operations.as_object().into_iter().flatten();
            let operations: Vec<_> = operations.map(|(method, of)| Operation::read(spec, method, of)).collect();
            let mut methods: Vec<&str> = operations.iter().map(|operation| operation.method.as_str()).collect();
            if methods.contains(&"GET") {
                methods.push("HEAD");
            }
            methods.sort_unstable();
            let segments = segments(&format!("{prefix}{path}")).map(str::to_owned).collect();
            Row { segments, methods: methods.join(", "), operations }
        });
        Self { rows: rows.collect() }
    }

    /// For the `Allow` header of a 405.
    pub(crate) fn methods(&self, path: &str) -> Option<HeaderValue> {
        HeaderValue::try_from(&self.row(path)?.methods).ok()
    }

    /// What is wrong with the names in a query string: unknown, or given twice. `None` where nothing is, or where the
    /// address has no such operation.
    pub(crate) fn bad_parameter(&self, request: &Request) -> Option<Problem> {
        let operation = self.operation(request.uri().path(), request.method())?;
        let query = request.uri().query().unwrap_or_default();
        let mut seen = Vec::new();
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            match operation.parameters.iter().find(|parameter| parameter.name == name) {
                None if operation.open => {}
                None => return Some(unknown_parameter(&name)),
                Some(parameter) if parameter.many => {}
                Some(parameter) if seen.contains(&parameter.name.as_str()) => {
                    let detail = format!("The parameter `{name}` is given more than once.");
                    return Some(Problem::invalid_field(name.into_owned(), detail));
                }
                Some(parameter) => seen.push(parameter.name.as_str()),
            }
        }
        None
    }

    /// The problem for a parameter that was not read: missing, or not what it must be.
    pub(crate) fn unread_parameter(&self, path: &str, method: &Method, name: &str) -> Problem {
        let known = self.operation(path, method).and_then(|of| of.parameters.iter().find(|p| p.name == name));
        let form = known.map_or_else(|| "missing or not valid".to_owned(), |parameter| parameter.form.clone());
        Problem::invalid_field(name.to_owned(), format!("The parameter `{name}` must be {form}."))
    }

    fn operation(&self, path: &str, method: &Method) -> Option<&Operation> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.row(path)?.operations.iter().find(|operation| operation.method == method.as_str())
    }

    fn row(&self, path: &str) -> Option<&Row> {
        addresses::find(&self.rows, |row| &row.segments, &segments(path).collect::<Vec<_>>())
    }
}

/// 400: a parameter that the operation does not have. Names are told, for a typing mistake is found by its name; values
/// never are.
pub fn unknown_parameter(name: &str) -> Problem {
    match printable(name) {
        Some(name) => Problem::invalid_field(name, format!("This operation has no parameter `{name}`.")),
        None => Problem::bad_request("This operation has no such parameter."),
    }
}

/// A name that was sent, where it looks like one.
pub(crate) fn printable(name: &str) -> Option<&str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    (begins && name.len() <= 64 && name.bytes().all(fits)).then_some(name)
}

impl Operation {
    fn read(spec: &Value, method: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query: Vec<&Value> = parameters.filter(|parameter| parameter["in"] == "query").collect();
        let is_open = |parameter: &&&Value| parameter["schema"]["type"] == "object";
        Self {
            method: method.to_uppercase(),
            open: query.iter().any(|parameter| is_open(&parameter)),
            parameters: query.iter().filter(|p| !is_open(p)).map(|p| Parameter::read(spec, p)).collect(),
        }
    }
}

impl Parameter {
    fn read(spec: &Value, parameter: &Value) -> Self {
        let schema = resolve(spec, &parameter["schema"]);
        let names = || {
            let names: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            names.join(", ")
        };
        let form = match (schema["type"].as_str(), schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            (Some("integer"), Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
            (Some("integer"), ..) => "a whole number".to_owned(),
            (Some("boolean"), ..) => "true or false".to_owned(),
            (Some("array"), ..) => match (schema["minItems"].as_i64(), schema["maxItems"].as_i64()) {
                (Some(least), Some(most)) => format!("given {least} to {most} times, each time with another value"),
                _ => "given".to_owned(),
            },
            _ if schema.get("enum").is_some() => format!("one of {}", names()),
            _ => "given".to_owned(),
        };
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        Self { name, many: schema["type"] == "array", form }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}
