//! The examples of the specification: recorded from the bank itself, one call of every operation.

use std::sync::Arc;

use kit_mail::MemoryMailer;
use kit_web::testing::Recorder;
use poem::http::Method;
use serde_json::json;

use crate::bench::{Bench, OTHER_PIN, PASSWORD, PIN, between};
use crate::mail::mails;

#[tokio::test]
async fn every_operation_has_an_example_that_was_recorded() {
    let bench = Bench::new();
    let mut of = Recorder::new(&bench.app);
    let email = "ada@example.org";
    let new = json!({ "name": "Ada Lovelace", "email": email, "password": PASSWORD, "pin": PIN, "language": "en" });
    let made = of.call("registerCustomer", Method::POST, "/customers", "", Some(new)).await.json();
    let number = made["account"]["number"].as_str().expect("a number").to_owned();
    let credentials = json!({ "email": email, "password": PASSWORD });
    let session = of.call("logIn", Method::POST, "/sessions", "", Some(credentials.clone())).await;
    let token = session.json()["token"].as_str().expect("a token").to_owned();
    of.call("getMe", Method::GET, "/me", &token, None).await;
    of.call("changeProfile", Method::PATCH, "/me", &token, Some(json!({ "name": "Ada King" }))).await;
    let ben = bench.customer("ben@example.org").await;
    let account = format!("/accounts/{number}");

    let deposit = json!({ "amount": "250.00", "currency": "EUR" });
    let entry = of.call("deposit", Method::POST, &format!("{account}/deposits"), &token, Some(deposit)).await.json();
    let withdrawal = json!({ "amount": "20.00", "currency": "EUR", "pin": PIN });
    of.call("withdraw", Method::POST, &format!("{account}/withdrawals"), &token, Some(withdrawal)).await;
    let payee = json!({ "name": "Ben", "account_number": ben.number });
    let payee = of.call("savePayee", Method::POST, "/payees", &token, Some(payee)).await.json();
    let payee_path = format!("/payees/{}", payee["id"].as_str().expect("an id"));
    of.call("getPayee", Method::GET, &payee_path, &token, None).await;
    of.call("listPayees", Method::GET, "/payees", &token, None).await;
    let draft = json!({
        "from": number, "payee_id": payee["id"], "amount": "30.00", "currency": "EUR", "reference": "Dinner",
    });
    of.call("previewTransfer", Method::POST, "/transfers/preview", &token, Some(draft.clone())).await;
    let mut transfer = draft;
    transfer["pin"] = json!(PIN);
    of.call("transfer", Method::POST, "/transfers", &token, Some(transfer)).await;
    of.call("renamePayee", Method::PATCH, &payee_path, &token, Some(json!({ "name": "Benjamin" }))).await;
    of.call("removePayee", Method::DELETE, &payee_path, &token, None).await;

    let shop = bench.merchant("Hardware desk");
    let payment = |amount: &str, capture: &str| {
        json!({
            "account_number": number, "pin": PIN, "amount": amount, "currency": "EUR", "capture": capture,
            "reference": "Order GG96-EEFM",
        })
    };
    let bought = of.call("createPayment", Method::POST, "/payments", &shop, Some(payment("39.90", "immediate"))).await;
    let bought = format!("/payments/{}", bought.json()["id"].as_str().expect("an id"));
    of.call("getPayment", Method::GET, &bought, &shop, None).await;
    let refund = json!({ "amount": "10.00" });
    of.call("refundPayment", Method::POST, &format!("{bought}/refund"), &shop, Some(refund)).await;
    let held =
        of.call("createPayment", Method::POST, "/payments", &shop, Some(payment("60.00", "manual"))).await.json();
    let held = format!("/payments/{}", held["id"].as_str().expect("an id"));
    of.call("getAccount", Method::GET, &account, &token, None).await;
    of.call("getDashboard", Method::GET, "/dashboard?limit=2", &token, None).await;
    let capture = json!({ "amount": "25.00", "final": false });
    of.call("capturePayment", Method::POST, &format!("{held}/capture"), &shop, Some(capture)).await;
    of.call("voidPayment", Method::POST, &format!("{held}/void"), &shop, None).await;
    let fence = json!({ "idempotency_key": "order-4711-attempt-1" });
    of.call("voidPaymentByKey", Method::POST, "/payments/void", &shop, Some(fence)).await;
    of.call("listPayments", Method::GET, "/payments?limit=2", &shop, None).await;

    let entry = format!("{account}/entries/{}", entry["id"].as_str().expect("an id"));
    of.call("getEntry", Method::GET, &entry, &token, None).await;
    of.call("listEntries", Method::GET, &format!("{account}/entries?text=order&limit=2"), &token, None).await;
    let days = "from=2026-11-21&to=2026-11-22";
    of.call("listBalances", Method::GET, &format!("{account}/balances?{days}"), &token, None).await;
    of.call("listSpending", Method::GET, &format!("{account}/spending?{days}"), &token, None).await;
    for (id, suffix) in [
        ("downloadCsv", "csv"),
        ("downloadOfx", "ofx"),
        ("downloadCamt053", "camt053.xml"),
        ("downloadCamt052", "camt052.xml"),
        ("downloadPdf", "pdf"),
    ] {
        // Only camt.053 has to wait for the end of a day.
        let days = if id == "downloadCamt053" { "from=2026-11-20&to=2026-11-21" } else { days };
        of.call(id, Method::GET, &format!("{account}/statement.{suffix}?{days}"), &token, None).await;
    }

    let savings = json!({ "name": "Savings", "currency": "EUR", "pin": OTHER_PIN });
    let savings = of.call("openAccount", Method::POST, "/accounts", &token, Some(savings)).await.json();
    let savings = format!("/accounts/{}", savings["number"].as_str().expect("a number"));
    of.call("listAccounts", Method::GET, "/accounts", &token, None).await;
    of.call("renameAccount", Method::PATCH, &savings, &token, Some(json!({ "name": "Holidays" }))).await;
    let close = json!({ "pin": OTHER_PIN });
    of.call("closeAccount", Method::POST, &format!("{savings}/close"), &token, Some(close)).await;
    let pin = json!({ "current_pin": PIN, "new_pin": OTHER_PIN });
    of.call("changePin", Method::POST, &format!("{account}/pin"), &token, Some(pin)).await;
    let other = "another sentence is good";
    let password = json!({ "current_password": PASSWORD, "new_password": other });
    of.call("changePassword", Method::POST, "/me/password", &token, Some(password)).await;
    let session = bench.log_in(email, other).await;
    let sessions = of.call("listSessions", Method::GET, "/me/sessions", &token, None).await.json();
    let others = sessions["sessions"].as_array().expect("a list").iter().find(|session| session["current"] == false);
    let id = others.expect("the new session")["id"].as_str().expect("an id").to_owned();
    of.call("getSession", Method::GET, &format!("/me/sessions/{id}"), &session, None).await;
    of.call("endSession", Method::DELETE, &format!("/me/sessions/{id}"), &token, None).await;
    of.call("listSecurityEvents", Method::GET, "/me/security-events?limit=3", &token, None).await;
    of.call("logOut", Method::DELETE, "/sessions/current", &token, None).await;

    of.call("requestPasswordReset", Method::POST, "/password-resets", "", Some(json!({ "email": email }))).await;
    let mails = mails(&bench, &Arc::new(MemoryMailer::default()), 4).await;
    let token = mails.iter().find_map(|mail| between(&mail.text, "/password/new?token=", "\n")).expect("a link");
    let reset = json!({ "reset_token": token, "new_password": PASSWORD });
    of.call("resetPassword", Method::POST, "/password-resets/redeem", "", Some(reset)).await;

    of.check(bank_site::openapi_spec(), concat!(env!("CARGO_MANIFEST_DIR"), "/src/api/examples.json"));
}
