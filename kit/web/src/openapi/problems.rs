//! Problems in the contract: one schema, and for each operation the statuses and codes that it can answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::contract::{Contract, merge, object};
use super::{operations_mut, schema};
use crate::docs::{KIT_FIELD_CODES, KIT_PROBLEMS};
use crate::problem::{PROBLEM_JSON, Problem};

/// Why an operation may be refused, besides what its shape says already: credentials, a body, a key.
#[derive(Debug, Clone, Copy)]
pub struct Refusals {
    /// The operation's id.
    pub operation: &'static str,
    /// Statuses with their problem codes.
    pub answers: &'static [(u16, &'static [&'static str])],
}

/// By status, the codes of an operation.
type Answers = BTreeMap<u16, BTreeSet<&'static str>>;

pub(super) fn add(spec: &mut Value, contract: &Contract<'_>) {
    let samples = samples(contract);
    let mut unused: BTreeSet<&str> = contract.refusals.iter().map(|row| row.operation).collect();
    let mut used = BTreeSet::new();
    for (_, _, operation) in operations_mut(spec) {
        let id = operation["operationId"].as_str().expect("every operation has an id").to_owned();
        unused.remove(id.as_str());
        let mut answers = by_shape(operation);
        for (scheme, codes) in contract.credentials {
            let asks = |schemes: &Value| schemes.get(*scheme).is_some();
            if operation["security"].as_array().is_some_and(|all| all.iter().any(asks)) {
                answers.entry(401).or_default().extend(codes.iter().copied());
            }
        }
        for row in contract.refusals.iter().filter(|row| row.operation == id) {
            for (status, codes) in row.answers {
                answers.entry(*status).or_default().extend(codes.iter().copied());
            }
        }
        let keyed = parameter(operation, "Idempotency-Key");
        let responses = object(&mut operation["responses"]);
        for (status, codes) in answers {
            let examples = codes.iter().map(|code| {
                let name = samples.name(status, code);
                let example = json!({ "$ref": format!("#/components/examples/{name}") });
                used.insert(name);
                ((*code).to_owned(), example)
            });
            let examples: Value = examples.collect::<serde_json::Map<_, _>>().into();
            let mut response = json!({
                "description": describe(status, &codes),
                "content": { PROBLEM_JSON: { "schema": { "$ref": "#/components/schemas/Problem" }, "examples": examples } },
                "x-problem-codes": codes,
            });
            let waits = codes.iter().filter(|code| samples.waits.contains(&(status, (**code).to_owned()))).count();
            let headers = headers(status, (waits, codes.len()), keyed);
            if headers != json!({}) {
                response["headers"] = headers;
            }
            responses.insert(status.to_string(), response);
        }
    }
    assert!(unused.is_empty(), "there are no such operations: {unused:?}");
    let components = &mut spec["components"];
    for (name, example) in samples.by_name.into_iter().filter(|(name, _)| used.contains(name)) {
        object(&mut components["examples"]).insert(name, example);
    }
    let schemas = object(&mut components["schemas"]);
    schemas.extend(object(&mut schemas_of_problems(contract)).clone());
    merge(&mut components["schemas"], &contract.schemas);
}

/// What can be told from an operation's shape: any is overloaded at times, one with a body may get a bad one.
fn by_shape(operation: &Value) -> Answers {
    let mut answers = Answers::new();
    let mut add = |status, codes: &[&'static str]| answers.entry(status).or_default().extend(codes);
    add(400, &["invalid-request"]);
    add(500, &["internal"]);
    add(503, &["busy", "deadline", "unavailable"]);
    if operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty()) {
        add(401, &["unauthenticated"]);
    }
    if operation.get("requestBody").is_some() {
        add(408, &["request-timeout"]);
        add(413, &["payload-too-large"]);
        add(415, &["unsupported-media-type"]);
    }
    if parameter(operation, "Idempotency-Key") {
        add(400, &["idempotency-key-required", "invalid-idempotency-key"]);
    }
    answers
}

fn parameter(operation: &Value, name: &str) -> bool {
    operation["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["name"] == name)
}

fn describe(status: u16, codes: &BTreeSet<&str>) -> String {
    let what = match status {
        400 => "The request is not valid",
        401 => "Credentials are missing, unknown or no longer valid",
        402 => "The payment was declined",
        403 => "The caller may not do this",
        404 => "There is no such thing, or the caller may not see it",
        408 => "The body did not arrive in time",
        409 => "The present state does not allow it",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "The request is well-formed, but a rule refuses it",
        429 => "Too many requests of this kind; see Retry-After",
        500 => "A fault of ours; it has been logged",
        _ => "Overloaded or not available; see Retry-After",
    };
    let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
    format!("{what}: {}.", codes.join(", "))
}

/// `waits`: how many of how many codes say when to try again.
fn headers(status: u16, waits: (usize, usize), keyed: bool) -> Value {
    let mut headers = json!({});
    let mut put = |name: &str, required: bool, kind: &str, description: &str| {
        headers[name] = json!({ "description": description, "required": required, "schema": { "type": kind } });
    };
    if status == 401 {
        put("WWW-Authenticate", true, "string", "The scheme to authenticate by: `Bearer`.");
    }
    if waits.0 > 0 {
        put("Retry-After", waits.0 == waits.1, "integer", "After how many seconds to try again.");
    }
    // A 400 too: an amount that a balance cannot hold is found out after the key was taken.
    if keyed && matches!(status, 400 | 402..=404 | 409 | 422) {
        put("Idempotent-Replay", false, "boolean", "`true` if this was decided under the same key before.");
    }
    headers
}

/// An example of each code at each status.
struct Samples {
    by_name: BTreeMap<String, Value>,
    names: BTreeMap<(u16, String), String>,
    /// Those that say when to try again.
    waits: BTreeSet<(u16, String)>,
}

impl Samples {
    fn name(&self, status: u16, code: &str) -> String {
        let name = self.names.get(&(status, code.to_owned()));
        name.unwrap_or_else(|| panic!("there is no sample of {status} {code}")).clone()
    }
}

fn samples(contract: &Contract<'_>) -> Samples {
    let mut samples = Samples { by_name: BTreeMap::new(), names: BTreeMap::new(), waits: BTreeSet::new() };
    for problem in contract.samples.iter().cloned().chain(Problem::samples()) {
        let (status, code) = (problem.status.as_u16(), problem.code.to_string());
        if samples.names.contains_key(&(status, code.clone())) {
            continue;
        }
        // Most codes have one status; a decline's is another one outside payments.
        let name = if samples.by_name.contains_key(&code) { format!("{code}-{status}") } else { code.clone() };
        samples.by_name.insert(name.clone(), json!({ "value": problem.to_json() }));
        if problem.retry_after.is_some() {
            samples.waits.insert((status, code.clone()));
        }
        samples.names.insert((status, code), name);
    }
    samples
}

/// The one shape of problems, with every code and every extension member that there is.
fn schemas_of_problems(contract: &Contract<'_>) -> Value {
    let codes: BTreeSet<&str> = contract.problems.iter().chain(KIT_PROBLEMS).map(|row| row.code).collect();
    let field_codes: BTreeSet<&str> = contract.field_codes.iter().chain(KIT_FIELD_CODES).copied().collect();
    let mut members = json!({
        "type": schema::text("Where this kind of problem is documented."),
        "title": schema::text("A summary that is the same for every occurrence of the code."),
        "status": { "type": "integer", "format": "int32", "description": "The HTTP status." },
        "code": schema::of("ProblemCode", "What went wrong: branch on it."),
        "detail": schema::text("What happened this time, for a person to read."),
        "field": schema::text("The first field or parameter that is not valid."),
        "fields": schema::list("FieldError", "Every field that is not valid."),
        "retry_after_seconds": schema::count("When to try again; the same as Retry-After."),
        "line": schema::count("The line of the body that is not JSON."),
        "column": schema::count("The column in that line."),
        "expected": schema::text("The expected media type."),
    });
    merge(&mut members, &contract.members);
    let mut of_field = json!({
        "field": schema::text("The field's name, as in the request."),
        "code": schema::of("FieldCode", "What is wrong with it: branch on it."),
        "message": schema::text("What is wrong and what to do, for a person to read."),
    });
    merge(&mut of_field, &contract.field_members);
    json!({
        "Problem": {
            "type": "object",
            "description": "An error (RFC 9457). Further members are the facts of its `code`.",
            "required": ["type", "title", "status", "code"],
            "properties": members,
        },
        "ProblemCode": schema::one_of(codes, "The stable code of a problem."),
        "FieldError": {
            "type": "object",
            "description": "A field that is not valid. Further members are the facts of its `code`.",
            "required": ["field", "code", "message"],
            "properties": of_field,
        },
        "FieldCode": schema::one_of(field_codes, "The stable code of a field error."),
    })
}
