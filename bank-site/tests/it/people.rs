//! The API of what customers arrange for themselves: payees, currencies, previews, closing, their profile.

use kit_web::testing::Answer;
use poem::http::Method;
use serde_json::{Value, json};

use crate::bench::{Bench, Customer, PASSWORD, PIN, assert_problem};

async fn patch(bench: &Bench, path: &str, who: &Customer, body: Value) -> Answer {
    bench.api(Method::PATCH, path, &who.token, Some(body)).await
}

#[tokio::test]
async fn payees_are_saved_and_transferred_to() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let bob = bench.customer("bob@example.org").await;
    let save = async |name, number: &str| {
        bench.post("/payees", &ada.token, json!({ "name": name, "account_number": number })).await
    };
    let made = save("Bob", &bob.number).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let again = save("Robert", &bob.number).await;
    assert_problem(&again, 409, "payee-saved-already");
    assert_eq!(again.json()["name"], "Bob");
    let own = save("Me", &ada.number).await;
    assert_problem(&own, 400, "invalid-fields");
    assert_eq!(own.json()["fields"][0]["code"], "own-account");
    let mistyped = save("Bob", "111111111111").await.json();
    assert_eq!(mistyped["fields"][0]["code"], "check-digits");
    assert_eq!(save("", &bob.number).await.json()["fields"][0]["code"], "missing");

    let renamed = patch(&bench, &format!("/payees/{id}"), &ada, json!({ "name": "Bob's rent" })).await.json();
    assert_eq!(renamed["account_number"], bob.number.as_str());
    let listed = bench.get("/payees", &ada.token).await.json();
    assert_eq!((listed["payees"].as_array().map(Vec::len), &listed["payees"][0]), (Some(1), &renamed));

    let order = json!({ "from": ada.number, "payee_id": id, "amount": "5.00", "currency": "EUR", "pin": PIN });
    for replay in ["", "true"] {
        let moved = bench.keyed("/transfers", &ada.token, "to-payee-1", order.clone()).await;
        assert_eq!((moved.status, moved.header("idempotent-replay")), (201, replay), "{}", moved.text);
    }
    assert_eq!(bench.balance(&bob).await[0], "5.00");
    let both = json!({ "from": ada.number, "to": bob.number, "payee_id": id, "amount": "5.00", "currency": "EUR" });
    for body in [both, json!({ "from": ada.number, "amount": "5.00", "currency": "EUR" })] {
        let refused = bench.keyed("/transfers", &ada.token, "to-payee-2", body).await;
        assert_problem(&refused, 400, "invalid-fields");
        assert_eq!(refused.json()["fields"][0]["code"], "either-or");
    }

    // To anybody else it is as unknown as one that does not exist.
    for id in [id.as_str(), "01934b5e-0000-7000-8000-000000000001", "x"] {
        let path = format!("/payees/{id}");
        let theirs = json!({ "from": bob.number, "payee_id": id, "amount": "1.00", "currency": "EUR", "pin": PIN });
        for answer in [
            patch(&bench, &path, &bob, json!({ "name": "Mine" })).await,
            bench.api(Method::DELETE, &path, &bob.token, None).await,
            bench.keyed("/transfers", &bob.token, "not-mine-1", theirs).await,
        ] {
            assert_problem(&answer, 404, "saved-payee-not-found");
        }
    }
    let path = format!("/payees/{id}");
    assert_eq!(bench.api(Method::DELETE, &path, &ada.token, None).await.status, 204);
    assert_problem(&bench.api(Method::DELETE, &path, &ada.token, None).await, 404, "saved-payee-not-found");
}

