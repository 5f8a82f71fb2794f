//! The examples of a specification, recorded from the site itself.

use std::collections::BTreeMap;

use poem::{Endpoint, http::Method};
use serde_json::{Value, json};

use super::{Answer, api_request, call};
use crate::openapi::check_generated;

/// Calls operations and notes what was sent and answered.
pub struct Recorder<E> {
    app: E,
    recorded: BTreeMap<String, Value>,
    keys: u32,
}

impl<E: Endpoint> Recorder<E> {
    /// Nothing recorded yet.
    pub fn new(app: E) -> Self {
        Self { app, recorded: BTreeMap::new(), keys: 0 }
    }

    /// Calls an operation by its id, method, path below `/api/v1`, credentials (none where empty) and body. The first
    /// call of each operation is its example, and the first answer with each status.
    ///
    /// # Panics
    /// When it does not succeed.
    pub async fn call(&mut self, id: &str, method: Method, path: &str, bearer: &str, body: Option<Value>) -> Answer {
        let bearer = (!bearer.is_empty()).then_some(bearer);
        let mut request = api_request(method.clone(), &format!("/api/v1{path}"), bearer, body.as_ref());
        if method == Method::POST {
            self.keys += 1;
            let key = format!("example-{:04}", self.keys);
            request.headers_mut().insert("idempotency-key", key.parse().expect("a key"));
        }
        let answer = call(&self.app, request).await;
        assert!(answer.status < 300, "{id}: {}", answer.text);
        let shown = match answer.header("content-type") {
            "" => Value::Null,
            kind if kind.starts_with("application/json") => answer.json(),
            "application/pdf" => json!("%PDF-1.7 …"),
            _ => json!(answer.text),
        };
        let example = self.recorded.entry(id.to_owned()).or_insert_with(|| json!({ "responses": {} }));
        if let (Some(body), None) = (body, example.get("request")) {
            example["request"] = body;
        }
        let of_status = &mut example["responses"][answer.status.to_string()];
        if of_status.is_null() {
            *of_status = shown;
        }
        answer
    }

    /// Checks that every operation of `spec` was called and answered with every status of success, and that the file at
    /// `path` holds what was recorded; with `UPDATE_EXPECT=1` the file is written.
    ///
    /// # Panics
    /// Where either is not so.
    pub fn check(&self, spec: &str, path: &str) {
        let spec: Value = serde_json::from_str(spec).expect("the specification is JSON");
        let paths = spec["paths"].as_object().expect("paths").values();
        for operation in paths.flat_map(|path| path.as_object().expect("operations").values()) {
            let id = operation["operationId"].as_str().expect("an id");
            let example = self.recorded.get(id).unwrap_or_else(|| panic!("{id} has no example"));
            assert_eq!(operation.get("requestBody").is_some(), example.get("request").is_some(), "the body of {id}");
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let wants_one = status.starts_with('2') && response.get("content").is_some();
                assert!(!wants_one || !example["responses"][status].is_null(), "{id} has no example of its {status}");
            }
        }
        check_generated(path, &(serde_json::to_string_pretty(&self.recorded).expect("JSON") + "\n"));
    }
}
