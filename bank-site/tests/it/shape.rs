//! Everything that goes wrong below `/api` has one shape and repeats nothing of what was sent.

use kit_web::testing::{Answer, api_request, call};
use poem::Request;
use poem::http::Method;
use serde_json::json;

use crate::bench::{Bench, PASSWORD, PIN, assert_problem};

/// Sent wherever something can be sent; found nowhere in an answer.
const CANARY: &str = "849271";

async fn post_text(bench: &Bench, path: &str, token: &str, body: &str) -> Answer {
    let mut request = api_request(Method::POST, &format!("/api/v1{path}"), Some(token), Some(&json!(null)));
    request.headers_mut().insert("idempotency-key", "shape-0001".parse().expect("a header"));
    request.set_body(body.to_owned());
    call(&bench.app, request).await
}

#[tokio::test]
async fn bad_json_is_refused_without_an_echo() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let path = format!("/accounts/{}/withdrawals", ada.number);
    for (body, field) in [
        (format!(r#"{{"amount":"1.00","currency":"EUR","pin":{CANARY}}}"#), Some("pin")),
        (format!(r#"{{"amount":{CANARY},"currency":"EUR","pin":"{PIN}"}}"#), Some("amount")),
        (format!(r#"{{"amount":"1.00","currency":"EUR","pin":"{PIN}","also":"{CANARY}"}}"#), Some("also")),
        (format!(r#"{{"amount":"1.00","currency":"EUR","pin":"{PIN}","pin":"{CANARY}"}}"#), None),
        (r#"{"amount":"1.00","currency":"EUR"}"#.to_owned(), Some("pin")),
        (format!(r#"{{"amount":"{CANARY}"#), None),
        (format!(r#""{CANARY}""#), None),
        (String::new(), None),
    ] {
        let answer = post_text(&bench, &path, &ada.token, &body).await;
        assert_problem(&answer, 400, "invalid-request");
        assert_eq!(answer.json()["field"].as_str(), field, "{body}");
        assert!(!answer.text.contains(CANARY), "{}", answer.text);
    }
    let answer = post_text(&bench, &path, &ada.token, &CANARY.repeat(3_000)).await;
    assert_problem(&answer, 413, "payload-too-large");
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn every_body_refuses_fields_it_does_not_know() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    let shop = bench.merchant("Shop");
    let (number, some_id) = (&ada.number, "01934b5e-0000-7000-8000-000000000001");
    let money = json!({ "amount": "1.00", "currency": "EUR" });
    for (path, bearer, mut body) in [
        ("/customers".to_owned(), &ada.token, json!({ "name": "x", "email": "x@y", "password": PASSWORD, "pin": PIN })),
        ("/sessions".to_owned(), &ada.token, json!({ "email": "ada@example.org", "password": PASSWORD })),
        ("/me/password".to_owned(), &ada.token, json!({ "current_password": PASSWORD, "new_password": PASSWORD })),
        ("/accounts".to_owned(), &ada.token, json!({ "name": "x", "pin": PIN })),
        (format!("/accounts/{number}/pin"), &ada.token, json!({ "current_pin": PIN, "new_pin": PIN })),
        (format!("/accounts/{number}/deposits"), &ada.token, money.clone()),
        (
            format!("/accounts/{number}/withdrawals"),
            &ada.token,
            json!({ "amount": "1.00", "currency": "EUR", "pin": PIN }),
        ),
        (
            "/transfers".to_owned(),
            &ada.token,
            json!({ "from": number, "to": number, "amount": "1.00", "currency": "EUR" }),
        ),
        (
            "/transfers/preview".to_owned(),
            &ada.token,
            json!({ "from": number, "to": number, "amount": "1.00", "currency": "EUR" }),
        ),
        ("/payees".to_owned(), &ada.token, json!({ "name": "x", "account_number": number })),
        (format!("/accounts/{number}/close"), &ada.token, json!({ "pin": PIN })),
        (
            "/payments".to_owned(),
            &shop,
            json!({ "account_number": number, "pin": PIN, "amount": "1.00", "currency": "EUR" }),
        ),
        ("/payments/void".to_owned(), &shop, json!({ "idempotency_key": "shape-0001" })),
        (format!("/payments/{some_id}/capture"), &shop, json!({})),
        (format!("/payments/{some_id}/refund"), &shop, money),
    ] {
        body[CANARY] = json!(CANARY);
        let answer = post_text(&bench, &path, bearer, &body.to_string()).await;
        assert_problem(&answer, 400, "invalid-request");
        assert!(!answer.text.contains(CANARY), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn unknown_addresses_methods_and_media_types() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    for path in ["", &format!("/{CANARY}"), "/accounts/1/2/3"] {
        let answer = bench.get(path, &ada.token).await;
        assert_problem(&answer, 404, "not-found");
        assert!(!answer.text.contains(CANARY));
    }
    let answer = bench.api(Method::DELETE, "/customers", "", None).await;
    assert_problem(&answer, 405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "POST");
    let answer = bench.api(Method::DELETE, "/payments/void", "", None).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));

    let form = Request::builder()
        .method(Method::POST)
        .uri_str("/api/v1/sessions")
        .content_type("application/x-www-form-urlencoded")
        .body(format!("password={CANARY}"));
    let answer = call(&bench.app, form).await;
    assert_problem(&answer, 415, "unsupported-media-type");
    assert!(!answer.text.contains(CANARY));
}

#[tokio::test]
async fn cookies_mean_nothing_to_the_api() {
    let bench = Bench::new();
    let (browser, number) = bench.registered("ada@example.org").await;
    let session = browser.cookie("__Host-bank-session").expect("a session").to_owned();
    let path = format!("/api/v1/accounts/{number}");
    let mut request = api_request(Method::GET, &path, None, None);
    let cookie = format!("__Host-bank-session={session}");
    request.headers_mut().insert("cookie", cookie.parse().expect("a header"));
    assert_problem(&call(&bench.app, request).await, 401, "unauthenticated");
}