#[tokio::test]
async fn a_transfer_is_looked_at_before_it_is_made() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let bob = bench.customer("bob@example.org").await;
    let look = async |to: &str, amount, currency| {
        let draft =
            json!({ "from": ada.number, "to": to, "amount": amount, "currency": currency, "reference": "rent" });
        bench.post("/transfers/preview", &ada.token, draft).await
    };
    let seen = look(&bob.number, "30.00", "EUR").await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    assert!(!seen.text.contains("Lovelace"), "nobody's name is told");
    let seen = seen.json();
    assert_eq!((&seen["payee_kind"], &seen["payee_name"]), (&json!("account-number"), &json!(null)));
    assert_eq!((&seen["available_after"], &seen["pin_needed"]), (&json!("70.00"), &json!(true)));
    assert_eq!((&seen["obstacles"], &seen["from"]["posted"]), (&json!([]), &json!("100.00")));
    let short = look(&bob.number, "130.00", "EUR").await.json();
    assert_eq!(
        (&short["available_after"], &short["obstacles"][0]["code"]),
        (&json!("-30.00"), &json!("insufficient-funds"))
    );
    let nobody = kit_core::AccountNumber::from_payload(2_718_281_828).digits();
    assert_eq!(look(&nobody, "1.00", "EUR").await.json()["obstacles"][0]["code"], "payee-not-found");
    assert_problem(&look(&ada.number, "1.00", "EUR").await, 400, "same-account");
    assert_problem(&look(&bob.number, "0.00", "EUR").await, 400, "amount-not-positive");
    let theirs = json!({ "from": ada.number, "to": bob.number, "amount": "1.00", "currency": "EUR" });
    assert_problem(&bench.post("/transfers/preview", &bob.token, theirs).await, 404, "account-not-found");
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn an_account_in_another_currency_is_opened_used_and_closed() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let bob = bench.customer("bob@example.org").await;
    let open = async |currency| {
        let new = json!({ "name": "Travel", "currency": currency, "pin": PIN });
        bench.post("/accounts", &ada.token, new).await
    };
    let refused = open("XAU").await;
    assert_problem(&refused, 400, "invalid-fields");
    assert_eq!(refused.json()["fields"][0]["code"], "currency-not-offered");
    assert_eq!(open("euro").await.json()["fields"][0]["code"], "not-a-currency");
    bench.clock.advance(std::time::Duration::from_secs(1));
    let yen = open("JPY").await.json();
    assert_eq!((&yen["currency"], &yen["available"]), (&json!("JPY"), &json!("0")));
    let number = yen["number"].as_str().expect("a number").to_owned();
    let cash = json!({ "amount": "500", "currency": "JPY" });
    let path = format!("/accounts/{number}/deposits");
    assert_eq!(bench.keyed(&path, &ada.token, "yen-in-01", cash.clone()).await.json()["balance_after"], "500");
    let order = json!({ "from": number, "to": ada.number, "amount": "500", "currency": "JPY" });
    let refused = bench.keyed("/transfers", &ada.token, "yen-to-eur", order).await;
    assert_problem(&refused, 422, "currency-mismatch");
    assert_eq!(refused.json()["account_currency"], "EUR");

    let seen = bench.get("/dashboard?limit=1", &ada.token).await.json();
    assert_eq!(seen["totals"].as_array().map(Vec::len), Some(2));
    assert_eq!((&seen["totals"][1]["currency"], &seen["totals"][1]["posted"]), (&json!("JPY"), &json!("500")));
    assert_eq!(seen["latest"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&seen["latest"][0]["account_number"], &seen["latest"][0]["entry"]["counterparty_kind"]),
        (&json!(number), &json!("cash"))
    );

    let path = format!("/accounts/{number}");
    let renamed = patch(&bench, &path, &ada, json!({ "name": "Tokyo" })).await.json();
    assert_eq!(renamed["name"], "Tokyo");
    assert_problem(&patch(&bench, &path, &bob, json!({ "name": "Mine" })).await, 404, "account-not-found");
    let closing = format!("{path}/close");
    let close = async |body: Value| bench.post(&closing, &ada.token, body).await;
    assert_problem(&bench.post(&closing, &bob.token, json!({ "pin": PIN })).await, 404, "account-not-found");
    assert_problem(&close(json!({ "pin": "000001" })).await, 422, "incorrect-pin");
    assert_problem(&close(json!({ "password": "not the password" })).await, 403, "wrong-password");
    for body in [json!({}), json!({ "pin": PIN, "password": PASSWORD })] {
        assert_eq!(close(body).await.json()["fields"][0]["code"], "either-or");
    }
    let full = close(json!({ "pin": PIN })).await;
    assert_problem(&full, 409, "account-not-empty");
    assert_eq!((&full.json()["balance"], &full.json()["currency"]), (&json!("500"), &json!("JPY")));
    let out = json!({ "amount": "500", "currency": "JPY", "pin": PIN });
    assert_eq!(bench.keyed(&format!("{path}/withdrawals"), &ada.token, "yen-out-1", out).await.status, 201);
    for _ in 0..2 {
        let closed = close(json!({ "password": PASSWORD })).await;
        assert_eq!((closed.status, &closed.json()["closed"]), (200, &json!(true)), "{}", closed.text);
    }
    let late = bench.keyed(&format!("{path}/deposits"), &ada.token, "yen-in-02", cash).await;
    assert_problem(&late, 422, "account-closed");
    bench.assert_sound();
}

