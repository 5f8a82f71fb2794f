//! Accounts and movements by the API.

use poem::http::Method;
use serde_json::json;

use crate::bench::{Bench, OTHER_PIN, PASSWORD, PIN, assert_problem};

#[tokio::test]
async fn deposit_withdraw_transfer_and_read_the_statement() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    let bob = bench.customer("bob@example.org").await;

    let path = format!("/accounts/{}/deposits", ada.number);
    let made = bench.keyed(&path, &ada.token, "deposit-1", json!({ "amount": "250.00", "currency": "EUR" })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("idempotent-replay"), "");
    assert_eq!((&made.json()["kind"], &made.json()["balance_after"]), (&json!("deposit"), &json!("250.00")));

    let path = format!("/accounts/{}/withdrawals", ada.number);
    let body = json!({ "amount": "20.5", "currency": "EUR", "pin": PIN });
    let made = bench.keyed(&path, &ada.token, "withdraw-1", body).await;
    assert_eq!((made.status, &made.json()["balance_after"]), (201, &json!("229.50")), "{}", made.text);

    let body = json!({ "from": ada.number, "to": bob.number, "amount": "29.50", "currency": "EUR", "reference": "Lunch", "pin": PIN });
    let made = bench.keyed("/transfers", &ada.token, "transfer-1", body).await;
    assert_eq!((made.status, &made.json()["balance_after"]), (201, &json!("200.00")), "{}", made.text);

    let entries = bench.get(&format!("/accounts/{}/entries", ada.number), &ada.token).await.json();
    let lines: Vec<_> = entries["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| (e["kind"].clone(), e["amount"].clone(), e["balance_after"].clone()))
        .collect();
    assert_eq!(
        lines,
        [
            (json!("transfer"), json!("-29.50"), json!("200.00")),
            (json!("withdrawal"), json!("-20.50"), json!("229.50")),
            (json!("deposit"), json!("250.00"), json!("250.00")),
        ]
    );
    assert_eq!(entries["next_cursor"], json!(null));
    let of_bob = bench.get(&format!("/accounts/{}/entries", bob.number), &bob.token).await.json();
    assert_eq!(of_bob["entries"][0]["reference"], "Lunch");
    // Who receives money sees only the end of the sender's number.
    assert!(!of_bob.to_string().contains(&ada.number), "{of_bob}");
    bench.assert_sound();
}

#[tokio::test]
async fn the_same_key_moves_nothing_twice_and_other_facts_are_refused() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let path = format!("/accounts/{}/withdrawals", ada.number);
    let body = json!({ "amount": "20.00", "currency": "EUR", "pin": PIN });
    let first = bench.keyed(&path, &ada.token, "one-key-1", body.clone()).await;
    let again = bench.keyed(&path, &ada.token, "one-key-1", body).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!((first.header("idempotent-replay"), again.header("idempotent-replay")), ("", "true"));

    let other = json!({ "amount": "21.00", "currency": "EUR", "pin": PIN });
    let refused = bench.keyed(&path, &ada.token, "one-key-1", other).await;
    assert_problem(&refused, 422, "idempotency-key-reuse");
    assert_eq!(refused.json()["field"], "amount");
    let path = format!("/accounts/{}/deposits", ada.number);
    let refused = bench.keyed(&path, &ada.token, "one-key-1", json!({ "amount": "20.00", "currency": "EUR" })).await;
    assert_problem(&refused, 422, "idempotency-key-reuse");
    assert_eq!(refused.json()["field"], "operation");
    assert_eq!(bench.balance(&ada).await, ["80.00", "0.00", "80.00"]);
}

#[tokio::test]
async fn a_refusal_that_is_told_again_is_marked() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "10.00").await;
    let bob = bench.customer("bob@example.org").await;
    let account = format!("/accounts/{}", ada.number);
    let transfer = json!({ "from": ada.number, "to": bob.number, "amount": "10.01", "currency": "EUR", "pin": PIN });
    for (path, key, body, code) in [
        (
            format!("{account}/deposits"),
            "deposit-9",
            json!({ "amount": "1.00", "currency": "USD" }),
            "currency-mismatch",
        ),
        (
            format!("{account}/withdrawals"),
            "withdraw-9",
            json!({ "amount": "10.01", "currency": "EUR", "pin": PIN }),
            "insufficient-funds",
        ),
        ("/transfers".to_owned(), "transfer-9", transfer, "insufficient-funds"),
    ] {
        let first = bench.keyed(&path, &ada.token, key, body.clone()).await;
        assert_problem(&first, 422, code);
        let again = bench.keyed(&path, &ada.token, key, body).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text), "{key}");
        assert_eq!((first.header("idempotent-replay"), again.header("idempotent-replay")), ("", "true"), "{key}");
    }
}

