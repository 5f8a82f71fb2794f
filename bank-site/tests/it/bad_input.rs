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
async fn account_numbers_are_read_as_they_are_pasted() {
    let bench = Bench::new();
    let (ada, bob) = (bench.rich_customer("ada@example.org", "9.00").await, bench.customer("bob@example.org").await);
    let groups = [&bob.number[..4], &bob.number[4..8], &bob.number[8..]];
    for (n, to) in [groups.join("-"), groups.join("\u{a0}"), groups.join("\t"), format!("{}\n", bob.number)]
        .into_iter()
        .enumerate()
    {
        let transfer = json!({ "from": ada.number, "to": to, "amount": "1.00", "currency": "EUR", "pin": PIN });
        let answer = bench.keyed("/transfers", &ada.token, &format!("pasted-{n}"), transfer).await;
        assert_eq!(answer.status, 201, "{to:?}: {}", answer.text);
    }
    let path = [&ada.number[..4], &ada.number[4..8], &ada.number[8..]].join("-");
    assert_eq!(bench.get(&format!("/accounts/{path}"), &ada.token).await.status, 200);
    assert_eq!(bench.balance(&bob).await[0], "4.00");
}

#[tokio::test]
async fn a_day_that_no_calendar_has_is_told_from_one_that_is_written_badly() {
    let bench = Bench::new();
    let ada = bench.customer("ada@example.org").await;
    let shop = bench.merchant("Shop");
    let account = format!("/accounts/{}", ada.number);
    for (path, code, message) in [
        (format!("{account}/entries?from=2026-02-29"), "no-such-day", "There is no such day."),
        (format!("{account}/entries?from=29.02.2026"), "not-a-day", "A day is written as 2026-11-22."),
        (format!("{account}/balances?from=2026-02-29&to=2026-03-01"), "no-such-day", "There is no such day."),
        (format!("{account}/spending?from=2026-11-31&to=2026-12-01"), "no-such-day", "There is no such day."),
        (format!("{account}/statement.csv?from=2026-13-01"), "no-such-day", "There is no such day."),
        (format!("{account}/statement.ofx?to=2026-02-30"), "no-such-day", "There is no such day."),
    ] {
        let answer = bench.get(&path, &ada.token).await;
        assert_problem(&answer, 400, "invalid-fields");
        let about = &answer.json()["fields"][0];
        assert_eq!((&about["code"], &about["message"]), (&json!(code), &json!(message)), "{path}");
    }
    for (time, code) in [("2026-02-29T12:00:00Z", "no-such-day"), ("2026-02-28T25:00:00Z", "not-a-time")] {
        let answer = bench.get(&format!("/payments?created_from={time}"), &shop).await;
        assert_eq!(answer.json()["fields"][0]["code"], code, "{time}");
    }
    let (mut browser, number) = bench.registered("eva@example.org").await;
    let page = browser.get(&format!("/accounts/{number}?from=2026-02-29")).await;
    assert!(page.text.contains("There is no such day. Please check it against a calendar."), "{}", page.text);
}

#[tokio::test]
async fn a_closed_or_frozen_account_is_named_to_its_customer_and_to_no_merchant() {
    let bench = Bench::new();
    let (ada, bob) = (bench.rich_customer("ada@example.org", "9.00").await, bench.customer("bob@example.org").await);
    let shop = bench.merchant("Shop");
    let number = kit_core::AccountNumber::parse(&ada.number).expect("a number");
    let pay = async |key: &str| {
        let body = json!({ "account_number": ada.number, "pin": PIN, "amount": "1.00", "currency": "EUR" });
        bench.keyed("/payments", &shop, key, body).await
    };
    assert_eq!(pay("pay-00001").await.status, 201);
    bench.bank.set_frozen(number, true).expect("freezes");
    let out = json!({ "amount": "1.00", "currency": "EUR", "pin": PIN });
    let refused = bench.keyed(&format!("/accounts/{}/withdrawals", ada.number), &ada.token, "out-00001", out).await;
    assert_problem(&refused, 422, "account-frozen");
    assert_eq!(refused.json()["account_number"], json!(ada.number));
    let said = format!("The account {number} is frozen; please contact the bank.");
    assert_eq!(refused.json()["detail"], json!(said));
    let declined = pay("pay-00002").await;
    assert_problem(&declined, 402, "account-frozen");
    assert_eq!(declined.json()["detail"], "The account is frozen.");
    let told_nothing = |text: &str| !text.contains(&ada.number) && !text.contains(&number.to_string());
    assert!(
        told_nothing(&declined.text.replace(&format!("\"account_number\":\"{}\"", ada.number), "")),
        "{}",
        declined.text
    );
    assert_eq!(declined.json()["account_number"], json!(null));

    let close = json!({ "pin": PIN });
    assert_eq!(bench.post(&format!("/accounts/{}/close", bob.number), &bob.token, close).await.status, 200);
    bench.bank.set_frozen(number, false).expect("thaws");
    let transfer = json!({ "from": ada.number, "to": bob.number, "amount": "1.00", "currency": "EUR", "pin": PIN });
    let refused = bench.keyed("/transfers", &ada.token, "closed-01", transfer).await;
    assert_problem(&refused, 422, "account-closed");
    assert_eq!(refused.json()["account_number"], json!(bob.number), "which of the two");
}

#[tokio::test]
async fn another_currency_than_the_payments_is_the_merchants_error() {
    let bench = Bench::new();
    let ada = bench.rich_customer("ada@example.org", "9.00").await;
    let shop = bench.merchant("Shop");
    let body =
        json!({ "account_number": ada.number, "pin": PIN, "amount": "4.00", "currency": "EUR", "capture": "manual" });
    let held = bench.keyed("/payments", &shop, "held-0001", body).await.json();
    let path = format!("/payments/{}", held["id"].as_str().expect("an id"));
    let dollars = json!({ "amount": "1.00", "currency": "USD" });
    let euros = json!({ "amount": "1.00", "currency": "EUR" });
    for call in ["capture", "refund"] {
        let refused = bench.keyed(&format!("{path}/{call}"), &shop, &format!("{call}-01"), dollars.clone()).await;
        assert_problem(&refused, 400, "invalid-fields");
        let told = refused.json();
        let about = json!({
            "field": "currency", "code": "other-currency", "message": "The payment is in EUR.", "payment_currency": "EUR",
        });
        assert_eq!(
            (&told["field"], &told["fields"], &told["advice"]),
            (&json!("currency"), &json!([about]), &json!(null))
        );
        let done = bench.keyed(&format!("{path}/{call}"), &shop, &format!("{call}-01"), euros.clone()).await;
        assert_eq!(done.status, 200, "its key was not used: {}", done.text);
    }
    bench.assert_sound();
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
