//! Rows of the contract that no other test is about.

use kit_web::testing::{api_request, call};
use poem::Request;
use poem::http::Method;
use serde_json::{Value, json};

use crate::bench::{Bench, OTHER_PIN, PASSWORD, PIN, assert_problem};

/// The names of the fields that an answer finds not valid.
fn fields(problem: &Value) -> Vec<&str> {
    let fields = problem["fields"].as_array().expect("fields");
    fields.iter().map(|field| field["field"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn every_field_that_is_not_valid_is_named_in_one_answer() {
    let bench = Bench::new();
    let body = json!({ "name": " ", "email": "nobody", "password": "short", "pin": "12ab", "language": "fr" });
    let answer = bench.post("/customers", "", body).await;
    assert_problem(&answer, 400, "invalid-fields");
    assert_eq!(fields(&answer.json()), ["name", "email", "password", "pin", "language"]);
    let body = json!({ "name": "", "email": "nobody", "password": PASSWORD, "pin": "123456" });
    let answer = bench.post("/customers", "", body).await;
    assert_eq!(
        fields(&answer.json()),
        ["name", "email", "pin"],
        "a PIN that is guessed first is found beside the others"
    );

    let ada = bench.customer("ada@example.org").await;
    let answer = bench.post("/accounts", &ada.token, json!({ "name": "", "currency": "XXX", "pin": "1" })).await;
    assert_eq!(fields(&answer.json()), ["name", "currency", "pin"]);
    let answer = bench.post("/payees", &ada.token, json!({ "name": "", "account_number": "7" })).await;
    assert_eq!(fields(&answer.json()), ["name", "account_number"]);
    let pin = json!({ "new_pin": "111111" });
    let answer = bench.post(&format!("/accounts/{}/pin", ada.number), &ada.token, pin).await;
    assert_eq!(fields(&answer.json()), ["current_pin", "new_pin"]);
    let long = "x".repeat(141);
    let body = json!({ "from": "1", "to": "2", "amount": "1.001", "currency": "EUR", "reference": long, "pin": "1" });
    let answer = bench.keyed("/transfers", &ada.token, "contract-1", body.clone()).await;
    assert_eq!(fields(&answer.json()), ["from", "to", "amount", "pin", "reference"]);
    let shop = bench.merchant("Shop");
    let body = json!({
        "account_number": "1", "pin": "1", "amount": "x", "currency": "EUR", "capture": "later", "reference": long,
    });
    let answer = bench.keyed("/payments", &shop, "contract-2", body).await;
    assert_eq!(fields(&answer.json()), ["account_number", "pin", "amount", "capture", "reference"]);
    let query = "idempotency_key=x&status=lost&created_from=today&created_to=now&cursor=1";
    let answer = bench.get(&format!("/payments?{query}"), &shop).await;
    assert_eq!(fields(&answer.json()), ["idempotency_key", "status", "created_from", "created_to", "cursor"]);
}

#[tokio::test]
async fn unknown_parameters_and_members_are_refused_and_named() {
    let bench = Bench::new();
    let shop = bench.merchant("Shop");
    let answer = bench.get("/payments?state=captured", &shop).await;
    assert_problem(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["field"], "state");
    let answer = bench.get("/payments?status=captured&status=voided", &shop).await;
    assert_problem(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["field"], "status");
    let answer =
        bench.post("/sessions", "", json!({ "email": "a@b.c", "pasword": PASSWORD, "password": PASSWORD })).await;
    assert_problem(&answer, 400, "invalid-request");
    assert_eq!(answer.json()["field"], "pasword");
    let page = call(&bench.app, Request::builder().uri_str("/login?utm_source=letter").finish()).await;
    assert_eq!(page.status, 200, "pages go on ignoring what they do not know");
}

#[tokio::test]
async fn a_list_says_how_long_a_page_may_be() {
    let bench = Bench::new();
    let shop = bench.merchant("Shop");
    for limit in ["0", "201", "500", "all"] {
        let answer = bench.get(&format!("/payments?limit={limit}"), &shop).await;
        assert_problem(&answer, 400, "invalid-request");
        assert_eq!(answer.json()["detail"], "The parameter `limit` must be a whole number from 1 to 200.");
    }
}

#[tokio::test]
async fn what_was_created_has_an_address_that_leads_to_it() {
    let bench = Bench::new();
    let new = json!({ "name": "Ada", "email": "ada@example.org", "password": PASSWORD, "pin": PIN });
    let registered = bench.post("/customers", "", new).await;
    let session = bench.post("/sessions", "", json!({ "email": "ada@example.org", "password": PASSWORD })).await;
    let token = session.json()["token"].as_str().expect("a token").to_owned();
    let number = registered.json()["account"]["number"].as_str().expect("a number").to_owned();
    let account = bench.post("/accounts", &token, json!({ "name": "Savings", "pin": OTHER_PIN })).await;
    let ben = bench.rich_customer("ben@example.org", "10.00").await;
    let payee = bench.post("/payees", &token, json!({ "name": "Ben", "account_number": ben.number })).await;
    let money = json!({ "amount": "5.00", "currency": "EUR" });
    let deposits = format!("/accounts/{number}/deposits");
    let deposit = bench.keyed(&deposits, &token, "contract-1", money).await;
    let again = bench.keyed(&deposits, &token, "contract-1", json!({ "amount": "5.00", "currency": "EUR" })).await;
    assert_eq!(deposit.header("location"), again.header("location"));
    for (made, bearer) in
        [(&registered, &token), (&session, &token), (&account, &token), (&payee, &token), (&deposit, &token)]
    {
        assert_eq!(made.status, 201, "{}", made.text);
        let seen = call(&bench.app, api_request(Method::GET, made.header("location"), Some(bearer), None)).await;
        assert_eq!(seen.status, 200, "{}", made.header("location"));
    }
    let shop = bench.merchant("Shop");
    let body = json!({ "account_number": ben.number, "pin": PIN, "amount": "1.00", "currency": "EUR" });
    let paid = bench.keyed("/payments", &shop, "contract-2", body).await;
    let seen = call(&bench.app, api_request(Method::GET, paid.header("location"), Some(&shop), None)).await;
    assert_eq!(seen.json(), paid.json());
}

#[tokio::test]
async fn an_authorization_is_captured_without_a_body() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "10.00").await;
    let shop = bench.merchant("Shop");
    let body = json!({
        "account_number": ada.number, "pin": PIN, "amount": "4.00", "currency": "EUR", "capture": "manual",
        "reference": null,
    });
    let held = bench.keyed("/payments", &shop, "contract-1", body).await;
    assert_eq!(held.status, 201, "an optional scalar may be null: {}", held.text);
    let path = format!("/api/v1/payments/{}/capture", held.json()["id"].as_str().expect("an id"));
    let mut request = api_request(Method::POST, &path, Some(&shop), None);
    request.headers_mut().insert("idempotency-key", "contract-2".parse().expect("a key"));
    let captured = call(&bench.app, request).await;
    assert_eq!((captured.status, &captured.json()["captured"]), (200, &json!("4.00")));
}

#[tokio::test]
async fn a_statement_is_a_pdf_by_the_api() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "10.00").await;
    let path = format!("/accounts/{}/statement.pdf?from=2026-11-01&to=2026-11-30", ada.number);
    let file = bench.get(&path, &ada.token).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    assert!(file.text.starts_with("%PDF-1."));
    let name = format!("attachment; filename=\"statement-{}-2026-11-01-2026-11-30.pdf\"", ada.number);
    assert_eq!(file.header("content-disposition"), name);
    assert_problem(&bench.get(&path.replace("2026-11-01", "1.11."), &ada.token).await, 400, "invalid-fields");
}