#[tokio::test]
async fn a_refund_to_a_closed_account_is_refused() {
    let bench = Bench::new();
    let (ada, shop) = (bench.rich_customer("ada@example.org", "10.00").await, bench.merchant("Shop"));
    let pay = json!({ "account_number": ada.number, "pin": PIN, "amount": "10.00", "currency": "EUR" });
    let payment = bench.keyed("/payments", &shop, "order-001", pay).await.json();
    let closing = format!("/accounts/{}/close", ada.number);
    assert_eq!(bench.post(&closing, &ada.token, json!({ "pin": PIN })).await.status, 200);
    let path = format!("/payments/{}/refund", payment["id"].as_str().expect("an id"));
    for replay in ["", "true"] {
        let refused = bench.keyed(&path, &shop, "refund-001", json!({ "amount": "10.00", "currency": "EUR" })).await;
        assert_problem(&refused, 402, "account-closed");
        assert_eq!((&refused.json()["advice"], refused.header("idempotent-replay")), (&json!("do-not-retry"), replay));
    }
    bench.assert_sound();
}

#[tokio::test]
async fn name_language_and_the_log_of_what_happened() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    assert_eq!(bench.get("/me", &ada.token).await.json()["language"], "en");
    assert_eq!(patch(&bench, "/me", &ada, json!({ "language": "de" })).await.json()["language"], "de");
    let named = patch(&bench, "/me", &ada, json!({ "name": "Ada Byron" })).await.json();
    assert_eq!((&named["name"], &named["language"]), (&json!("Ada Byron"), &json!("de")));
    let refused = patch(&bench, "/me", &ada, json!({ "language": "tlh" })).await;
    assert_problem(&refused, 400, "invalid-fields");
    assert_eq!(refused.json()["fields"][0]["code"], "not-a-language");
    let new = json!({ "name": "Grete", "email": "g@example.org", "password": PASSWORD, "pin": PIN, "language": "de" });
    let made = bench.post("/customers", "", new).await.json();
    assert_eq!((&made["customer"]["language"], &made["account"]["name"]), (&json!("de"), &json!("Girokonto")));

    let first = bench.get("/me/security-events?limit=2", &ada.token).await.json();
    let kinds = |page: &Value| {
        let events = page["events"].as_array().expect("a list").clone();
        events.iter().map(|e| e["kind"].as_str().expect("a kind").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&first), ["name-changed", "logged-in"]);
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let second = bench.get(&format!("/me/security-events?limit=2&cursor={cursor}"), &ada.token).await.json();
    assert_eq!((kinds(&second), &second["next_cursor"]), (vec!["registered".to_owned()], &json!(null)));
    let refused = bench.get("/me/security-events?cursor=x", &ada.token).await;
    assert_eq!(refused.json()["fields"][0]["code"], "not-a-cursor");
}
