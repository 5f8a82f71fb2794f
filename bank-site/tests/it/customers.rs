//! Registering, logging in and out, and what a customer sees of it, by the API.

use poem::http::Method;
use serde_json::json;

use crate::bench::{Bench, PASSWORD, PIN, assert_problem};

#[tokio::test]
async fn register_log_in_and_out() {
    let bench = Bench::new();
    let new = json!({ "name": " Ada Lovelace ", "email": "Ada@Example.org", "password": PASSWORD, "pin": PIN });
    let made = bench.post("/customers", "", new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["customer"]["email"], "ada@example.org");
    assert_eq!(made.json()["account"]["available"], "0.00");
    assert!(!made.text.contains(PIN) && !made.text.contains(PASSWORD));

    let token = bench.log_in("ada@example.org", PASSWORD).await;
    let me = bench.get("/me", &token).await;
    assert_eq!((me.status, &me.json()["name"]), (200, &json!("Ada Lovelace")));
    assert_eq!(bench.api(Method::DELETE, "/sessions/current", &token, None).await.status, 204);
    let gone = bench.get("/me", &token).await;
    assert_problem(&gone, 401, "not-logged-in");
    assert_eq!(gone.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn a_token_ends_after_its_hours() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    bench.clock.advance(std::time::Duration::from_secs(8 * 3_600 - 1));
    assert_eq!(bench.get("/me", &ada.token).await.status, 200);
    bench.clock.advance(std::time::Duration::from_secs(1));
    assert_problem(&bench.get("/me", &ada.token).await, 401, "not-logged-in");
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    let bob = bench.customer("bob@example.org").await;
    let second = bench.log_in("ada@example.org", PASSWORD).await;
    let listed = bench.get("/me/sessions", &second).await.json();
    let sessions = listed["sessions"].as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    let first = sessions.iter().find(|session| session["current"] == false).expect("the other one");
    assert_eq!(first["kind"], "api");
    let path = format!("/me/sessions/{}", first["id"].as_str().expect("an id"));

    assert_problem(&bench.api(Method::DELETE, &path, &bob.token, None).await, 404, "session-not-found");
    assert_problem(&bench.api(Method::DELETE, "/me/sessions/none", &second, None).await, 404, "session-not-found");
    assert_eq!(bench.get("/me", &ada.token).await.status, 200);
    assert_eq!(bench.api(Method::DELETE, &path, &second, None).await.status, 204);
    assert_problem(&bench.get("/me", &ada.token).await, 401, "not-logged-in");
    assert_eq!(bench.get("/me", &second).await.status, 200);
}

#[tokio::test]
async fn a_password_is_changed_and_ends_other_sessions() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    let other = bench.log_in("ada@example.org", PASSWORD).await;
    let new = "another sentence is good";
    let wrong = json!({ "current_password": "not this one at all", "new_password": new });
    assert_problem(&bench.post("/me/password", &ada.token, wrong).await, 403, "wrong-password");
    let short = json!({ "current_password": PASSWORD, "new_password": "short" });
    let refused = bench.post("/me/password", &ada.token, short).await;
    assert_problem(&refused, 400, "invalid-fields");
    assert_eq!(refused.json()["field"], "new_password");
    let right = json!({ "current_password": PASSWORD, "new_password": new });
    assert_eq!(bench.post("/me/password", &ada.token, right).await.status, 204);
    assert_problem(&bench.get("/me", &other).await, 401, "not-logged-in");
    let refused = bench.post("/sessions", "", json!({ "email": "ada@example.org", "password": PASSWORD })).await;
    assert_problem(&refused, 401, "wrong-credentials");
    bench.log_in("ada@example.org", new).await;

    let events = bench.get("/me/security-events", &ada.token).await.json();
    let kinds: Vec<_> =
        events["events"].as_array().expect("a list").iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds[..3], ["logged-in", "login-failed", "password-changed"]);
    assert_eq!(kinds.last(), Some(&json!("registered")));
}

#[tokio::test]
async fn unknown_addresses_and_wrong_passwords_look_alike() {
    let bench = Bench::new();
    bench.customer("ada@example.org").await;
    let try_with =
        async |email| bench.post("/sessions", "", json!({ "email": email, "password": "wrong password here" })).await;
    let (known, unknown) = (try_with("ada@example.org").await, try_with("eve@example.org").await);
    assert_problem(&known, 401, "wrong-credentials");
    assert_eq!((known.status, known.text), (unknown.status, unknown.text));
}

#[tokio::test]
async fn registering_names_every_bad_field() {
    let bench = Bench::new();
    let ada = json!({ "name": "Ada", "email": "ada@example.org", "password": PASSWORD, "pin": PIN });
    let bad = json!({ "name": " ", "email": "nowhere", "password": "short", "pin": "123456" });
    let refused = bench.post("/customers", "", bad).await;
    assert_problem(&refused, 400, "invalid-fields");
    let refused = refused.json();
    let fields: Vec<_> = refused["fields"].as_array().expect("a list").iter().map(|f| f["field"].clone()).collect();
    assert_eq!(fields, ["name", "email", "password", "pin"]);
    assert_eq!(refused["field"], "name");
    let mut bad_pin = ada.clone();
    bad_pin["pin"] = json!("12");
    assert_eq!(bench.post("/customers", "", bad_pin).await.json()["field"], "pin");

    assert_eq!(bench.post("/customers", "", ada.clone()).await.status, 201);
    assert_problem(&bench.post("/customers", "", ada).await, 409, "email-taken");
}
