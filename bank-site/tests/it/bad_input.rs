//! Bad input gets a clear error, and nothing is lost.

use serde_json::{Value, json};

use crate::bench::{Bench, PIN, assert_problem};

/// What is wrong with an amount: its text, the code, and the field that is named.
const AMOUNTS: [(&str, &str); 14] = [
    ("0", "amount-not-positive"),
    ("0.00", "amount-not-positive"),
    ("-5.00", "invalid-fields"),
    ("1.001", "invalid-fields"),
    ("0.000", "invalid-fields"),
    ("10000000000.01", "invalid-fields"),
    ("99999999999999999999999999999999999999", "invalid-fields"),
    ("ten", "invalid-fields"),
    ("", "invalid-fields"),
    ("1,50", "invalid-fields"),
    ("1e3", "invalid-fields"),
    ("NaN", "invalid-fields"),
    (" 1.00", "invalid-fields"),
    ("１２", "invalid-fields"),
];

#[tokio::test]
async fn bad_amounts_name_the_field_everywhere() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let bob = bench.customer("bob@example.org").await;
    let shop = bench.merchant("Shop");
    let deposits = format!("/accounts/{}/deposits", ada.number);
    let withdrawals = format!("/accounts/{}/withdrawals", ada.number);
    for (n, (amount, code)) in AMOUNTS.iter().enumerate() {
        let money = |more: Value| {
            let mut body = json!({ "amount": amount, "currency": "EUR" });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            body
        };
        let key = format!("bad-amount-{n}");
        let transfer = money(json!({ "from": ada.number, "to": bob.number, "pin": PIN }));
        for answer in [
            bench.keyed(&deposits, &ada.token, &key, money(json!({}))).await,
            bench.keyed(&withdrawals, &ada.token, &key, money(json!({ "pin": PIN }))).await,
            bench.keyed("/transfers", &ada.token, &key, transfer).await,
            bench.keyed("/payments", &shop, &key, money(json!({ "account_number": ada.number, "pin": PIN }))).await,
        ] {
            assert_problem(&answer, 400, code);
            assert_eq!(answer.json()["field"], "amount", "{amount:?}");
            assert_eq!(answer.json()["fields"][0]["field"], "amount", "{amount:?}");
        }
    }
    // Their keys are not used up.
    let body = json!({ "amount": "1.00", "currency": "EUR" });
    assert_eq!(bench.keyed(&deposits, &ada.token, "bad-amount-0", body).await.status, 201);
    assert_eq!(bench.balance(&ada).await, ["101.00", "0.00", "101.00"]);
    bench.assert_sound();
}

#[tokio::test]
async fn currencies_and_account_numbers() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let shop = bench.merchant("Shop");
    let path = format!("/accounts/{}/deposits", ada.number);
    for currency in ["eur", "EURO", "€", ""] {
        let refused =
            bench.keyed(&path, &ada.token, "currency-1", json!({ "amount": "1.00", "currency": currency })).await;
        assert_problem(&refused, 400, "invalid-fields");
        assert_eq!(refused.json()["field"], "currency");
    }
    let refused = bench.keyed(&path, &ada.token, "currency-2", json!({ "amount": "1.00", "currency": "USD" })).await;
    assert_problem(&refused, 422, "currency-mismatch");
    assert_eq!(refused.json()["account_currency"], "EUR");

    // One digit wrong: told before anything is asked of the store.
    let last = if ada.number.ends_with('0') { '1' } else { '0' };
    let typo = format!("{}{last}", &ada.number[..11]);
    for number in [typo.as_str(), "12", "abcdefghijkl"] {
        let money = json!({ "amount": "1.00", "currency": "EUR" });
        let payment = json!({ "account_number": number, "pin": PIN, "amount": "1.00", "currency": "EUR" });
        for (field, answer) in [
            ("number", bench.get(&format!("/accounts/{number}"), &ada.token).await),
            ("number", bench.keyed(&format!("/accounts/{number}/deposits"), &ada.token, "typo-0001", money).await),
            ("account_number", bench.keyed("/payments", &shop, "typo-0002", payment).await),
        ] {
            assert_problem(&answer, 400, "invalid-fields");
            assert_eq!(answer.json()["field"], field, "{number}");
            assert!(!answer.text.contains(typo.as_str()), "no echo: {}", answer.text);
        }
        let transfer = json!({ "from": ada.number, "to": number, "amount": "1.00", "currency": "EUR", "pin": PIN });
        let refused = bench.keyed("/transfers", &ada.token, "typo-0003", transfer).await;
        assert_problem(&refused, 400, "invalid-fields");
        assert_eq!(refused.json()["field"], "to");
    }
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
}

