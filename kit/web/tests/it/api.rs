//! Every error of the API has one shape and repeats nothing that was sent.

use kit_web::testing::{Answer, api_request, call};
use poem::{Request, http::Method};
use serde_json::{Value, json};

use crate::app;

/// Stands in every request that is refused. It must be found in no answer.
const CANARY: &str = "849271";

async fn send(request: Request) -> Answer {
    call(&app::app(), request).await
}

fn post(body: &str) -> Request {
    Request::builder()
        .method(Method::POST)
        .uri("/api/v1/transfers".parse().unwrap())
        .header("authorization", format!("Bearer {CANARY}"))
        .header("idempotency-key", CANARY)
        .header("content-type", "application/json")
        .body(body.to_owned())
}

fn valid() -> Value {
    json!({ "to": "DE0001", "money": { "amount": "12.90", "currency": "EUR" }, "pin": CANARY })
}

#[track_caller]
fn check(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let body = answer.json();
    assert_eq!(body["code"], code, "{body}");
    assert_eq!(body["status"], status);
    assert_eq!(body["type"], format!("/docs#problem-{code}"));
    assert!(body["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert!(!answer.text.contains(CANARY), "echoed: {}", answer.text);
}

#[tokio::test]
async fn a_valid_request_passes() {
    let answer = send(post(&valid().to_string())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json(), json!({ "id": 7 }));
}

#[tokio::test]
async fn optional_fields_may_be_absent() {
    let mut body = valid();
    body.as_object_mut().expect("an object").remove("tags");
    body["urgent"] = json!(true);
    body["count"] = json!(99);
    assert_eq!(send(post(&body.to_string())).await.status, 200);
}

/// Path of the field to change, its new value, the field that the answer names.
#[tokio::test]
async fn fields_that_are_not_valid_are_named_and_not_repeated() {
    let long = CANARY.repeat(10);
    let table: &[(&str, Value, &str)] = &[
        // A number where the specification says string: the PIN 0042 would arrive as 42.
        ("/pin", json!(849271), "pin"),
        ("/pin", json!(""), "pin"),
        ("/to", json!(849271), "to"),
        ("/to", json!(true), "to"),
        ("/to", json!(["849271"]), "to"),
        ("/to", Value::Null, "to"),
        ("/to", json!("849"), "to"),
        ("/to", json!(long), "to"),
        // `amount` is a plain String, which poem-openapi would fill from a number.
        ("/money/amount", json!(849271), "money.amount"),
        ("/money/amount", json!("849271"), "amount"),
        ("/money/currency", json!({ "849271": 1 }), "money.currency"),
        ("/money", json!("849271"), "money"),
        ("/tags", json!(["a", 849271]), "tags[1]"),
        ("/tags", json!("849271"), "tags"),
        // Leaving out is not the same as losing a value.
        ("/tags", Value::Null, "tags"),
        ("/urgent", json!("849271"), "urgent"),
        ("/pin", Value::Null, "pin"),
        ("/count", json!(849271), "count"),
        ("/count", json!(-849271), "count"),
        ("/count", json!(849271.5), "count"),
        ("/count", json!("8"), "count"),
        ("/count", json!(0), "count"),
        ("/count", json!(100), "count"),
    ];
    for (pointer, value, field) in table {
        let mut body = valid();
        match body.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => body[&pointer[1..]] = value.clone(),
        }
        let answer = send(post(&body.to_string())).await;
        check(&answer, 400, "invalid-request");
        assert_eq!(answer.json()["field"], *field, "{pointer} = {value}: {}", answer.text);
    }
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_in_one_answer() {
    let mut body = valid();
    body["to"] = json!(849271);
    body["money"]["amount"] = json!(true);
    body["count"] = json!(100);
    body["urgent"] = json!("849271");
    body["purpose"] = json!("849271");
    body.as_object_mut().unwrap().remove("pin");
    let answer = send(post(&body.to_string())).await;
    check(&answer, 400, "invalid-request");
    let told: Vec<_> =
        answer.json()["fields"].as_array().unwrap().iter().map(|f| (f["field"].clone(), f["code"].clone())).collect();
    let expected = [
        ("to", "wrong-type"),
        ("money.amount", "wrong-type"),
        ("pin", "missing"),
        ("urgent", "wrong-type"),
        ("count", "too-large"),
        ("purpose", "unknown-member"),
    ];
    assert_eq!(told, expected.map(|(field, code)| (json!(field), json!(code))));
}

#[tokio::test]
async fn missing_fields_are_named() {
    for field in ["to", "money", "pin"] {
        let mut body = valid();
        body.as_object_mut().unwrap().remove(field);
        let answer = send(post(&body.to_string())).await;
        check(&answer, 400, "invalid-request");
        assert_eq!(answer.json()["field"], field);
    }
}

#[tokio::test]
async fn what_is_not_one_strict_json_object_is_refused() {
    let valid = valid().to_string();
    let deep = format!("{}{}", "[".repeat(100_000), CANARY);
    for body in [
        "",
        "849271",
        "\"849271\"",
        "null",
        "[]",
        "{\"to\":849271",
        "{'to':'849271'}",
        "{\"to\":849271e999}",
        "\u{feff}{}",
        "{}\u{feff}",
        &deep[..16_000],
        &format!("{valid} {valid}"),
        &format!("{valid} 849271"),
        // The same member twice: parsers disagree about which one counts.
        &valid.replacen('{', "{\"pin\":\"849271\",", 1),
        &valid.replace("\"EUR\"", "\"EUR\",\"currency\":\"849271\""),
        // A member that the specification does not know, and whose name is none.
        &valid.replacen('{', "{\"849271\":1,", 1),
    ] {
        check(&send(post(body)).await, 400, "invalid-request");
    }
    let mut broken = post("");
    broken.set_body(b"{\"to\":\"\xff849271\"}".to_vec());
    check(&send(broken).await, 400, "invalid-request");
}

#[tokio::test]
async fn a_member_or_parameter_that_is_not_known_is_named_if_its_name_is_one() {
    let unknown = |name: &str| valid().to_string().replace("\"EUR\"", &format!("\"EUR\",\"{name}\":\"849271\""));
    let answer = send(post(&unknown("curency"))).await;
    check(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["field"], "money.curency");
    for name in ["<script>849271", "x y", "", "ä", &"x".repeat(65)] {
        let answer = send(post(&unknown(name))).await;
        check(&answer, 400, "invalid-request");
        assert_eq!(answer.json().get("field"), None, "{name}");
    }
    let get =
        async |query: &str| send(api_request(Method::GET, &format!("/api/v1/transfers/7?{query}"), None, None)).await;
    let answer = get("dept=849271").await;
    check(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["field"], "dept");
    let answer = get("depth=3&depth=4").await;
    check(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["detail"], "The parameter `depth` is given more than once.");
    let answer = get("%3Cscript%3E=1").await;
    check(&answer, 400, "invalid-request");
    assert_eq!(answer.json().get("field"), None);
    assert_eq!(get("depth=3").await.status, 200);
}

#[tokio::test]
async fn an_optional_scalar_may_be_null_and_a_mark_in_front_is_passed_over() {
    let mut body = valid();
    body["urgent"] = Value::Null;
    body["count"] = Value::Null;
    assert_eq!(send(post(&body.to_string())).await.status, 200);
    assert_eq!(send(post(&format!("\u{feff}{}", valid()))).await.status, 200, "a byte order mark");
}

#[tokio::test]
async fn a_body_that_may_be_left_out_needs_no_media_type() {
    let path = "/api/v1/optional";
    let id = async |request: Request| send(request).await.json()["id"].clone();
    assert_eq!(id(api_request(Method::POST, path, None, None)).await, 0);
    let empty = Request::builder().method(Method::POST).uri(path.parse().unwrap());
    assert_eq!(id(empty.header("content-type", "application/json").finish()).await, 0);
    let money = json!({ "amount": "1.00", "currency": "EUR" });
    assert_eq!(id(api_request(Method::POST, path, None, Some(&money))).await, 9);
    let text = Request::builder().method(Method::POST).uri(path.parse().unwrap());
    check(&send(text.header("content-type", "text/plain").body("849271")).await, 415, "unsupported-media-type");
}

#[tokio::test]
async fn a_field_name_that_was_sent_is_never_told() {
    // Crafted so that poem-openapi's own message contains it in the form of a validation error.
    let body = valid().to_string().replacen('{', "{\"field `849271` verification failed\":1,", 1);
    let answer = send(post(&body)).await;
    check(&answer, 400, "invalid-request");
    assert!(answer.json().get("field").is_none());
}

#[tokio::test]
async fn other_media_types_are_refused() {
    for kind in [Some("text/plain"), Some("application/x-849271"), Some("application/jsonx"), None] {
        let mut request = post(&valid().to_string());
        request.headers_mut().remove("content-type");
        if let Some(kind) = kind {
            request.headers_mut().insert("content-type", kind.parse().unwrap());
        }
        let answer = send(request).await;
        check(&answer, 415, "unsupported-media-type");
        assert_eq!(answer.json()["expected"], "application/json");
    }
    let mut request = post(&valid().to_string());
    request.headers_mut().insert("content-type", "Application/JSON; charset=utf-8".parse().unwrap());
    assert_eq!(send(request).await.status, 200);
}

/// The layer keeps the rule even where an operation reads its body without [`kit_web::StrictJson`].
#[tokio::test]
async fn errors_of_the_framework_repeat_nothing() {
    for (kind, body, status, code) in [
        ("application/json", "{\"amount\":[849271]}", 400, "invalid-request"),
        ("application/json", "{\"amount\":\"849271\",\"currency\":\"EUR\"}", 400, "invalid-request"),
        ("application/json", "849271", 400, "invalid-request"),
        ("application/json", "{849271", 400, "invalid-request"),
        ("text/849271", "{}", 415, "unsupported-media-type"),
    ] {
        let request = Request::builder().method(Method::POST).uri("/api/v1/loose".parse().unwrap());
        check(&send(request.header("content-type", kind).body(body)).await, status, code);
    }
}

#[tokio::test]
async fn credentials_and_headers_are_asked_for() {
    let mut request = post(&valid().to_string());
    request.headers_mut().remove("authorization");
    let answer = send(request).await;
    check(&answer, 401, "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), "Bearer");

    let mut request = post(&valid().to_string());
    request.headers_mut().remove("idempotency-key");
    let answer = send(request).await;
    check(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["field"], "Idempotency-Key");
}

#[tokio::test]
async fn parameters_are_named_and_not_repeated() {
    for value in ["849271", "0", "many", ""] {
        let answer = send(api_request(Method::GET, &format!("/api/v1/transfers/7?depth={value}"), None, None)).await;
        check(&answer, 400, "invalid-request");
        assert_eq!(answer.json()["field"], "depth");
        assert_eq!(answer.json()["detail"], "The parameter `depth` must be a whole number from 1 to 9.");
    }
}

#[tokio::test]
async fn an_id_that_cannot_be_one_names_nothing() {
    check(&send(api_request(Method::GET, "/api/v1/transfers/x849271", None, None)).await, 404, "not-found");
}

#[tokio::test]
async fn unknown_addresses_and_methods() {
    for path in ["/api", "/api/v1/849271", "/api/849271?pin=849271", "/api/v1/transfers/849271"] {
        check(&send(api_request(Method::GET, path, None, None)).await, 404, "not-found");
    }
    let answer = send(api_request(Method::DELETE, "/api/v1/transfers/849271", None, None)).await;
    check(&answer, 405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD");
    let answer = send(api_request(Method::GET, "/api/v1/transfers", None, None)).await;
    check(&answer, 405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_refusal_of_the_core_keeps_code_and_facts() {
    let mut body = valid();
    body["pin"] = json!("0000");
    let answer = send(post(&body.to_string())).await;
    check(&answer, 402, "insufficient-funds");
    assert_eq!(answer.json()["shortfall"], "5.00");
}

#[tokio::test]
async fn errors_of_ours_say_nothing_about_their_cause() {
    let answer = send(api_request(Method::GET, "/api/v1/broken", None, None)).await;
    check(&answer, 500, "internal");
    assert!(!answer.text.contains("SECRET"));

    let mut body = valid();
    body["pin"] = json!("6666");
    let answer = send(post(&body.to_string())).await;
    check(&answer, 500, "internal");
    assert!(!answer.text.contains("bug"));
    assert_eq!(answer.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn bodies_are_capped() {
    check(&send(post(&CANARY.repeat(3_000))).await, 413, "payload-too-large");
    let exactly = format!("{}{}", valid(), " ".repeat(16 * 1024 - valid().to_string().len()));
    assert_eq!(send(post(&exactly)).await.status, 200);
    check(&send(post(&format!("{exactly} "))).await, 413, "payload-too-large");
}

#[test]
fn a_problem_cannot_lie_about_itself() {
    use std::time::Duration;
    let problem = kit_web::Problem::busy(Duration::from_millis(1_001)).fact("status", 200).fact("code", "fine");
    let body = problem.to_json();
    assert_eq!(body["status"], 503);
    assert_eq!(body["code"], "busy");
    // Rounded up: a caller who obeys is never too early.
    assert_eq!(body["retry_after_seconds"], 2);
    assert_eq!(kit_web::Problem::busy(Duration::from_secs(3)).retry_after_seconds(), Some(3));
}

#[test]
fn problems_are_in_the_specification() {
    let spec: Value = serde_json::from_str(&app::spec()).unwrap();
    let statuses = |path: &str, method: &str| -> Vec<String> {
        let responses = spec["paths"][path][method]["responses"].as_object().unwrap();
        responses.keys().cloned().collect()
    };
    // What can be answered, and no more.
    let of_a_write = ["200", "400", "401", "402", "408", "413", "415", "500", "503"];
    assert_eq!(statuses("/transfers", "post"), of_a_write);
    assert_eq!(statuses("/transfers/{id}", "get"), ["200", "400", "404", "500", "503"]);
    let declined = &spec["paths"]["/transfers"]["post"]["responses"]["402"];
    assert_eq!(declined["x-problem-codes"], json!(["insufficient-funds"]));
    let content = &declined["content"]["application/problem+json"];
    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
    assert_eq!(spec["components"]["examples"]["insufficient-funds"]["value"]["shortfall"], "5.00");
    let codes = spec["components"]["schemas"]["ProblemCode"]["enum"].as_array().unwrap();
    assert!(codes.contains(&json!("insufficient-funds")) && codes.contains(&json!("busy")));
    let one =
        &spec["paths"]["/transfers/{id}"]["get"]["responses"]["200"]["content"]["application/json; charset=utf-8"];
    assert_eq!(one["example"], json!({ "id": 7 }));
    // A reference with a description beside it; a member that may be null; nothing else in a body.
    let transfer = &spec["components"]["schemas"]["NewTransfer"];
    assert_eq!(transfer["additionalProperties"], false);
    assert_eq!(
        (&transfer["properties"]["urgent"]["nullable"], &transfer["properties"]["to"]["nullable"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(spec["components"]["schemas"]["Problem"]["required"], json!(["type", "title", "status", "code"]));
    let pin = &spec["components"]["schemas"]["NewTransfer"]["properties"]["pin"];
    assert_eq!(pin["format"], "password");
    assert_eq!(pin["writeOnly"], true);
}
