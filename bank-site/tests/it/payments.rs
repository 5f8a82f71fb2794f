//! What merchants do by the API: the contract that `shop-core`'s HTTP gateway is written against.

use poem::http::Method;
use serde_json::{Value, json};

use crate::bench::{Bench, Customer, PIN, assert_problem};

fn payment(payer: &Customer, amount: &str, capture: &str) -> Value {
    json!({
        "account_number": payer.number, "pin": PIN, "amount": amount, "currency": "EUR", "capture": capture,
        "reference": "Order 7",
    })
}

fn id(payment: &Value) -> String {
    payment["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_purchase_is_taken_at_once_and_refunded() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    let made = bench.keyed("/payments", &shop, "order-007", payment(&ada, "129.90", "immediate")).await;
    assert_eq!((made.status, made.header("content-type")), (201, "application/json; charset=utf-8"));
    let body = made.json();
    assert_eq!(
        body,
        json!({
            "id": body["id"], "idempotency_key": "order-007", "status": "captured", "amount": "129.90",
            "currency": "EUR", "captured": "129.90", "refunded": "0.00", "reference": "Order 7",
            "created_at": "2026-11-22T16:07:00.000000Z", "capture": "immediate",
        })
    );
    assert_eq!(bench.balance(&ada).await, ["70.10", "0.00", "70.10"]);

    let again = bench.keyed("/payments", &shop, "order-007", payment(&ada, "129.90", "immediate")).await;
    assert_eq!((again.status, again.header("idempotent-replay"), &again.text), (201, "true", &made.text));
    let other = bench.keyed("/payments", &shop, "order-007", payment(&ada, "130.00", "immediate")).await;
    assert_problem(&other, 422, "idempotency-key-reuse");
    assert_eq!(other.json()["field"], "amount");

    let by_id = bench.get(&format!("/payments/{}", id(&body)), &shop).await;
    let by_key = bench.get("/payments?idempotency_key=order-007", &shop).await;
    assert_eq!((by_id.json(), by_key.json()), (body.clone(), json!({ "payments": [body.clone()] })));

    let refunds = format!("/payments/{}/refund", id(&body));
    let part = bench.keyed(&refunds, &shop, "refund-01", json!({ "amount": "29.90" })).await;
    assert_eq!((part.status, &part.json()["refunded"]), (200, &json!("29.90")), "{}", part.text);
    let again = bench.keyed(&refunds, &shop, "refund-01", json!({ "amount": "29.90" })).await;
    assert_eq!((again.header("idempotent-replay"), &again.json()["refunded"]), ("true", &json!("29.90")));
    let more = bench.keyed(&refunds, &shop, "refund-02", json!({ "amount": "100.01", "currency": "EUR" })).await;
    assert_problem(&more, 409, "exceeds-captured");
    assert_eq!((&more.json()["refundable"], &more.json()["payment"]["refunded"]), (&json!("100.00"), &json!("29.90")));
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
    bench.assert_sound();
}

#[tokio::test]
async fn an_authorization_holds_and_is_captured_in_parts() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    let made = bench.keyed("/payments", &shop, "order-008", payment(&ada, "100.00", "manual")).await.json();
    assert_eq!((&made["status"], &made["captured"]), (&json!("authorized"), &json!("0.00")));
    assert_eq!(made["expires_at"], "2026-11-29T16:07:00.000000Z");
    assert_eq!(bench.balance(&ada).await, ["200.00", "100.00", "100.00"]);
    let seen = bench.get(&format!("/accounts/{}", ada.number), &ada.token).await.json();
    assert_eq!((&seen["holds"][0]["merchant"], &seen["holds"][0]["amount"]), (&json!("Shop"), &json!("100.00")));

    let captures = format!("/payments/{}/capture", id(&made));
    let part = bench.keyed(&captures, &shop, "capture-1", json!({ "amount": "30.00", "final": false })).await.json();
    assert_eq!((&part["status"], &part["captured"]), (&json!("authorized"), &json!("30.00")));
    let over = bench.keyed(&captures, &shop, "capture-2", json!({ "amount": "70.01" })).await;
    assert_problem(&over, 409, "exceeds-remaining");
    assert_eq!(over.json()["remaining"], "70.00");
    let last = bench.keyed(&captures, &shop, "capture-3", json!({ "amount": "20.00" })).await.json();
    assert_eq!((&last["status"], &last["captured"]), (&json!("captured"), &json!("50.00")));
    assert_problem(&bench.keyed(&captures, &shop, "capture-4", json!({})).await, 409, "already-captured");
    assert_eq!(bench.balance(&ada).await, ["150.00", "0.00", "150.00"]);
    bench.assert_sound();
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer_whatever_came_after() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    let made = bench.keyed("/payments", &shop, "order-009", payment(&ada, "100.00", "manual")).await;
    let path = format!("/payments/{}", id(&made.json()));
    let calls = [
        ("/payments".to_owned(), "order-009", payment(&ada, "100.00", "manual")),
        (format!("{path}/capture"), "capture-1", json!({ "amount": "30.00", "final": false })),
        (format!("{path}/capture"), "capture-2", json!({ "amount": "70.01" })),
        (format!("{path}/refund"), "refund-01", json!({ "amount": "30.01" })),
    ];
    let mut first = Vec::new();
    for (path, key, body) in &calls {
        first.push(bench.keyed(path, &shop, key, body.clone()).await);
    }
    assert_eq!(first.iter().map(|answer| answer.status).collect::<Vec<_>>(), [201, 200, 409, 409]);
    assert_eq!(first[2].json()["payment"]["expires_at"], made.json()["expires_at"]);
    bench.keyed(&format!("{path}/capture"), &shop, "capture-3", json!({})).await;
    bench.keyed(&format!("{path}/refund"), &shop, "refund-02", json!({ "amount": "50.00" })).await;
    for ((path, key, body), first) in calls.iter().zip(&first) {
        let again = bench.keyed(path, &shop, key, body.clone()).await;
        assert_eq!((again.status, again.header("idempotent-replay")), (first.status, "true"), "{key}");
        assert_eq!(again.text, first.text, "{key}");
        assert_eq!(again.header("content-type"), first.header("content-type"), "{key}");
    }
}