#[tokio::test]
async fn between_own_accounts_no_pin_is_asked() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let bob = bench.customer("bob@example.org").await;
    let opened = bench.post("/accounts", &ada.token, json!({ "name": "Savings", "pin": OTHER_PIN })).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let savings = opened.json()["number"].as_str().expect("a number").to_owned();
    let listed = bench.get("/accounts", &ada.token).await.json();
    assert_eq!(listed["accounts"].as_array().map(Vec::len), Some(2));

    let body = json!({ "from": ada.number, "to": savings, "amount": "40.00", "currency": "EUR" });
    assert_eq!(bench.keyed("/transfers", &ada.token, "to-savings", body).await.status, 201);
    let body = json!({ "from": ada.number, "to": bob.number, "amount": "40.00", "currency": "EUR" });
    let refused = bench.keyed("/transfers", &ada.token, "to-bob-01", body.clone()).await;
    assert_problem(&refused, 400, "pin-required");
    assert_eq!(refused.json()["field"], "pin");
    // The key is still good: the same call with its PIN goes through.
    let mut with_pin = body;
    with_pin["pin"] = json!(PIN);
    assert_eq!(bench.keyed("/transfers", &ada.token, "to-bob-01", with_pin).await.status, 201);
    assert_eq!(bench.balance(&ada).await, ["20.00", "0.00", "20.00"]);
}

#[tokio::test]
async fn statements_come_in_pages() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    for _ in 0..5 {
        bench.fund(&ada.number, "1.00");
    }
    let mut path = format!("/accounts/{}/entries?limit=2", ada.number);
    let mut balances = Vec::new();
    loop {
        let page = bench.get(&path, &ada.token).await.json();
        let entries = page["entries"].as_array().expect("a list");
        balances.extend(entries.iter().map(|entry| entry["balance_after"].as_str().unwrap_or_default().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/accounts/{}/entries?limit=2&cursor={cursor}", ada.number);
    }
    assert_eq!(balances, ["5.00", "4.00", "3.00", "2.00", "1.00"]);

    let entries = format!("/accounts/{}/entries", ada.number);
    let refused = bench.get(&format!("{entries}?cursor=next"), &ada.token).await;
    assert_problem(&refused, 400, "invalid-fields");
    assert_eq!(refused.json()["field"], "cursor");
    for limit in ["0", "201", "-1", "many"] {
        let refused = bench.get(&format!("{entries}?limit={limit}"), &ada.token).await;
        assert_problem(&refused, 400, "invalid-request");
        assert_eq!(refused.json()["field"], "limit");
    }
}

#[tokio::test]
async fn a_pin_is_changed_with_the_old_one_or_the_password() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let path = format!("/accounts/{}/pin", ada.number);
    let changed = bench.post(&path, &ada.token, json!({ "current_pin": PIN, "new_pin": OTHER_PIN })).await;
    assert_eq!((changed.status, changed.text.as_str()), (204, ""));
    let refused = bench.post(&path, &ada.token, json!({ "current_pin": PIN, "new_pin": "7048823" })).await;
    assert_problem(&refused, 422, "incorrect-pin");
    assert_eq!(refused.json()["tries_left"], 4);
    let changed = bench.post(&path, &ada.token, json!({ "password": PASSWORD, "new_pin": "7048823" })).await;
    assert_eq!(changed.status, 204, "{}", changed.text);
    for body in
        [json!({ "new_pin": "7048823" }), json!({ "new_pin": "7048823", "current_pin": PIN, "password": PASSWORD })]
    {
        let refused = bench.post(&path, &ada.token, body).await;
        assert_problem(&refused, 400, "invalid-fields");
        assert_eq!(refused.json()["field"], "current_pin");
    }
    let refused = bench.post(&path, &ada.token, json!({ "current_pin": "7048823", "new_pin": "123456" })).await;
    assert_problem(&refused, 400, "invalid-fields");
    assert_eq!(refused.json()["field"], "new_pin");

    let withdraw = format!("/accounts/{}/withdrawals", ada.number);
    let body = json!({ "amount": "1.00", "currency": "EUR", "pin": "7048823" });
    assert_eq!(bench.keyed(&withdraw, &ada.token, "new-pin-1", body).await.status, 201);
}