#[tokio::test]
async fn refusals_of_money_change_nothing() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let nobody = kit_core::AccountNumber::from_payload(2_718_281_828).digits();
    let withdrawals = format!("/accounts/{}/withdrawals", ada.number);
    let overdraft = json!({ "amount": "100.01", "currency": "EUR", "pin": PIN });
    let refused = bench.keyed(&withdrawals, &ada.token, "overdraft-1", overdraft).await;
    assert_problem(&refused, 422, "insufficient-funds");
    assert_eq!((&refused.json()["shortfall"], &refused.json()["currency"]), (&json!("0.01"), &json!("EUR")));
    let wrong = json!({ "amount": "1.00", "currency": "EUR", "pin": "000001" });
    assert_problem(&bench.keyed(&withdrawals, &ada.token, "wrong-pin-1", wrong).await, 422, "incorrect-pin");

    let transfer = |to: &str, reference: String| json!({ "from": ada.number, "to": to, "amount": "1.00", "currency": "EUR", "pin": PIN, "reference": reference });
    let answer = bench.keyed("/transfers", &ada.token, "nobody-01", transfer(&nobody, String::new())).await;
    assert_problem(&answer, 422, "payee-not-found");
    let answer = bench.keyed("/transfers", &ada.token, "myself-01", transfer(&ada.number, String::new())).await;
    assert_problem(&answer, 400, "same-account");
    assert_eq!(answer.json()["field"], "to");
    let bob = bench.customer("bob@example.org").await;
    for reference in ["x".repeat(141), "two\nlines".to_owned()] {
        let answer = bench.keyed("/transfers", &ada.token, "reference", transfer(&bob.number, reference)).await;
        assert_problem(&answer, 400, "invalid-fields");
        assert_eq!(answer.json()["field"], "reference");
    }
    assert_eq!(bench.balance(&ada).await, ["100.00", "0.00", "100.00"]);
    bench.assert_sound();
}

#[tokio::test]
async fn calls_that_move_money_need_a_key() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "100.00").await;
    let shop = bench.merchant("Shop");
    let some_payment = "/payments/01934b5e-0000-7000-8000-000000000001";
    for (path, bearer) in [
        (format!("/accounts/{}/deposits", ada.number), &ada.token),
        (format!("/accounts/{}/withdrawals", ada.number), &ada.token),
        ("/transfers".to_owned(), &ada.token),
        ("/payments".to_owned(), &shop),
        (format!("{some_payment}/capture"), &shop),
        (format!("{some_payment}/refund"), &shop),
    ] {
        assert_problem(&bench.post(&path, bearer, json!({})).await, 400, "idempotency-key-required");
        for key in ["short", "with a space", "{idempotency-key}", &"k".repeat(65)] {
            assert_problem(&bench.keyed(&path, bearer, key, json!({})).await, 400, "invalid-idempotency-key");
        }
    }
    let answer = bench.post("/payments/void", &shop, json!({ "idempotency_key": "short" })).await;
    assert_problem(&answer, 400, "invalid-fields");
    assert_eq!(answer.json()["fields"][0]["code"], "not-an-idempotency-key");
}