#[tokio::test]
async fn voids_release_fence_and_tell_what_was_captured() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    let made = bench.keyed("/payments", &shop, "hold-0001", payment(&ada, "100.00", "manual")).await.json();
    for _ in 0..2 {
        let path = format!("/payments/{}/void", id(&made));
        let voided = bench.api(Method::POST, &path, &shop, None).await;
        assert_eq!((voided.status, &voided.json()["status"]), (200, &json!("voided")), "{}", voided.text);
    }
    assert_eq!(bench.balance(&ada).await, ["200.00", "0.00", "200.00"]);

    // With part of it captured, the rest is released, however often that is asked for, and by either way.
    let made = bench.keyed("/payments", &shop, "hold-0002", payment(&ada, "100.00", "manual")).await.json();
    let path = format!("/payments/{}", id(&made));
    bench.keyed(&format!("{path}/capture"), &shop, "capture-1", json!({ "amount": "30.00", "final": false })).await;
    let first = bench.api(Method::POST, &format!("{path}/void"), &shop, None).await;
    assert_eq!((first.status, &first.json()["status"]), (200, &json!("captured")), "{}", first.text);
    let again = bench.api(Method::POST, &format!("{path}/void"), &shop, None).await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    let by_key = bench.post("/payments/void", &shop, json!({ "idempotency_key": "hold-0002" })).await;
    assert_eq!((by_key.status, &by_key.text), (200, &first.text));
    bench.keyed(&format!("{path}/refund"), &shop, "refund-01", json!({ "amount": "30.00" })).await;
    assert_eq!(bench.balance(&ada).await, ["200.00", "0.00", "200.00"]);

    // A key never seen is fenced: what arrives under it later is declined.
    let fenced = bench.post("/payments/void", &shop, json!({ "idempotency_key": "late-0001" })).await;
    assert_eq!((fenced.status, &fenced.json()["status"]), (200, &json!("voided")), "{}", fenced.text);
    assert_eq!((&fenced.json()["amount"], &fenced.json()["expires_at"]), (&json!("0.00"), &json!(null)));
    let late = bench.keyed("/payments", &shop, "late-0001", payment(&ada, "100.00", "immediate")).await;
    assert_problem(&late, 402, "voided");
    assert_eq!(late.json()["payment"]["status"], "voided");

    bench.keyed("/payments", &shop, "taken-001", payment(&ada, "50.00", "immediate")).await;
    let refused = bench.post("/payments/void", &shop, json!({ "idempotency_key": "taken-001" })).await;
    assert_problem(&refused, 409, "already-captured");
    assert_eq!(refused.json()["payment"]["captured"], "50.00");
    assert_eq!(refused.json()["payment"]["idempotency_key"], "taken-001");
    assert_eq!(bench.balance(&ada).await, ["150.00", "0.00", "150.00"]);
}