#[tokio::test]
async fn what_is_published_is_kept_by_caches_for_everybody() {
    let bench = Bench::new();
    for path in ["/openapi.json", "/docs"] {
        let get = |name: &'static str, value: String| {
            let request = Request::builder().uri_str(path).header(name, value);
            async { call(&bench.app, request.finish()).await }
        };
        let plain = get("accept", "*/*".to_owned()).await;
        assert_eq!((plain.status, plain.header("set-cookie")), (200, ""), "{path}");
        assert!(plain.header("cache-control").starts_with("public"), "{path}");
        let known = get("if-none-match", plain.header("etag").to_owned()).await;
        assert_eq!((known.status, known.text.len()), (304, 0), "{path}");
        let packed = get("accept-encoding", "gzip".to_owned()).await;
        assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"), "{path}");
        assert!(packed.text.len() < plain.text.len() / 4, "{path}");
    }
}

#[tokio::test]
async fn a_key_copied_from_the_documentation_is_no_key() {
    let bench = Bench::new();
    let docs = call(&bench.app, Request::builder().uri_str("/docs").finish()).await.text;
    assert!(docs.contains("Idempotency-Key: $(uuidgen)"), "the example makes a key");
    let ada = bench.customer("ada@example.org").await;
    let path = format!("/accounts/{}/deposits", ada.number);
    let money = json!({ "amount": "1.00", "currency": "EUR" });
    for key in ["{idempotency-key}", "{your-key", "your-key}"] {
        let answer = bench.keyed(&path, &ada.token, key, money.clone()).await;
        assert_problem(&answer, 400, "invalid-idempotency-key");
    }
}

#[tokio::test]
async fn a_transfer_to_a_payee_is_told_again_after_the_payee_was_removed() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "10.00").await;
    let ben = bench.customer("ben@example.org").await;
    let payee = bench.post("/payees", &ada.token, json!({ "name": "Ben", "account_number": ben.number })).await.json();
    let body = json!({
        "from": ada.number, "payee_id": payee["id"], "amount": "4.00", "currency": "EUR", "pin": PIN, "reference": "Lunch",
    });
    let sent = bench.keyed("/transfers", &ada.token, "contract-1", body.clone()).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let path = format!("/payees/{}", payee["id"].as_str().expect("an id"));
    assert_eq!(bench.api(Method::DELETE, &path, &ada.token, None).await.status, 204);
    let again = bench.keyed("/transfers", &ada.token, "contract-1", body.clone()).await;
    assert_eq!((again.status, again.header("idempotent-replay"), again.json()), (201, "true", sent.json()));
    let new = bench.keyed("/transfers", &ada.token, "contract-2", body).await;
    assert_problem(&new, 404, "saved-payee-not-found");
    assert_eq!(bench.balance(&ada).await, ["6.00", "0.00", "6.00"]);
}

#[tokio::test]
async fn the_calls_on_the_documentation_page_are_addresses() {
    let docs = call(&Bench::new().app, Request::builder().uri_str("/docs").finish()).await.text;
    let addresses: Vec<&str> = docs.split("&#39;http").skip(1).filter_map(|rest| rest.split("&#39;").next()).collect();
    assert!(addresses.len() > 15, "{addresses:?}");
    for address in addresses {
        assert!(!address.contains([' ', '{', '}']), "{address}");
    }
}
