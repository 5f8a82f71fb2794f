//! Every answer of an API held against its specification: status, headers, media type, schema, problem code.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::Validator;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{Method, header},
};
use serde_json::{Value, json};

use crate::addresses;
use crate::openapi::resolve;
use crate::problem::{PROBLEM_JSON, is_api};

/// An app whose every answer below `/api` is held against its specification. A contradiction is a panic that names it,
/// so that the test that meets one fails.
///
/// Members that the specification does not know are contradictions, too.
pub struct Watched<E> {
    inner: E,
    contract: Arc<Contract>,
}

struct Contract {
    spec: Value,
    prefix: String,
    /// The segments of each address, and its operations.
    paths: Vec<(Vec<String>, Value)>,
    /// By the text of the schema; compiling one takes a while.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl<E> Watched<E> {
    /// Watches `inner`.
    ///
    /// # Panics
    /// When the specification is not JSON.
    pub fn new(inner: E, spec: &str) -> Self {
        let mut spec: Value = serde_json::from_str(spec).expect("the specification is JSON");
        let prefix = spec["servers"][0]["url"].as_str().expect("a server").to_owned();
        for (_, schema) in spec["components"]["schemas"].as_object_mut().expect("schemas") {
            if schema.get("properties").is_some() {
                schema["additionalProperties"] = false.into();
            }
        }
        let paths = spec["paths"].as_object().expect("paths").iter();
        let paths = paths.map(|(path, of)| (path.split('/').map(str::to_owned).collect(), of.clone())).collect();
        Self { inner, contract: Arc::new(Contract { spec, prefix, paths, validators: Mutex::default() }) }
    }
}

impl<E: Endpoint> Endpoint for Watched<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.inner.call(request).await?.into_response();
        if !is_api(&path) {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let bytes = body.into_vec().await?;
        let response = Response::from_parts(parts, bytes.clone().into());
        if let Err(fault) = self.contract.check(&method, &path, &response, &bytes) {
            panic!("{method} {path} contradicts its specification: {fault}\n{}", String::from_utf8_lossy(&bytes));
        }
        Ok(response)
    }
}

impl Contract {
    fn check(&self, method: &Method, path: &str, response: &Response, bytes: &[u8]) -> Result<(), String> {
        let status = response.status().as_u16();
        let kind = response.content_type().unwrap_or_default();
        let Some(operation) = self.operation(method, path) else {
            // No operation, so no row of the specification: one of the two problems that say so, or one of its query.
            let code = json(bytes)?["code"].clone();
            let fits = kind == PROBLEM_JSON && (code == "not-found" || code == "method-not-allowed" || status == 400);
            return if fits { Ok(()) } else { Err(format!("{status} {kind} {code} at no operation")) };
        };
        let listed = operation["responses"].get(status.to_string()).ok_or(format!("{status} is not listed"))?;
        for (name, header) in listed["headers"].as_object().into_iter().flatten() {
            if header["required"] == true && !response.headers().contains_key(name.as_str()) {
                return Err(format!("{status} lacks the header {name}"));
            }
        }
        for name in ["location", "idempotent-replay", "retry-after"] {
            let known = listed["headers"].as_object().into_iter().flatten().any(|(n, _)| n.eq_ignore_ascii_case(name));
            if response.headers().contains_key(name) && !known {
                return Err(format!("{status} has the header {name}, which is not listed"));
            }
        }
        let Some(content) = listed["content"].as_object() else {
            return if bytes.is_empty() { Ok(()) } else { Err(format!("{status} has a body")) };
        };
        let media = content.get(kind).ok_or_else(|| format!("{status} is {kind:?}, which is not listed"))?;
        if method == Method::HEAD || !kind.contains("json") {
            return Ok(());
        }
        let body = json(bytes)?;
        self.validate(&media["schema"], &body)?;
        let codes = &listed["x-problem-codes"];
        let of_problem = kind == PROBLEM_JSON;
        if of_problem && !codes.as_array().is_some_and(|codes| codes.contains(&body["code"])) {
            return Err(format!("{status} does not list the code {}", body["code"]));
        }
        if of_problem && response.headers().get(header::CACHE_CONTROL).is_none_or(|value| value != "no-store") {
            return Err("a problem may be kept by caches".to_owned());
        }
        Ok(())
    }

    fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let method = if method == Method::HEAD { &Method::GET } else { method }.as_str().to_lowercase();
        let path = path.strip_prefix(&self.prefix)?;
        let (_, operations) = addresses::find(&self.paths, |row| &row.0, &path.split('/').collect::<Vec<_>>())?;
        operations.get(&method)
    }

    fn validate(&self, schema: &Value, body: &Value) -> Result<(), String> {
        let validator = {
            let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
            let of = validators.entry(schema.to_string()).or_insert_with(|| Arc::new(self.compile(schema)));
            Arc::clone(of)
        };
        let faults: Vec<String> =
            validator.iter_errors(body).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
    }

    fn compile(&self, schema: &Value) -> Validator {
        assert!(!resolve(&self.spec, schema).is_null(), "the specification has no {schema}");
        let mut root = json!({ "allOf": [schema] });
        root["components"] = self.spec["components"].clone();
        let options = jsonschema::options().should_validate_formats(true);
        options.build(&root).unwrap_or_else(|error| panic!("{schema} is no schema: {error}"))
    }
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).map_err(|error| format!("the body is not JSON: {error}"))
}