#[tokio::test]
async fn a_decline_names_what_to_do_and_nothing_of_the_payer() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "10.00").await;
    let shop = bench.merchant("Shop");
    let declined = bench.keyed("/payments", &shop, "too-much1", payment(&ada, "25.53", "immediate")).await;
    assert_problem(&declined, 402, "insufficient-funds");
    let body = declined.json();
    assert_eq!(body["advice"], "retry-later");
    assert_eq!(body["payment"]["status"], "declined");
    assert_eq!(body["payment"]["decline"], json!({ "code": "insufficient-funds", "advice": "retry-later" }));
    assert!(!declined.text.contains("15.53") && body.get("shortfall").is_none(), "{}", declined.text);
    assert!(!declined.text.contains("10.00"), "no balance: {}", declined.text);
    let again = bench.keyed("/payments", &shop, "too-much1", payment(&ada, "25.53", "immediate")).await;
    assert_eq!((again.status, again.header("idempotent-replay"), &again.text), (402, "true", &declined.text));
    let found = bench.get("/payments?idempotency_key=too-much1", &shop).await.json();
    assert_eq!(found["payments"], json!([body["payment"]]));

    // A wrong PIN and an account that does not exist are told alike.
    let mut wrong = payment(&ada, "1.00", "immediate");
    wrong["pin"] = json!("000001");
    let mut unknown = wrong.clone();
    unknown["account_number"] = json!(kit_core::AccountNumber::from_payload(2_718_281_828).digits());
    let without_ids = |mut body: Value| {
        for name in ["id", "idempotency_key"] {
            body["payment"][name] = json!(null);
        }
        body
    };
    let wrong = bench.keyed("/payments", &shop, "wrong-pin", wrong).await;
    let unknown = bench.keyed("/payments", &shop, "unknown-1", unknown).await;
    assert_problem(&wrong, 402, "incorrect-pin");
    assert_eq!(wrong.json()["advice"], "retry-with-new-pin");
    assert_eq!(without_ids(wrong.json()), without_ids(unknown.json()));

    let mut dollars = payment(&ada, "1.00", "immediate");
    dollars["currency"] = json!("USD");
    let declined = bench.keyed("/payments", &shop, "dollars-1", dollars).await;
    assert_problem(&declined, 402, "currency-mismatch");
    assert_eq!(declined.json()["advice"], "do-not-retry");
    assert_eq!(bench.balance(&ada).await, ["10.00", "0.00", "10.00"]);
}

#[tokio::test]
async fn a_refund_gives_back_no_more_than_was_captured() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    let paid = bench.keyed("/payments", &shop, "order-009", payment(&ada, "50.00", "immediate")).await.json();
    let hold = bench.keyed("/payments", &shop, "order-010", payment(&ada, "5.00", "manual")).await.json();
    for (payment, key, amount, status) in [
        (&paid, "refund-1", "50.01", 409),
        (&paid, "refund-2", "50.00", 200),
        (&paid, "refund-3", "0.01", 409),
        (&hold, "refund-4", "5.00", 409),
    ] {
        let path = format!("/payments/{}/refund", id(payment));
        let answer = bench.keyed(&path, &shop, key, json!({ "amount": amount })).await;
        assert_eq!(answer.status, status, "{key}: {}", answer.text);
    }
    assert_eq!(bench.balance(&ada).await, ["200.00", "5.00", "195.00"]);
    bench.assert_sound();
}