#[tokio::test]
async fn wrong_pins_climb_the_ladder() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let path = format!("/accounts/{}/withdrawals", ada.number);
    let body = json!({ "amount": "1.00", "currency": "EUR", "pin": "000001" });
    for (key, status, code) in [
        ("wrong-01", 422, "incorrect-pin"),
        ("wrong-02", 422, "incorrect-pin"),
        ("wrong-03", 422, "incorrect-pin"),
        ("wrong-04", 429, "pin-throttled"),
    ] {
        assert_problem(&bench.keyed(&path, &ada.token, key, body.clone()).await, status, code);
    }
    let waits = bench.keyed(&path, &ada.token, "wrong-05", body.clone()).await;
    assert_eq!((waits.header("retry-after"), &waits.json()["retry_after_seconds"]), ("60", &json!(60)));
    bench.clock.advance(std::time::Duration::from_secs(60));
    assert_problem(&bench.keyed(&path, &ada.token, "wrong-06", body.clone()).await, 422, "incorrect-pin");
    bench.clock.advance(std::time::Duration::from_secs(300));
    assert_problem(&bench.keyed(&path, &ada.token, "wrong-07", body.clone()).await, 422, "incorrect-pin");
    assert_problem(&bench.keyed(&path, &ada.token, "wrong-08", body).await, 422, "pin-blocked");
    let events = bench.get("/me/security-events", &ada.token).await.json();
    assert_eq!(events["events"][0]["kind"], "pin-blocked");
    assert_eq!(events["events"][0]["account_number"], ada.number.as_str());
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn the_operators_policy_is_kept() {
    let bench = Bench::with(|config| config.policy.daily_deposits = [(kit_core::Currency::EUR, 10_000)].into());
    let ada = bench.customer("ada@example.org").await;
    let path = format!("/accounts/{}/deposits", ada.number);
    let deposit =
        async |key, amount| bench.keyed(&path, &ada.token, key, json!({ "amount": amount, "currency": "EUR" })).await;
    assert_eq!(deposit("today-01", "60.00").await.status, 201);
    let refused = deposit("today-02", "60.00").await;
    assert_problem(&refused, 422, "daily-deposit-limit");
    assert_eq!(refused.json()["left"], "40.00");

    let bench = Bench::with(|config| config.policy.self_service_deposits = false);
    let bob = bench.customer("bob@example.org").await;
    let path = format!("/accounts/{}/deposits", bob.number);
    let refused = bench.keyed(&path, &bob.token, "self-serve", json!({ "amount": "1.00", "currency": "EUR" })).await;
    assert_problem(&refused, 403, "deposits-by-operator-only");

    let number = kit_core::AccountNumber::parse(&bob.number).expect("a number");
    bench.fund(&bob.number, "10.00");
    bench.bank.set_frozen(number, true).expect("freezes");
    let path = format!("/accounts/{}/withdrawals", bob.number);
    let refused =
        bench.keyed(&path, &bob.token, "frozen-01", json!({ "amount": "1.00", "currency": "EUR", "pin": PIN })).await;
    assert_problem(&refused, 422, "account-frozen");
}

#[tokio::test]
async fn sixty_four_parallel_withdrawals_never_overdraw() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "10.00").await;
    let path = format!("/accounts/{}/withdrawals", ada.number);
    let mut calls = tokio::task::JoinSet::new();
    let bench = std::sync::Arc::new(bench);
    for n in 0..64 {
        let (bench, path, token) = (bench.clone(), path.clone(), ada.token.clone());
        calls.spawn(async move {
            let body = json!({ "amount": "1.00", "currency": "EUR", "pin": PIN });
            bench.keyed(&path, &token, &format!("parallel-{n}"), body).await.status
        });
    }
    let statuses = calls.join_all().await;
    let taken = statuses.iter().filter(|status| **status == 201).count();
    // A full lane, or a ladder that counts parallel tries, may refuse some; never may more go out than there was.
    assert!((1..=10).contains(&taken), "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 422, 429, 503].contains(status)), "{statuses:?}");
    let left = bench.balance(&ada).await;
    assert_eq!(left[0], format!("{}.00", 10 - taken));
    bench.assert_sound();
}

#[tokio::test]
async fn anothers_account_is_as_unknown_as_none() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let bob = bench.customer("bob@example.org").await;
    let nobodys = kit_core::AccountNumber::from_payload(2_718_281_828).digits();
    for number in [&ada.number, &nobodys] {
        let money = json!({ "amount": "1.00", "currency": "EUR" });
        let with_pin = json!({ "amount": "1.00", "currency": "EUR", "pin": PIN });
        let transfer = json!({ "from": number, "to": bob.number, "amount": "1.00", "currency": "EUR", "pin": PIN });
        for answer in [
            bench.get(&format!("/accounts/{number}"), &bob.token).await,
            bench.get(&format!("/accounts/{number}/entries"), &bob.token).await,
            bench
                .keyed(&format!("/accounts/{number}/deposits"), &bob.token, &format!("not-mine-1-{number}"), money)
                .await,
            bench
                .keyed(
                    &format!("/accounts/{number}/withdrawals"),
                    &bob.token,
                    &format!("not-mine-2-{number}"),
                    with_pin,
                )
                .await,
            bench.keyed("/transfers", &bob.token, &format!("not-mine-3-{number}"), transfer).await,
            bench
                .post(
                    &format!("/accounts/{number}/pin"),
                    &bob.token,
                    json!({ "current_pin": PIN, "new_pin": OTHER_PIN }),
                )
                .await,
        ] {
            assert_problem(&answer, 404, "account-not-found");
        }
    }
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
    let method = bench.api(Method::PUT, "/accounts", &bob.token, None).await;
    assert_problem(&method, 405, "method-not-allowed");
}