#[tokio::test]
async fn another_merchants_payments_are_as_unknown_as_none() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let (shop, other) = (bench.merchant("Shop"), bench.merchant("Other"));
    let made = bench.keyed("/payments", &shop, "order-011", payment(&ada, "50.00", "manual")).await.json();
    for id in [id(&made), "01934b5e-0000-7000-8000-000000000001".to_owned(), "no-id-at-all".to_owned()] {
        let path = format!("/payments/{id}");
        for answer in [
            bench.get(&path, &other).await,
            bench.keyed(&format!("{path}/capture"), &other, &format!("steal-1-{}", &id[..8]), json!({})).await,
            bench
                .keyed(&format!("{path}/refund"), &other, &format!("steal-2-{}", &id[..8]), json!({ "amount": "1.00" }))
                .await,
            bench.api(Method::POST, &format!("{path}/void"), &other, None).await,
        ] {
            assert_problem(&answer, 404, "payment-not-found");
        }
    }
    let none = bench.get("/payments?idempotency_key=order-011", &other).await;
    assert_eq!((none.status, none.json()), (200, json!({ "payments": [] })));
    // The other merchant's key of the same name fences nothing of ours.
    bench.post("/payments/void", &other, json!({ "idempotency_key": "order-011" })).await;
    assert_eq!(bench.get(&format!("/payments/{}", id(&made)), &shop).await.json(), made);
}

#[tokio::test]
async fn a_merchant_lists_its_own_payments_page_by_page() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let (shop, other) = (bench.merchant("Shop"), bench.merchant("Other"));
    let mut made = Vec::new();
    for n in 0..5 {
        let key = format!("order-02{n}");
        made.push(bench.keyed("/payments", &shop, &key, payment(&ada, "1.00", "immediate")).await.json());
        bench.keyed("/payments", &other, &key, payment(&ada, "2.00", "immediate")).await;
    }
    made.push(
        bench.keyed("/payments", &shop, "declined1", payment(&ada, "999.00", "immediate")).await.json()["payment"]
            .clone(),
    );
    made.push(bench.post("/payments/void", &shop, json!({ "idempotency_key": "fenced-01" })).await.json());
    made.sort_by_key(id);
    made.reverse();
    for limit in ["", "limit=1", "limit=3", "limit=7", "limit=200"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = bench.get(&format!("/payments?{limit}{cursor}"), &shop).await;
            assert_eq!(page.status, 200, "{}", page.text);
            seen.extend(page.json()["payments"].as_array().expect("a list").clone());
            match page.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, made, "{limit}: the newest first, each once, and none of another merchant");
    }
    let theirs = bench.get("/payments", &other).await.json();
    assert_eq!(theirs["payments"].as_array().map(Vec::len), Some(5));
    let none = bench.get("/payments", &bench.merchant("Idle")).await.json();
    assert_eq!(none, json!({ "payments": [] }), "without a next page there is no cursor");
    // A cursor is a place, not a right: another merchant's id shows nothing of theirs.
    let place = format!("/payments?cursor={}", id(&theirs["payments"][0]));
    assert!(!bench.get(&place, &shop).await.text.contains("2.00"));
    for limit in ["0", "201", "many", "-1"] {
        let refused = bench.get(&format!("/payments?limit={limit}"), &shop).await;
        assert_problem(&refused, 400, "invalid-request");
        assert_eq!(refused.json()["field"], "limit");
    }
    for bearer in ["", "garbage", ada.token.as_str()] {
        assert_problem(&bench.get("/payments", bearer).await, 401, "unauthenticated");
    }
    // What these were once.
    assert_problem(&bench.get("/payments/list", &shop).await, 404, "payment-not-found");
}

#[tokio::test]
async fn a_list_of_payments_is_narrowed_by_filters() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    bench.keyed("/payments", &shop, "taken-001", payment(&ada, "1.00", "immediate")).await;
    bench.keyed("/payments", &shop, "held-0001", payment(&ada, "2.00", "manual")).await;
    bench.post("/payments/void", &shop, json!({ "idempotency_key": "fenced-01" })).await;
    for (query, expected) in [
        ("", &["fenced-01", "held-0001", "taken-001"][..]),
        ("idempotency_key=held-0001", &["held-0001"]),
        ("idempotency_key=never-001", &[]),
        ("idempotency_key=%7Bonce-taken%7D", &[]),
        ("idempotency_key=held-0001&status=captured", &[]),
        ("status=captured", &["taken-001"]),
        ("status=authorized&reference=Order%207", &["held-0001"]),
        ("reference=Order", &[]),
        ("reference=", &["fenced-01"]),
        ("created_from=2026-11-22T16:07:00Z", &["fenced-01", "held-0001", "taken-001"]),
        ("created_to=2026-11-22T16:07:00Z", &[]),
        (
            "created_from=2026-11-22T17:07:00%2B01:00&created_to=2026-11-22T16:07:00.000001Z&status=voided",
            &["fenced-01"],
        ),
        ("status=cancelled", &[]),
        ("status=requires-approval", &[]),
    ] {
        let page = bench.get(&format!("/payments?{query}"), &shop).await;
        assert_eq!(page.status, 200, "{query}: {}", page.text);
        let json = page.json();
        let mut keys: Vec<_> = json["payments"].as_array().expect("a list").iter().collect();
        keys.sort_by_key(|payment| payment["idempotency_key"].to_string());
        let keys: Vec<_> = keys.iter().filter_map(|payment| payment["idempotency_key"].as_str()).collect();
        assert_eq!(keys, expected, "{query}");
    }
    for (query, field, code) in [
        ("idempotency_key=short", "idempotency_key", "not-an-idempotency-key"),
        ("status=canceled", "status", "not-offered"),
        ("status=", "status", "not-offered"),
        ("created_from=yesterday", "created_from", "not-a-time"),
        ("created_to=2026-11-22", "created_to", "not-a-time"),
        ("created_from=2026-11-23T00:00:00Z&created_to=2026-11-22T00:00:00Z", "created_from", "range-reversed"),
        ("reference=a%0Ab", "reference", "not-plain-text"),
        ("cursor=elsewhere", "cursor", "not-a-cursor"),
        ("cursor=", "cursor", "not-a-cursor"),
    ] {
        let refused = bench.get(&format!("/payments?{query}"), &shop).await;
        assert_problem(&refused, 400, "invalid-fields");
        let json = refused.json();
        assert_eq!((&json["field"], &json["fields"][0]["code"]), (&json!(field), &json!(code)), "{query}");
    }
}

#[tokio::test]
async fn customers_and_merchants_have_keys_of_their_own() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "200.00").await;
    let shop = bench.merchant("Shop");
    let stranger = "0".repeat(64);
    for bearer in ["", "garbage", stranger.as_str(), ada.token.as_str()] {
        for answer in [
            bench.get("/payments/01934b5e-0000-7000-8000-000000000001", bearer).await,
            bench.get("/payments?idempotency_key=order-011", bearer).await,
            bench.keyed("/payments", bearer, "order-012", payment(&ada, "1.00", "immediate")).await,
            bench.post("/payments/void", bearer, json!({ "idempotency_key": "order-012" })).await,
        ] {
            assert_problem(&answer, 401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    for bearer in ["", "garbage", stranger.as_str(), shop.as_str()] {
        let code = if bearer.is_empty() { "unauthenticated" } else { "not-logged-in" };
        for answer in [
            bench.get("/me", bearer).await,
            bench.get("/accounts", bearer).await,
            bench.post("/accounts", bearer, json!({ "name": "x", "pin": PIN })).await,
            bench.api(Method::DELETE, "/sessions/current", bearer, None).await,
        ] {
            assert_problem(&answer, 401, code);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}
